"""Another model re-embeds what is stored and changes nothing else."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpus.errors import ModelMismatch
from corpus.model import Passage
from corpus.store.base import EmbeddingSpec, SearchFilter
from corpus.store.corpus import QdrantCorpus
from tests.corpus.store.conftest import Open
from tests.corpus.store.factory import SPEC, embed, make_corpus, vector_of

WIDER = EmbeddingSpec("更大的模型", "f-2", 24)
RETRAINED = EmbeddingSpec("测试模型", "f-3", 8)


def embedder(spec: EmbeddingSpec) -> object:
    def vectors(passages: list[Passage]) -> list[list[float]]:
        return [vector_of(random.Random(p.id + spec.fingerprint), spec.dimension) for p in passages]

    return vectors


@pytest.mark.parametrize("spec", [WIDER, RETRAINED])
def test_new_vectors_are_searched_and_ids_stay(open_store: Open, spec: EmbeddingSpec) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    made = make_corpus(seed=4, documents=6, practices=40)
    for parsed, passages in made:
        store.replace_document(parsed, passages)
    total = sum(len(passages) for _, passages in made)
    told: list[tuple[int, int]] = []
    store.set_embedding(spec, embedder(spec), lambda done, of: told.append((done, of)))
    assert told[-1] == (total, total) and sorted(told) == told and len(told) > 1
    everything = [e.passage for _, passages in made for e in passages]
    matrix = np.array(embedder(spec)(everything))
    query = np.array(vector_of(random.Random(5), spec.dimension))
    scores = matrix @ query / np.linalg.norm(matrix, axis=1) / np.linalg.norm(query)
    best = [everything[i].id for i in np.argsort(-scores)[:20]]
    for again in (store, None):
        again = again or open_store()
        assert again.embedding == spec
        found = again.search(list(query), None, SearchFilter(), 20).dense
        assert [c.passage_id for c in found] == best
        assert [c.score for c in found] == pytest.approx(sorted(scores)[::-1][:20], abs=1e-5)
        assert again.core.meta.discard is None
        for parsed, _ in made:
            assert again.parsed(parsed.document.id) == parsed
        sparse = again.search(None, made[0][1][0].sparse, SearchFilter(), 5).sparse
        assert sparse[0].passage_id == made[0][1][0].passage.id
    store = again
    store.replace_document(
        made[0][0], embed(made[0][0], random.Random(1), dimension=spec.dimension)
    )
    if spec.dimension != SPEC.dimension:
        with pytest.raises(ModelMismatch):
            store.replace_document(*made[0])


def test_the_same_model_is_not_run_again(store: QdrantCorpus) -> None:
    parsed, passages = make_corpus(seed=1, documents=1)[0]
    store.replace_document(parsed, passages)

    def refuse(passages: list[Passage]) -> list[list[float]]:
        raise AssertionError("embedded again")

    store.set_embedding(SPEC, refuse)
    moved = EmbeddingSpec("同一模型换了位置", SPEC.fingerprint, SPEC.dimension)
    store.set_embedding(moved, refuse)
    assert store.embedding == moved
    with pytest.raises(AssertionError, match="again"):
        store.set_embedding(RETRAINED, refuse)


@pytest.mark.parametrize("failure", ["error", "length", "number"])
def test_a_model_that_fails_changes_nothing(open_store: Open, failure: str) -> None:
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    made = make_corpus(seed=4, documents=3, practices=200)
    for parsed, passages in made:
        store.replace_document(parsed, passages)
    query = vector_of(random.Random(5))
    before = store.search(query, None, SearchFilter(), 20)
    calls = 0

    def fail_later(passages: list[Passage]) -> list[list[float]]:
        nonlocal calls
        calls += 1
        vectors = embedder(WIDER)(passages)
        if calls < 2:
            return vectors
        if failure == "error":
            raise RuntimeError("模型坏了")
        return vectors[1:] if failure == "number" else [v[1:] for v in vectors]

    with pytest.raises(RuntimeError if failure == "error" else ModelMismatch):
        store.set_embedding(WIDER, fail_later)
    for again in (store, None):
        again = again or open_store()
        assert again.embedding == SPEC and again.core.meta.discard is None
        assert again.search(query, None, SearchFilter(), 20) == before
    again.set_embedding(WIDER, embedder(WIDER))
    assert again.embedding == WIDER
