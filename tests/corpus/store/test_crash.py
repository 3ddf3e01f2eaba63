"""A process killed at any point leaves the old document or the new one, whole."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.model import ParsedDocument
from corpus.store.base import EmbeddedPassage, SearchFilter, Sparse
from corpus.store.corpus import QdrantCorpus
from corpus.store.edge import EdgeEngine
from corpus.store.engine import Where
from corpus.store.points import SPARSE
from tests.corpus.store.factory import SPEC, vector_of
from tests.corpus.store.victim import OTHER, die_after, go_on, other_vectors, version

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
TRIALS = 16


@pytest.fixture(scope="module")
def start() -> Callable[..., Any]:
    """Starts a function in a process of its own; each is forked from a clean server."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.corpus.store.victim"])

    def start(function: Callable[..., None], *args: object) -> Any:
        process = context.Process(target=function, args=args)
        process.start()
        return process

    return start


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the first version; tests work on copies."""
    folder = tmp_path_factory.mktemp("crash") / "store"
    store = reopened(folder)
    store.set_embedding(SPEC, lambda passages: [])
    store.replace_document(*version(1))
    store.close()
    return folder


def reopened(folder: Path) -> QdrantCorpus:
    return QdrantCorpus(EdgeEngine(folder, SPARSE))


def copy(prepared: Path, folder: Path) -> Path:
    """A copy that keeps the holes of its sparse files."""
    for path in prepared.rglob("*"):
        target = folder / "store" / path.relative_to(prepared)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy_sparsely(path, target)
    return folder / "store"


def _copy_sparsely(source: Path, target: Path) -> None:
    block = 1 << 16
    with source.open("rb") as read, target.open("wb") as written:
        while data := read.read(block):
            if data.count(0) == len(data):
                written.seek(len(data), 1)
            else:
                written.write(data)
        written.truncate(source.stat().st_size)


def assert_whole(store: QdrantCorpus, parsed: ParsedDocument, made: list[EmbeddedPassage]) -> None:
    """The store holds this document and nothing else, by every way of asking."""
    id_ = parsed.document.id
    assert store.parsed(id_) == parsed
    assert [document.id for document in store.documents()] == [id_]
    ids = {embedded.passage.id for embedded in made}
    assert {p.id for batch in store.passages() for p in batch} == ids
    count = len(parsed.practices)
    assert store.facet("document_id") == {id_: count}
    assert store.facet("task") == {parsed.practices[0].task or "": count}
    stats = store.stats()
    assert (stats.documents, stats.practices, stats.passages) == (1, count, len(made))
    dimension = store.embedding.dimension if store.embedding else 0
    query = vector_of(random.Random(0), dimension)
    found = store.search(query, Sparse([3], [1.0]), SearchFilter(), 2000)
    assert {c.passage_id for c in found.dense} == ids
    with_term = {e.passage.id for e in made if 3 in e.sparse.indices}
    assert {c.passage_id for c in found.sparse} == with_term
    # 1 meta point, 1 head, 1 content point: nothing is left over.
    assert store.core.engine.count(Where()) == 3 + count


@pytest.mark.parametrize("steps", range(1, 6))
def test_killed_while_replacing(
    start: Callable[..., Any], prepared: Path, folder: Path, steps: int
) -> None:
    """Three writes of points, then the head, then the removal of the old."""
    store_folder = copy(prepared, folder)
    process = start(die_after, store_folder, "replace", steps)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    store = reopened(store_folder)
    assert_whole(store, *version(1 if steps <= 3 else 2))
    store.replace_document(*version(3))
    assert_whole(store, *version(3))
    store.close()


@pytest.mark.parametrize("steps", range(1, 5))
def test_killed_while_adding(
    start: Callable[..., Any], prepared: Path, folder: Path, steps: int
) -> None:
    store_folder = copy(prepared, folder)
    process = start(die_after, store_folder, "add", steps)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    store = reopened(store_folder)
    if steps <= 3:  # three writes of points; then the head
        assert_whole(store, *version(1))
    else:
        assert [document.id for document in store.documents()] == ["d", "new"]
        assert store.facet("document_id") == {"d": 700, "new": 700}
    store.close()


@pytest.mark.parametrize("steps", [1, 2])
def test_killed_while_deleting(
    start: Callable[..., Any], prepared: Path, folder: Path, steps: int
) -> None:
    store_folder = copy(prepared, folder)
    process = start(die_after, store_folder, "delete", steps)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    store = reopened(store_folder)
    assert store.documents() == [] and store.practice("d/p1") is None
    assert store.core.engine.count(Where()) == 1
    store.close()


@pytest.mark.parametrize("steps", range(1, 9))
def test_killed_while_reembedding(
    start: Callable[..., Any], prepared: Path, folder: Path, steps: int
) -> None:
    """Note what is begun, create, three writes, switch, delete the old, note that it is done."""
    store_folder = copy(prepared, folder)
    process = start(die_after, store_folder, "reembed", steps)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    store = reopened(store_folder)
    assert store.embedding == (SPEC if steps <= 5 else OTHER)
    assert_whole(store, *version(1))
    store.set_embedding(OTHER, other_vectors)
    assert store.embedding == OTHER
    assert_whole(store, *version(1))
    store.close()


def test_there_are_no_further_steps(
    start: Callable[..., Any], prepared: Path, folder: Path
) -> None:
    """So the tests above stop after every operation there is."""
    for what, steps in {"replace": 6, "add": 5, "delete": 3, "reembed": 9}.items():
        store_folder = copy(prepared, folder)
        process = start(die_after, store_folder, what, steps)
        process.join()
        assert process.exitcode == 7, what
        shutil.rmtree(store_folder)


def test_killed_at_random_moments(start: Callable[..., Any], folder: Path) -> None:
    """The same store, killed over and over; what was acknowledged is never lost."""
    log = folder / "log"
    log.touch()
    rng = random.Random(7)
    on_the_way = held = 0
    for _ in range(TRIALS):
        before = log.stat().st_size
        process = start(go_on, folder / "store", log)
        deadline = time.monotonic() + 60
        while log.stat().st_size == before and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.4))
        process.kill()
        process.join()
        notes = [line.split() for line in log.read_text().splitlines()]
        last = int(notes[-1][1])
        acknowledged = max((int(n) for word, n in notes if word == "done"), default=0)
        on_the_way += last != acknowledged
        store = reopened(folder / "store")
        before_that = max(acknowledged, held)
        held = max((int(task.removeprefix("任务")) for task in store.facet("task")), default=0)
        assert held in (before_that, last)
        if held:
            assert_whole(store, *version(held))
        else:
            assert store.core.engine.count(Where()) <= 1
        store.close()
    assert on_the_way > TRIALS // 4
