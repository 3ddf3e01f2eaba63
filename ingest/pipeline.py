"""The ingestion pipeline: Haystack components from a read file to the store.

parser → cutter → embedder → sparse encoder → writer, and parser → extractor → writer. Every
component works in any other Haystack pipeline as well; passages travel as Haystack documents whose
id is the passage's.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")

from haystack import Document as HaystackDocument
from haystack import Pipeline, component
from haystack.dataclasses import SparseEmbedding
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
)

from corpus.metadata import DocumentMetadata
from corpus.model import ParsedDocument, Passage, Practice
from corpus.models import (
    EMBEDDING,
    embedding_options,
    find_device,
    loading,
    prompts,
)
from corpus.registry import Records
from corpus.sparse import Fields, SparseEncoder
from corpus.store.base import CorpusStore, EmbeddedPassage, Sparse
from ingest.extract.measure import extracted
from ingest.parse import parse
from ingest.passages import cut
from ingest.source import SourceFile

FOLDED = "folded"  # in the meta of an encoded passage: what exact phrases are looked for in
GROUP = 512  # passages of a large load that are embedded before they are handed on


@component
class DocumentParser:
    """A read file in, a parsed document out."""

    @component.output_types(parsed=ParsedDocument)
    def run(
        self, source: SourceFile, document_id: str, stated: DocumentMetadata | None = None
    ) -> dict[str, ParsedDocument]:
        """Parse; raises :class:`corpus.errors.NothingFound` where nothing is to be found."""
        return {"parsed": parse(source, document_id, stated)}


@component
class PassageCutter:
    """A parsed document in, its passages out as Haystack documents."""

    @component.output_types(documents=list[HaystackDocument])
    def run(self, parsed: ParsedDocument) -> dict[str, list[HaystackDocument]]:
        """Cut every practice; in meta is what later components need."""
        return {
            "documents": [
                HaystackDocument(
                    id=passage.id,
                    content=passage.text,
                    meta={
                        "practice_id": practice.id,
                        "document_id": practice.document_id,
                        "context": passage.context,
                        "title": practice.title,
                        "region": practice.region.name if practice.region else "",
                        "task": practice.task or "",
                        "measure": practice.measure or "",
                    },
                )
                for practice in parsed.practices
                for passage in cut(practice)
            ]
        }


@component
class RegistryExtractor:
    """A parsed document in, the registry's records of its practices out."""

    @component.output_types(records=dict[str, Records])
    def run(self, parsed: ParsedDocument) -> dict[str, dict[str, Records]]:
        """Extract every practice's records."""
        return {"records": extracted(parsed)}


@component
class SparsePassageEncoder:
    """Adds the BM25 sparse vector to passages.

    Args:
        encoder: the encoder that also encodes the queries.
        processes: how many processes share a large batch; by default all processors.
    """

    def __init__(self, encoder: SparseEncoder, processes: int | None = None) -> None:
        self.encoder = encoder
        self.processes = processes

    @component.output_types(documents=list[HaystackDocument])
    def run(self, documents: list[HaystackDocument]) -> dict[str, list[HaystackDocument]]:
        """Encode; the documents given are not changed."""
        encoded = self.encoder.passages(map(_fields, documents), self.processes)
        return {
            "documents": [
                replace(
                    document,
                    sparse_embedding=SparseEmbedding(words.indices, words.values),
                    meta={**document.meta, FOLDED: folded},
                )
                for document, (words, folded) in zip(documents, encoded, strict=True)
            ]
        }


def _fields(document: HaystackDocument) -> Fields:
    meta = document.meta
    return Fields(
        document.content or "", meta["title"], meta["region"], meta["task"], meta["measure"]
    )


@component
class CorpusWriter:
    """Stores a parsed document and its embedded passages in place of what had its id."""

    def __init__(self, store: CorpusStore) -> None:
        self.store = store

    @component.output_types(parsed=ParsedDocument)
    def run(
        self,
        parsed: ParsedDocument,
        documents: list[HaystackDocument],
        records: dict[str, Records] | None = None,
    ) -> dict[str, ParsedDocument]:
        """Replace the document, all or nothing."""
        return {"parsed": self.store.replace_document(parsed, embedded(documents), records)}


def embedded(documents: Iterable[HaystackDocument]) -> list[EmbeddedPassage]:
    """Passages with vectors, as the store takes them, from Haystack documents that carry both."""
    passages = []
    for document in documents:
        meta, sparse = document.meta, document.sparse_embedding
        if document.embedding is None or sparse is None:
            raise ValueError(f"passage {document.id} has not been through both encoders")
        passages.append(
            EmbeddedPassage(
                # From a passage that was valid: to validate 150,000 again takes four seconds.
                passage=Passage.model_construct(
                    id=document.id,
                    practice_id=meta["practice_id"],
                    document_id=meta["document_id"],
                    text=document.content or "",
                    context=meta["context"],
                ),
                dense=document.embedding,
                sparse=Sparse(sparse.indices, sparse.values),
                folded=meta[FOLDED],
            )
        )
    return passages


