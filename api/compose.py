"""Composition: the one module in which the read path and the write path meet.

Settings become a store, one embedding model, the pipelines and the services over them.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from api.services import Services
from corpus.errors import StoreError
from corpus.model import Passage
from corpus.models import EMBEDDING, find_device, loading, model_name, own_code
from corpus.settings import DOCUMENTS, SOURCES, VOCABULARY, Settings
from corpus.store.base import CorpusStore, EmbeddingSpec

log = logging.getLogger(__name__)

# How the text of a passage is put together; part of the fingerprint, since another way to
# do it makes other vectors.
PASSAGE_TEXT = 1
# Counts up when the same words would make other sparse vectors.
TERMS = 2
SETTLED_FROM = 20_000  # passages; without an index a search takes some 5 ms more
_SAMPLE = 1 << 16


def loader(settings: Settings) -> Callable[[], Services]:
    """What loads the services, for the application to call in the background."""
    return lambda: load_services(settings, progress=True)


@contextmanager
def open_services(settings: Settings) -> Iterator[Services]:
    """The services for one command, closed afterwards."""
    services = load_services(settings, progress=sys.stderr.isatty())
    try:
        yield services
    finally:
        services.store.close()


def load_services(
    settings: Settings, *, progress: bool = False, processes: int | None = None
) -> Services:
    """Open the store, load the models, bring the shipped corpus in, and wire it all up.

    Raises:
        InputError: a model cannot be loaded, or a shipped file is not the one listed.
        StoreError: the store cannot be opened.
    """
    from api.pipeline import Retrieval, query_embedder
    from api.registry import RegistryService
    from api.rerank import load_reranker
    from api.search import SearchService
    from api.thesaurus import Thesaurus
    from api.understanding import Understanding
    from api.weakness import calibrated
    from corpus.metadata import manifest
    from corpus.segment import Segmenter
    from corpus.sparse import SparseEncoder
    from corpus.store.open import open_store
    from ingest.intake import DocumentIntake, ingest_shipped, reindex
    from ingest.pipeline import ingestion_pipeline, passage_embedder

    store = open_store(settings)
    try:
        lock = threading.Lock()
        device = find_device(settings.device)
        model = settings.embedding_model
        queries = query_embedder(model, settings.query_prefix, lock, device)
        passages = passage_embedder(model, settings.embedding_batch, lock, device)
        reranker = None
        if settings.reranker:
            reranker = load_reranker(
                settings.reranker, device, settings.reranker_top, settings.reranker_batch
            )
        _tell(settings, device)
        with loading("向量模型", model, EMBEDDING):
            dimension = passages.dimension()
        spec = EmbeddingSpec(model_name(model), fingerprint(model, passages.prompt), dimension)
        _adopt(store, spec, passages.embed, progress)
        encoder = SparseEncoder(Segmenter(settings.cache_dir))
        intake = DocumentIntake(
            store,
            ingestion_pipeline(store, passages, encoder, processes),
            settings.max_file_mb * 2**20,
        )
        understanding = Understanding(encoder, Thesaurus.read())
        search = SearchService(store, understanding, Retrieval(store, queries, reranker))
        with _bar(progress, "按现有词表重建索引") as report:
            reindex(intake, settings.data_dir / "vocabulary", vocabulary_fingerprint(), report)
        with _bar(progress, "入库随附文件") as report:
            ingest_shipped(
                intake, manifest(SOURCES), DOCUMENTS, settings.data_dir / "shipped.json", report
            )
        present = [document.id for document in store.documents()]
        shipped = tuple(entry.id for entry in manifest(SOURCES) if entry.id)
        if not set(shipped) <= set(present):
            shipped = ()  # of a part of them it is not known what they are about
        asked_with = (queries.encode_kwargs or {}).get("prompt")
        basis = f"{spec.fingerprint} {asked_with} {vocabulary_fingerprint(queries=True)}"
        search.lines = calibrated(search, shipped, settings.data_dir / "weak-lines.json", basis)
        settle(store)
        search.warm_up()
        store.warm_up()
    except BaseException:
        store.close()
        raise
    return Services(
        settings=settings,
        store=store,
        search=search,
        registry=RegistryService(store),
        intake=intake,
    )


def settle(store: CorpusStore) -> None:
    """Settle the index of a large store; one that cannot be is searched as it is, only slower.

    To be called when nobody searches: nothing else runs meanwhile, a minute for 150,000 passages,
    and milliseconds where all is settled.
    """
    passages = store.stats().passages
    if passages >= SETTLED_FROM:
        log.info("整理索引（库中 %d 段），如有很多新内容，要一会儿，期间不响应", passages)
        try:
            store.optimize()
        except StoreError as error:
            log.warning("索引没有整理成，检索照常，只是慢一些：%s", error.message)


def _tell(settings: Settings, device: str) -> None:
    """Log which models run, and on what."""
    models = [settings.embedding_model, *([settings.reranker] if settings.reranker else [])]
    log.info("模型 %s 在 %s 上运行", "、".join(map(model_name, models)), device)
    for model in models:
        if own_code(Path(model)):
            log.warning("模型 %s 自带代码，没有运行；请先比对检索效果再用", model_name(model))


def _adopt(
    store: CorpusStore,
    spec: EmbeddingSpec,
    embed: Callable[[list[Passage]], list[list[float]]],
    progress: bool,
) -> None:
    """Re-embed what is stored where another model made its vectors."""
    present = store.embedding
    if present is not None and present.fingerprint == spec.fingerprint:
        return
    if present is not None:
        log.info("向量模型由 %s 换成 %s，重新计算向量", present.name, spec.name)
    with _bar(progress and present is not None, "重新计算向量") as report:
        store.set_embedding(spec, embed, lambda done, total: report(done, total, ""))


def vocabulary_fingerprint(*, queries: bool = False) -> str:
    """What tells one way of making terms and registry records from another.

    Other terms make other vectors, other rules and words other records. With ``queries`` also what
    is only for queries: the thesaurus, and the questions that the weak lines are found with.
    """
    from corpus.segment import LEXICON, STOPWORDS
    from ingest.extract.measure import EXTRACTOR

    digest = blake2b(f"terms {TERMS}, records {EXTRACTOR}\n".encode(), digest_size=16)
    paths = [LEXICON, STOPWORDS, *sorted(VOCABULARY.glob("*.toml"))]
    if queries:
        from api.thesaurus import THESAURUS
        from api.weakness import QUESTIONS

        paths += [QUESTIONS, *sorted(THESAURUS.glob("*.toml"))]
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fingerprint(model: str, prompt: str = "") -> str:
    """What tells one model's vectors from another's: a folder's files, else the name.

    Large files count by size and samples, since reading gigabytes at every start is too slow.

    Args:
        model: name or folder.
        prompt: what is put before every passage.
    """
    digest = blake2b(f"passage-text {PASSAGE_TEXT}\n{prompt}".encode(), digest_size=16)
    folder = Path(model)
    if not folder.is_dir():
        digest.update(model.encode())
        return digest.hexdigest()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        inside = file.relative_to(folder)
        # A model card changes no vector, nor does what a download notes for itself (.cache, .git).
        if file.suffix.lower() == ".md" or any(part.startswith(".") for part in inside.parts):
            continue
        size = file.stat().st_size
        digest.update(f"{inside.as_posix()} {size}\n".encode())
        with file.open("rb") as stream:
            for offset in sorted({0, max(0, size // 2), max(0, size - _SAMPLE)}):
                stream.seek(offset)
                digest.update(stream.read(_SAMPLE))
    return digest.hexdigest()


@contextmanager
def _bar(show: bool, what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error, there once it is told (done, total, name)."""
    if not show:
        yield lambda _done, _total, _name: None
        return
    from tqdm import tqdm
    from tqdm.contrib.logging import logging_redirect_tqdm

    with ExitStack() as stack:
        stack.enter_context(logging_redirect_tqdm())  # a log line would tear the bar
        bars: list[Any] = []

        def report(done: int, total: int, name: str) -> None:
            if not bars:
                bar = tqdm(desc=what, unit="份", total=total, leave=True, dynamic_ncols=True)
                bars.append(stack.enter_context(bar))
            bars[0].n = done
            bars[0].set_postfix_str(name[:24])

        yield report
