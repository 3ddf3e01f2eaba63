"""Readers go on while writers work, and see one version of a document, whole."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest

from corpus.errors import ModelMismatch
from corpus.store.base import SearchFilter, Sparse
from corpus.store.corpus import QdrantCorpus
from corpus.store.visibility import GIVE_WAY, Visibility
from tests.corpus.store.factory import embed, make_parsed, make_practice, vector_of
from tests.corpus.store.victim import OTHER, other_vectors

SIZE = 40


def versions(number: int) -> tuple:
    rng = random.Random(number)
    practices = [
        make_practice("d", n, f"第{number}版第{n}条", task=f"任务{number}") for n in range(SIZE)
    ]
    parsed = make_parsed("d", practices)
    return parsed, embed(parsed, rng)


def in_background(stop: threading.Event, read: Callable[[], None]) -> tuple:
    """A thread that reads until told to stop, what went wrong in it, and how often it read."""
    wrong: list[BaseException] = []
    reads: list[int] = []

    def run() -> None:
        while not stop.is_set() and not wrong:
            try:
                read()
                reads.append(1)
            except BaseException as error:
                wrong.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, wrong, reads


def test_readers_see_one_version(edge: QdrantCorpus) -> None:
    edge.replace_document(*versions(0))
    query, sparse = vector_of(random.Random(1)), Sparse(list(range(60)), [1.0] * 60)

    def search() -> None:
        found = edge.search(query, sparse, SearchFilter(), 200)
        for channel in (found.dense, found.sparse):
            assert len(channel) == SIZE
            assert len({candidate.task for candidate in channel}) == 1

    def count() -> None:
        assert edge.count(SearchFilter()) == SIZE
        assert list(edge.facet("task").values()) == [SIZE]
        assert edge.stats().practices == SIZE
        assert len({practice.task for practice in edge.practices_of("d")}) == 1

    def read_document() -> None:
        parsed = edge.parsed("d")
        assert parsed is not None and len(parsed.practices) == len(parsed.blocks) == SIZE
        texts = [practice.text for practice in parsed.practices]
        assert [block.text for block in parsed.blocks] == texts
        first = edge.practice("d/p0")
        assert first is not None and first.text.startswith("第")

    stop = threading.Event()
    threads = [in_background(stop, read) for read in (search, count, read_document)]
    try:
        for number in range(1, 61):
            edge.replace_document(*versions(number))
        edge.set_embedding(OTHER, other_vectors)
    finally:
        stop.set()
        for thread, _, _ in threads:
            thread.join()
    wrong = [error for _, errors, _ in threads for error in errors]
    # A search whose vector is of the old model is refused once the new one is in force.
    assert [error for error in wrong if not isinstance(error, ModelMismatch)] == []
    assert all(len(reads) > 5 for _, _, reads in threads)


def test_searches_go_on_while_reembedding(edge: QdrantCorpus) -> None:
    edge.replace_document(*versions(0))
    query = vector_of(random.Random(1))
    found = []

    def embed_slowly(passages: list) -> list[list[float]]:
        found.append(edge.search(query, None, SearchFilter(), 100).dense)
        return other_vectors(passages)

    before = edge.search(query, None, SearchFilter(), 100).dense
    edge.set_embedding(OTHER, embed_slowly)
    assert found == [before]


def test_writers_come_one_at_a_time(edge: QdrantCorpus) -> None:
    """Eight threads replace the same document; the last one's is there, whole."""
    threads = [
        threading.Thread(target=edge.replace_document, args=versions(number)) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert edge.stats().passages == SIZE
    assert list(edge.facet("task").values()) == [SIZE]


def test_the_gate_waits_for_readers_and_holds_up_new_ones() -> None:
    visibility = Visibility()
    entered, closed, order = threading.Event(), threading.Event(), []

    def write() -> None:
        with visibility.closed():
            closed.set()
            order.append("written")

    def read_late() -> None:
        with visibility.reading():
            order.append("read late")

    with visibility.reading() as hidden:
        assert hidden == frozenset()
        writer = threading.Thread(target=write)
        writer.start()
        assert not closed.wait(0.05)
        late = threading.Thread(target=read_late)
        late.start()
        entered.wait(0.05)
        order.append("read early")
    writer.join()
    late.join()
    assert order == ["read early", "written", "read late"]


def test_readers_give_way_to_a_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads without a pause sleeps after each reading, so that the writer gets on."""
    slept: list[float] = []
    monkeypatch.setattr("corpus.store.visibility.time.sleep", slept.append)
    visibility = Visibility()

    def read() -> list[float]:
        slept.clear()
        with visibility.reading():
            assert slept == []
        return list(slept)

    assert read() == []
    with visibility.writing():
        with visibility.writing():
            assert read() == [GIVE_WAY]
        assert read() == [GIVE_WAY]
    assert read() == []


def test_hidden_generations_are_told_to_readers() -> None:
    visibility = Visibility()
    visibility.hide("a")
    visibility.hide("b")
    visibility.show("a")
    with visibility.reading() as hidden:
        assert hidden == {"b"}
