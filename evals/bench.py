"""``tashan bench``: speed and memory, side by side with what one would otherwise pick.

The same queries are put to three systems in one run: Tashan's search service (query encoding, both
channels, fusion, grouping, highlights, facets), ``qdrant-client``'s local mode with the same
vectors, and ``bm25s`` on the same terms. Tashan has a process of its own, and so its own memory.
"""

from __future__ import annotations

import json
import lzma
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from corpus.metadata import manifest
from corpus.model import ParsedDocument, Passage, Practice
from corpus.settings import DOCUMENTS, SOURCES, Settings
from evals.laws import parsed_laws

if TYPE_CHECKING:
    from corpus.segment import Segmenter
    from corpus.sparse import SparseEncoder
    from corpus.store.base import EmbeddedPassage
    from ingest.pipeline import PassageEmbedder

Result = TypeVar("Result")

QUERIES = Path(__file__).with_name("queries.txt")
# 广东: named by practices and by local laws alike.
REGION = "440000"
# Local mode scans in Python; at this many points a query takes seconds, so few are asked.
SCAN_LIMIT = 5_000
FEW = 5


@dataclass
class Timing:
    """Latency of one system on one corpus, in milliseconds."""

    system: str
    filtered: bool
    queries: int
    p50_ms: float
    p95_ms: float


@dataclass
class Scenario:
    """One corpus: how long it took in, at what memory, and how fast it answers.

    ``ingest_peak_mib`` is the peak up to the end of the ingestion, ``peak_mib`` up to the end of
    optimising. ``mapped_mib`` is the part of the latter that are files mapped into memory, which
    the system takes back where it needs room.
    """

    corpus: str
    documents: int
    passages: int
    ingest_s: float
    passages_per_s: float
    optimize_s: float
    ingest_peak_mib: float
    peak_mib: float
    mapped_mib: float
    timings: list[Timing]


def bench(
    settings: Settings, articles: Path | None, limit: int | None, queries: int
) -> dict[str, Any]:
    """Run the scenarios.

    Args:
        settings: as for serving; only the model is taken from them.
        articles: JSON Lines of law articles (``law``, ``no``, ``text``, ``date``), also ``.xz``.
        limit: take only so many articles.
        queries: how many queries are timed for each system.

    Returns:
        ``scenarios``: one for the shipped corpus and, where given, one for the articles.
    """
    jobs: list[tuple[Callable[..., dict[str, Any]], tuple[Any, ...], Path | None, int | None]] = [
        (_shipped, (settings.embedding_model, queries), None, None)
    ]
    if articles is not None:
        arguments = (settings.embedding_model, queries, articles, limit)
        jobs.append((_articles, arguments, articles, limit))
    scenarios = []
    for job, arguments, path, take in jobs:
        scenario = _in_process(job, arguments)
        scenario["timings"] += _in_process(_others, (settings.embedding_model, queries, path, take))
        scenarios.append(scenario)
    return {"scenarios": scenarios}


