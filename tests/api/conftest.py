from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.pipeline import QueryEmbedder, Retrieval, query_embedder
from api.registry import RegistryService
from api.search import SearchService
from api.services import Services
from api.thesaurus import Thesaurus
from api.understanding import Understanding
from corpus.model import ParsedDocument
from corpus.segment import Segmenter
from corpus.settings import BUNDLED_MODEL, Settings
from corpus.sparse import Fields, SparseEncoder
from corpus.store.base import CorpusStore, EmbeddedPassage, EmbeddingSpec
from corpus.store.open import open_store
from corpus.text import fold
from ingest.intake import DocumentIntake
from ingest.passages import cut
from ingest.pipeline import ingestion_pipeline, passage_embedder
from tests.api import made
from tests.api.server import client

MEBI = 2**20
LOCK = threading.Lock()
MODEL = str(BUNDLED_MODEL)


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def segmenter(cache_dir: Path) -> Segmenter:
    return Segmenter(cache_dir)


@pytest.fixture(scope="session")
def encoder(segmenter: Segmenter) -> SparseEncoder:
    return SparseEncoder(segmenter)


def embedded(
    parsed: ParsedDocument, embedder: QueryEmbedder, encoder: SparseEncoder
) -> list[EmbeddedPassage]:
    """The passages of a document with both vectors."""
    return [
        EmbeddedPassage(
            passage=passage,
            dense=embedder.run(f"{passage.context}\n{passage.text}")["embedding"].tolist(),
            sparse=encoder.document(Fields.of(practice, passage.text)),
            folded=fold(passage.text),
        )
        for practice in parsed.practices
        for passage in cut(practice)
    ]


def make_services(settings: Settings, encoder: SparseEncoder) -> Services:
    """The real services over a store with the documents made by hand."""
    store = open_store(settings)
    # A component belongs to one pipeline; the model behind it is loaded once.
    embedder = query_embedder(MODEL, lock=LOCK)
    dimension = len(embedder.run("维")["embedding"])
    store.set_embedding(EmbeddingSpec("test", "test", dimension), lambda passages: [])
    for parsed in made.documents():
        store.replace_document(parsed, embedded(parsed, embedder, encoder))
    passages = passage_embedder(MODEL, settings.embedding_batch, LOCK)
    intake = DocumentIntake(
        store, ingestion_pipeline(store, passages, encoder, 1), settings.max_file_mb * MEBI
    )
    search = SearchService(
        store, Understanding(encoder, Thesaurus.read()), Retrieval(store, embedder)
    )
    return Services(settings, store, search, RegistryService(store), intake)


@pytest.fixture(scope="session")
def services(
    tmp_path_factory: pytest.TempPathFactory, encoder: SparseEncoder
) -> Iterator[Services]:
    """Services that no test changes."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    made_services = make_services(settings, encoder)
    yield made_services
    made_services.store.close()


@pytest.fixture(scope="session")
def store(services: Services) -> CorpusStore:
    return services.store


class Kept:
    """A store that is still needed when a server that used it ends."""

    def __init__(self, store: CorpusStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def close(self) -> None:
        """Leave it open."""


@pytest.fixture(scope="session")
def http(services: Services) -> Iterator[httpx.Client]:
    """A real server over the services that no test changes."""
    kept = replace(services, store=Kept(services.store))  # type: ignore[arg-type]
    with client(services.settings, lambda: kept) as served:
        yield served


@pytest.fixture
def fresh(tmp_path: Path, encoder: SparseEncoder) -> Iterator[httpx.Client]:
    """A real server over services of its own, for tests that change them."""
    settings = Settings(data_dir=tmp_path, max_file_mb=1)
    with client(settings, lambda: make_services(settings, encoder)) as served:
        yield served
