from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from haystack import Pipeline
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersTextEmbedder,
)

from api.pipeline import HybridRetriever, Lookup, PracticeRanker, Retrieval, query_embedder
from corpus.errors import StoreError
from corpus.settings import BUNDLED_MODEL, Settings
from corpus.sparse import SparseEncoder
from corpus.store.base import CorpusStore, SearchFilter
from corpus.store.open import open_store

MODEL = str(BUNDLED_MODEL)


def test_query_vectors_are_arrays_of_unit_length() -> None:
    vector = query_embedder(MODEL).run("工资专户代发")["embedding"]
    assert isinstance(vector, np.ndarray)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


def test_threads_may_embed_at_once() -> None:
    embedder = query_embedder(MODEL, lock=threading.Lock())
    texts = [f"工资专户代发{n}" for n in range(40)]
    one_by_one = [embedder.run(text)["embedding"] for text in texts]
    with ThreadPoolExecutor(8) as threads:
        at_once = list(threads.map(lambda text: embedder.run(text)["embedding"], texts))
    assert np.allclose(one_by_one, at_once)


def test_a_prefix_changes_the_vector() -> None:
    plain, prefixed = query_embedder(MODEL), query_embedder(MODEL, "为检索生成表示：")
    text = "工资专户"
    assert not np.allclose(plain.run(text)["embedding"], prefixed.run(text)["embedding"])


def test_the_components_work_in_another_pipeline(
    store: CorpusStore, encoder: SparseEncoder
) -> None:
    pipeline = Pipeline()
    stock = SentenceTransformersTextEmbedder(
        model=MODEL, progress_bar=False, normalize_embeddings=True, token=None
    )
    pipeline.add_component("embedder", stock)
    pipeline.add_component("retriever", HybridRetriever(store))
    pipeline.add_component("ranker", PracticeRanker())
    pipeline.connect("embedder.embedding", "retriever.embedding")
    pipeline.connect("retriever.pool", "ranker.pool")
    lookup = Lookup(sparse=encoder.query({"专户": 1.0}), attainable=1.0)
    inputs = {
        "embedder": {"text": "工资专户代发"},
        "retriever": {"lookup": lookup},
        "ranker": {"lookup": lookup},
    }
    assert pipeline.run(inputs)["ranker"]["found"][0].practice_id == "list-1-1"


def test_channels(store: CorpusStore, encoder: SparseEncoder) -> None:
    retrieval = Retrieval(store, query_embedder(MODEL))
    sparse = encoder.query({"桂建通": 1.0})
    words = retrieval.run(None, Lookup(sparse=sparse, mode="keyword", attainable=1.0))
    assert [one.practice_id for one in words] == ["list-1-4"]
    assert words[0].dense is None
    meaning = retrieval.run("桂建通平台", Lookup(mode="semantic"))
    assert len(meaning) == 12
    assert all(one.sparse is None for one in meaning)
    nowhere = Lookup(sparse=sparse, where=SearchFilter(regions=("110000",)))
    assert retrieval.run("桂建通平台", nowhere) == []


def test_what_the_store_raises_comes_through(tmp_path: Path, encoder: SparseEncoder) -> None:
    closed = open_store(Settings(data_dir=tmp_path))
    retrieval = Retrieval(closed, query_embedder(MODEL))
    closed.close()
    with pytest.raises(StoreError):
        retrieval.run(None, Lookup(sparse=encoder.query({"工资": 1.0})))


def test_what_goes_between_components_is_not_copied() -> None:
    lookup = Lookup()
    assert copy.deepcopy(lookup) is lookup