def _in_process(job: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(job, *arguments).result()


class PeakMemory:
    """The most memory this process and its children held together while it was watched.

    Another process watches, since the engine lets no thread run while it optimizes.
    """

    def __enter__(self) -> PeakMemory:
        context = multiprocessing.get_context("spawn")
        self._watcher, theirs = context.Pipe()
        self._process = context.Process(target=_watch, args=(os.getpid(), theirs), daemon=True)
        self._process.start()
        theirs.close()
        self.peak()  # waits until it is there
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Watch no longer: it takes a twelfth of what a search takes."""
        self._watcher.close()
        self._process.join()

    def peak(self) -> tuple[float, float]:
        """MiB until now, and how much of it were files of the store mapped into memory."""
        self._watcher.send(None)
        found: tuple[float, float] = self._watcher.recv()
        return found


def _watch(pid: int, asked: Connection) -> None:
    """Add up what a process and its children hold, ten times a second, and tell when asked."""
    import psutil

    watched, peak = psutil.Process(pid), (0.0, 0.0)
    with suppress(EOFError, ConnectionError, psutil.NoSuchProcess):
        while True:
            held = mapped = 0
            for process in [watched, *watched.children(recursive=True)]:
                if process.pid == os.getpid():
                    continue
                with suppress(psutil.NoSuchProcess):
                    memory = process.memory_info()
                    held += memory.rss
                    mapped += getattr(memory, "shared", 0)
            peak = max(peak, (held / 2**20, mapped / 2**20))
            if asked.poll(0.1):
                asked.recv()
                asked.send(peak)


# Scenarios


def _shipped(model: str, queries: int) -> dict[str, Any]:
    """The shipped corpus, taken in once more into the store it was taken in by at the start."""
    from api.compose import load_services
    from ingest.intake import DocumentIntake, ingest_shipped

    with tempfile.TemporaryDirectory() as folder, PeakMemory() as memory:
        settings = Settings(data_dir=Path(folder), embedding_model=model)
        services = load_services(settings)
        try:
            for document in services.store.documents():
                services.store.delete_document(document.id)
            began = time.perf_counter()
            intake = cast(DocumentIntake, services.intake)
            record = Path(folder) / "none.json"
            ingest_shipped(intake, manifest(SOURCES), DOCUMENTS, record, lambda *_: None)
            ingest_s = time.perf_counter() - began
            ingest_peak, _ = memory.peak()
            services.store.optimize()
            services.store.warm_up()
            stats = services.store.stats()
            peak, mapped = memory.peak()
            memory.stop()
            timings = _tashan(services, queries)
        finally:
            services.store.close()
    scenario = Scenario(
        "shipped",
        stats.documents,
        stats.passages,
        ingest_s,
        stats.passages / ingest_s,
        0.0,
        ingest_peak,
        peak,
        mapped,
        timings,
    )
    return asdict(scenario)


def _articles(model: str, queries: int, path: Path, limit: int | None) -> dict[str, Any]:
    """Law articles, one document a law, one plan item an article."""
    from api.compose import load_services
    from ingest.intake import DocumentIntake

    with tempfile.TemporaryDirectory() as folder, PeakMemory() as memory:
        settings = Settings(data_dir=Path(folder), embedding_model=model)
        services = load_services(settings)
        try:
            began = time.perf_counter()
            intake = cast(DocumentIntake, services.intake)
            documents = intake.ingest_parsed(parsed_laws(read_articles(path, limit)), extract=False)
            ingest_s = time.perf_counter() - began
            ingest_peak, _ = memory.peak()
            began = time.perf_counter()
            services.store.optimize()
            services.store.warm_up()
            optimize_s = time.perf_counter() - began
            peak, mapped = memory.peak()
            passages = services.store.stats().passages
            memory.stop()
            timings = _tashan(services, queries)
        finally:
            services.store.close()
    scenario = Scenario(
        path.name,
        documents,
        passages,
        ingest_s,
        passages / ingest_s,
        optimize_s,
        ingest_peak,
        peak,
        mapped,
        timings,
    )
    return asdict(scenario)


def read_articles(path: Path, limit: int | None) -> Iterator[dict[str, Any]]:
    """The articles of a file, in order."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in islice(lines, limit))


# The systems compared


def _asked(count: int) -> list[str]:
    queries = QUERIES.read_text(encoding="utf-8").split()
    return [queries[i % len(queries)] for i in range(count)]


def _timed(
    system: str, regions: Sequence[str], queries: Sequence[str], ask: Callable[[str], object]
) -> Timing:
    import numpy as np

    for query in queries[:3]:
        ask(query)
    times = []
    for query in queries:
        began = time.perf_counter()
        ask(query)
        times.append((time.perf_counter() - began) * 1000)
    p50, p95 = np.percentile(times, [50, 95])
    return Timing(system, bool(regions), len(queries), float(p50), float(p95))


def _tashan(services: Any, count: int) -> list[Timing]:
    """The search service, as the API's route calls it: all but HTTP."""
    from api.schemas import SearchRequest

    def ask(query: str, regions: list[str]) -> object:
        request = SearchRequest.model_validate({"query": query, "filters": {"regions": regions}})
        return services.search.search(request)

    return [
        _timed("tashan, hybrid", wanted, _asked(count), partial(ask, regions=wanted))
        for wanted in ([], [REGION])
    ]


def _others(model: str, queries: int, path: Path | None, limit: int | None) -> list[dict[str, Any]]:
    """``qdrant-client``'s local mode with the same vectors, and ``bm25s`` with the same terms."""
    from corpus.segment import Segmenter
    from corpus.sparse import SparseEncoder
    from ingest.pipeline import SparsePassageEncoder, embed_practices, passage_embedder

    with tempfile.TemporaryDirectory() as folder:
        encoder = SparseEncoder(Segmenter(Path(folder)))
        embedder = passage_embedder(model, 256, threading.Lock())
        documents = parsed_laws(read_articles(path, limit)) if path else _parsed_shipped()
        practices = [practice for parsed in documents for practice in parsed.practices]
        found = list(embed_practices(practices, embedder, SparsePassageEncoder(encoder)))
        regions = {p.id: _line(p) for p in practices}
        asked = _asked(queries)
        few = asked[:FEW] if len(found) > SCAN_LIMIT else asked
        local = _LocalMode(found, regions, embedder, encoder)
        timings = [
            _timed(
                "qdrant-client local mode, hybrid", wanted, few, partial(local.ask, regions=wanted)
            )
            for wanted in ([], [REGION])
        ]
        del local
        timings.append(_timed("bm25s, keyword", [], asked, _bm25s(found, encoder.segmenter)))
    return [asdict(timing) for timing in timings]


def _parsed_shipped() -> Iterator[ParsedDocument]:
    from ingest.parse import parse
    from ingest.readers import read_path

    for entry in manifest(SOURCES):
        yield parse(read_path(DOCUMENTS / entry.file, 2**24), entry.id or "", entry)


def _line(practice: Practice) -> list[str]:
    from corpus import regions

    return list(regions.parents(practice.region.adcode)) if practice.region else []


class _LocalMode:
    """The points in ``QdrantClient(":memory:")``, asked by reciprocal rank fusion."""

    def __init__(
        self,
        found: Sequence[EmbeddedPassage],
        regions: dict[str, list[str]],
        embedder: PassageEmbedder,
        encoder: SparseEncoder,
    ) -> None:
        from qdrant_client import QdrantClient, models

        self.embedder, self.encoder, self.models = embedder, encoder, models
        self.client = QdrantClient(":memory:")
        size = len(found[0].dense)
        self.client.create_collection(
            "bench",
            vectors_config={"dense": models.VectorParams(size=size, distance=models.Distance.DOT)},
            sparse_vectors_config={"bm25": models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )
        for start in range(0, len(found), 1000):
            points = [
                models.PointStruct(
                    id=start + place,
                    vector={
                        "dense": one.dense,
                        "bm25": models.SparseVector(
                            indices=one.sparse.indices, values=one.sparse.values
                        ),
                    },
                    payload={"regions": regions[one.passage.practice_id]},
                )
                for place, one in enumerate(found[start : start + 1000])
            ]
            self.client.upsert("bench", points)

    def ask(self, query: str, regions: list[str]) -> object:
        models = self.models
        passage = Passage(id="", practice_id="", document_id="", text=query, context="")
        dense = self.embedder.embed([passage])[0]
        sparse = self.encoder.query(dict.fromkeys(self.encoder.segmenter.terms(query), 1.0))
        where = None
        if regions:
            match = models.MatchAny(any=regions)
            where = models.Filter(must=[models.FieldCondition(key="regions", match=match)])
        words = models.SparseVector(indices=sparse.indices, values=sparse.values)
        return self.client.query_points(
            "bench",
            prefetch=[
                models.Prefetch(query=dense, using="dense", limit=100, filter=where),
                models.Prefetch(query=words, using="bm25", limit=100, filter=where),
            ],
            query=models.FusionQuery(fusion=models.Fusion.RRF),
            limit=10,
        )


def _bm25s(found: Sequence[EmbeddedPassage], segmenter: Segmenter) -> Callable[[str], object]:
    import bm25s

    texts = [f"{one.passage.context} {one.passage.text}" for one in found]
    index = bm25s.BM25()
    index.index([segmenter.terms(text) for text in texts], show_progress=False)

    def ask(query: str) -> object:
        terms = [segmenter.terms(query)]
        return index.retrieve(terms, k=min(10, len(texts)), show_progress=False)

    return ask


# The report


def render(result: dict[str, Any]) -> str:
    """The figures as text tables; ratios are to Tashan's filtered hybrid search."""
    lines = []
    for scenario in result["scenarios"]:
        counts = f"{scenario['documents']:,} documents, {scenario['passages']:,} passages"
        rate = f"{scenario['ingest_s']:.1f} s = {scenario['passages_per_s']:,.0f} passages/s"
        memory = f"{scenario['peak_mib']:,.0f} MiB ({scenario['mapped_mib']:,.0f} of it files)"
        taken = f"peak {scenario['ingest_peak_mib']:,.0f} MiB"
        rest = f"optimising {scenario['optimize_s']:.1f} s, peak {memory}"
        names = ("filter", "queries", "p50 ms", "p95 ms", "p50 ratio")
        lines += [
            f"{scenario['corpus']}: {counts}",
            f"  ingestion {rate}, {taken}; {rest}",
            f"  {'system':<36}" + "".join(f"{name:>11}" for name in names),
        ]
        timings = scenario["timings"]
        base = next(t["p50_ms"] for t in timings if t["filtered"])
        for t in timings:
            cells = (
                REGION if t["filtered"] else "–",
                t["queries"],
                f"{t['p50_ms']:.2f}",
                f"{t['p95_ms']:.2f}",
                f"{t['p50_ms'] / base:.2f}",
            )
            lines.append(f"  {t['system']:<36}" + "".join(f"{cell:>11}" for cell in cells))
        lines.append("")
    return "\n".join(lines).rstrip()