class PassageEmbedder(SentenceTransformersDocumentEmbedder):
    """The stock document embedder, sharing its model with the query embedder.

    A fast tokenizer serves one thread at a time, so the two hold the same lock; passages are
    embedded a batch at a time, and queries come in between.
    """

    def __init__(self, *, lock: threading.Lock, **options: Any) -> None:
        super().__init__(**options)
        self._lock = lock
        self.prompt = ""  # what is put before every passage

    @component.output_types(documents=list[HaystackDocument])
    def run(self, documents: list[HaystackDocument]) -> dict[str, list[HaystackDocument]]:
        """Embed context and text of passages; vectors of unit length."""
        done: list[HaystackDocument] = []
        for start in range(0, len(documents), self.batch_size):
            with self._lock:
                done += super().run(documents[start : start + self.batch_size])["documents"]
        return {"documents": done}

    def embed(self, passages: Sequence[Passage]) -> list[list[float]]:
        """Dense vectors of stored passages, for a change of model."""
        documents = [
            HaystackDocument(id=p.id, content=p.text, meta={"context": p.context}) for p in passages
        ]
        return [document.embedding or [] for document in self.run(documents)["documents"]]

    def dimension(self) -> int:
        """Length of the model's vectors."""
        probe = Passage(id="", practice_id="", document_id="", text="维", context="")
        return len(self.embed([probe])[0])


def passage_embedder(
    model: str, batch_size: int, lock: threading.Lock, device: str = "auto"
) -> PassageEmbedder:
    """The embedder of passages, its model loaded.

    Args:
        model: Sentence Transformers name or folder.
        batch_size: passages embedded at a time.
        lock: shared with all that use the same model.
        device: what it runs on; see :func:`corpus.models.find_device`.

    Raises:
        InputError: it cannot be loaded.
    """
    device = find_device(device)
    embedder = PassageEmbedder(
        lock=lock,
        device=ComponentDevice.from_str(device),
        batch_size=batch_size,
        meta_fields_to_embed=["context"],
        **embedding_options(model, device),
    )
    with loading("向量模型", model, EMBEDDING):
        embedder.warm_up()
    backend = embedder.embedding_backend
    own = backend.model.prompts if backend else {}
    embedder.prompt = prompts(model, own).passage
    embedder.encode_kwargs = {"prompt": embedder.prompt, "task": "document"}
    _settle_threads(embedder)
    return embedder


def _settle_threads(embedder: PassageEmbedder) -> None:
    """One thread of torch for a static model, in the whole process.

    It adds up rows of a table, for which torch's threads wait for each other longer than they
    work: with two it takes twice the processor time, and is no faster.
    """
    import torch
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    backend: Any = embedder.embedding_backend
    if isinstance(backend.model[0], StaticEmbedding):
        torch.set_num_threads(1)


def ingestion_pipeline(
    store: CorpusStore,
    embedder: PassageEmbedder,
    encoder: SparseEncoder,
    processes: int | None = None,
) -> Pipeline:
    """The whole write path after the reader; run it with :func:`run_ingestion`."""
    pipeline = Pipeline()
    parts: dict[str, Any] = {
        "parser": DocumentParser(),
        "cutter": PassageCutter(),
        "extractor": RegistryExtractor(),
        "embedder": embedder,
        "sparse": SparsePassageEncoder(encoder, processes),
        "writer": CorpusWriter(store),
    }
    for name, part in parts.items():
        pipeline.add_component(name, part)
    pipeline.connect("parser.parsed", "cutter.parsed")
    pipeline.connect("cutter.documents", "embedder.documents")
    pipeline.connect("embedder.documents", "sparse.documents")
    pipeline.connect("sparse.documents", "writer.documents")
    pipeline.connect("parser.parsed", "extractor.parsed")
    pipeline.connect("parser.parsed", "writer.parsed")
    pipeline.connect("extractor.records", "writer.records")
    return pipeline


def run_ingestion(
    pipeline: Pipeline, source: SourceFile, document_id: str, stated: DocumentMetadata | None
) -> ParsedDocument:
    """Run the pipeline on one read file; gives the document as stored, aliases and all.

    Errors of our own come through as they are, not wrapped in Haystack's.
    """
    inputs = {"parser": {"source": source, "document_id": document_id, "stated": stated}}
    parsed: ParsedDocument = _own_errors(lambda: pipeline.run(inputs))["writer"]["parsed"]
    return parsed


def _own_errors(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    from haystack.core.errors import PipelineRuntimeError

    from corpus.errors import TashanError

    try:
        return run()
    except PipelineRuntimeError as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, TashanError):
            cause = cause.__cause__
        if cause is not None:
            raise cause from error
        raise


def embed_practices(
    practices: Iterable[Practice],
    embedder: PassageEmbedder,
    sparse: SparsePassageEncoder,
) -> Iterator[EmbeddedPassage]:
    """Both vectors of the passages of as many practices as come, in order, for large loads.

    The words are encoded in other processes, ahead of who takes the passages. The vectors are made
    between one group and the next: in a thread of their own, which waits for Python's lock whenever
    the store writes, they took a tenth more of the processors and no less time.
    """
    waiting: deque[Passage] = deque()

    def fields() -> Iterator[Fields]:
        for practice in practices:
            for passage in cut(practice):
                waiting.append(passage)
                yield Fields.of(practice, passage.text)

    encoded = sparse.encoder.passages(fields(), sparse.processes)
    while group := list(islice(encoded, GROUP)):
        passages = [waiting.popleft() for _ in group]
        for passage, dense, (words, folded) in zip(
            passages, embedder.embed(passages), group, strict=True
        ):
            yield EmbeddedPassage(passage, dense, words, folded)
