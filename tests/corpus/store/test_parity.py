"""The two engines give the same answers to the same questions about the same random data."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient

from corpus.store.base import Candidate, SearchFilter
from corpus.store.corpus import QdrantCorpus
from corpus.store.points import FACETS
from tests.corpus.store.conftest import edge_engine, server_engine
from tests.corpus.store.factory import SPEC, make_corpus, sparse_of, vector_of
from tests.corpus.store.test_contract import FILTERS

Pair = tuple[QdrantCorpus, QdrantCorpus]
TIE = 1e-5


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """720 passages in each, after replacements and a deletion."""
    pair = (
        QdrantCorpus(edge_engine(tmp_path_factory.mktemp("parity"))),
        QdrantCorpus(server_engine(QdrantClient(":memory:"))),
    )
    made = make_corpus(seed=31, documents=8, practices=60)
    later = make_corpus(seed=32, documents=8, practices=60)
    for store in pair:
        store.set_embedding(SPEC, lambda passages: [])
        for parsed, passages in made:
            store.replace_document(parsed, passages)
        for parsed, passages in later[2:5]:
            store.replace_document(parsed, passages)
        store.delete_document("d6")
    yield pair
    for store in pair:
        store.close()


def assert_same_ranking(left: list[Candidate], right: list[Candidate]) -> None:
    """The same, but that candidates with one score may change places, or fall off at the end."""
    assert [c.score for c in left] == pytest.approx([c.score for c in right], rel=1e-4, abs=TIE)
    if left:
        last = left[-1].score
        sure = [c for c in left if c.score > last + 10 * TIE]
        scores = {c.passage_id: c.score for c in right}
        for candidate in sure:
            assert candidate.score == pytest.approx(scores[candidate.passage_id], rel=1e-4)
        others = {c.passage_id: c for c in right}
        for candidate in sure:
            other = others[candidate.passage_id]
            told = {"score": 0, "generation": ""}  # each store has generations of its own
            assert candidate._replace(**told) == other._replace(**told)


@pytest.mark.parametrize("name", FILTERS)
def test_same_ranking(both: Pair, name: str) -> None:
    rng = random.Random(name)
    for limit in (5, 100):
        query, tokens = vector_of(rng), sparse_of(rng)
        left, right = (s.search(query, tokens, FILTERS[name], limit) for s in both)
        assert_same_ranking(left.dense, right.dense)
        assert_same_ranking(left.sparse, right.sparse)


def test_same_ranking_once_optimized(both: Pair) -> None:
    for store in both:
        store.optimize()
    for name in ("none", "city", "phrase"):
        test_same_ranking(both, name)


@pytest.mark.parametrize("name", FILTERS)
def test_same_counts_and_facets(both: Pair, name: str) -> None:
    left, right = both
    assert left.count(FILTERS[name]) == right.count(FILTERS[name])
    for field in FACETS:
        assert left.facet(field, FILTERS[name]) == right.facet(field, FILTERS[name])


def test_same_contents(both: Pair) -> None:
    left, right = both
    assert left.documents() == right.documents() and len(left.documents()) == 7
    assert left.stats() == right.stats() and left.stats().passages == 660
    assert left.tasks() == right.tasks()
    assert left.undated() == right.undated()
    for document in left.documents():
        assert left.parsed(document.id) == right.parsed(document.id)
    ids = [[p.id for batch in store.passages() for p in batch] for store in both]
    assert sorted(ids[0]) == sorted(ids[1])
    assert left.facet("document_id", SearchFilter()) == right.facet("document_id")
