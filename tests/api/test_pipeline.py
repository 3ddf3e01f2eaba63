from __future__ import annotations

import copy
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from haystack import Pipeline
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersTextEmbedder,
)
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer

from api.pipeline import HybridRetriever, Lookup, PracticeRanker, Retrieval, query_embedder
from api.ranking import UNWORDED
from corpus.errors import StoreError
from corpus.model import Passage
from corpus.settings import BUNDLED_MODEL, Settings
from corpus.sparse import SparseEncoder
from corpus.store.base import CorpusStore, SearchFilter
from corpus.store.open import open_store
from ingest.pipeline import passage_embedder
from tests import tiny_models

MODEL = str(BUNDLED_MODEL)


def test_query_vectors_are_arrays_of_unit_length() -> None:
    vector = query_embedder(MODEL).run("工资专户代发")["embedding"]
    assert isinstance(vector, np.ndarray)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("prefix", [None, "为检索生成表示："])
def test_the_short_way_of_a_static_model_gives_the_same_vectors(prefix: str | None) -> None:
    short, stock = (query_embedder(MODEL, prefix, device="cpu") for _ in range(2))
    assert short.static
    stock.static = []
    for text in ("工资专户代发", "12% of BIM", "", "怎么防止人走了还占岗位？"):
        assert np.array_equal(short.run(text)["embedding"], stock.run(text)["embedding"])


def test_a_static_model_that_is_cut_short_is_cut_short_for_queries_too(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED_MODEL, folder)
    stated = folder / "config_sentence_transformers.json"
    config = json.loads(stated.read_text("utf-8")) | {"truncate_dim": 64}
    stated.write_text(json.dumps(config), "utf-8")
    passages = passage_embedder(str(folder), 3, threading.Lock(), "cpu")
    vector = query_embedder(str(folder), device="cpu").run("工资专户")["embedding"]
    assert len(vector) == passages.dimension() == 64
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


def test_a_transformer_goes_the_stock_way(tmp_path: Path) -> None:
    folder = tiny_models.embedding("bert", tmp_path / "model")
    assert not query_embedder(folder, device="cpu").static


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


PROMPTS = {"query": "查询：", "document": "平台："}


@pytest.mark.parametrize(
    ("kind", "name", "own", "query", "passage"),
    [
        ("bert", "bge-large-zh-v1.5", None, "为这个句子生成表示以用于检索相关文章：", ""),
        ("xlm-roberta", "bge-m3", None, "", ""),
        ("xlm-roberta", "multilingual-e5-small", None, "query: ", "passage: "),
        ("qwen3", "Qwen3-Embedding-0.6B", PROMPTS, "查询：", "平台："),
    ],
)
def test_a_model_gets_the_instructions_it_wants(
    tmp_path: Path, kind: str, name: str, own: dict[str, str] | None, query: str, passage: str
) -> None:
    folder = tiny_models.embedding(kind, tmp_path / name, own)
    model = SentenceTransformer(folder, device="cpu")

    def vector(text: str) -> NDArray[np.float32]:
        return model.encode(text, prompt="", normalize_embeddings=True)

    queries = query_embedder(folder, device="cpu")
    found = queries.run("工资专户")["embedding"]
    assert np.allclose(found, vector(f"{query}工资专户"), atol=1e-6)
    passages = passage_embedder(folder, 3, threading.Lock(), "cpu")
    assert passages.prompt == passage
    # Of lengths that are padded in a batch, one longer than BERT can read.
    texts = ["重庆市代发", "培训" * 60, "工资专户代发" * 5, "江西省农民"]
    given = [Passage(id="", practice_id="", document_id="", text=t, context="广州") for t in texts]
    for text, embedded in zip(texts, passages.embed(given), strict=True):
        assert np.allclose(embedded, vector(f"{passage}广州\n{text}"), atol=1e-5)
    own_prefix = query_embedder(folder, "为这个", device="cpu").run("工资专户")["embedding"]
    assert np.allclose(own_prefix, vector("为这个工资专户"), atol=1e-6)
    none = query_embedder(folder, "", device="cpu").run("工资专户")["embedding"]
    assert np.allclose(none, vector("工资专户"), atol=1e-6)


def test_qwen3_pools_the_last_token(tmp_path: Path) -> None:
    folder = tiny_models.embedding("qwen3", tmp_path / "model")
    words, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    given = words("工资专户", return_tensors="pt")
    assert words.convert_ids_to_tokens(given["input_ids"][0])[-1] == "<|endoftext|>"
    last = model(**given).last_hidden_state[0, -1].detach().numpy()
    found = query_embedder(folder, device="cpu").run("工资专户")["embedding"]
    assert np.allclose(found, last / np.linalg.norm(last), atol=1e-5)


def test_a_default_prompt_is_not_put_before_everything(tmp_path: Path) -> None:
    folder = tiny_models.embedding("bert", tmp_path / "model", {"sts": "培训："})
    plain = query_embedder(folder, device="cpu").run("工资")["embedding"]
    stated = tmp_path / "model" / "config_sentence_transformers.json"
    config = json.loads(stated.read_text("utf-8")) | {"default_prompt_name": "sts"}
    shutil.copytree(tmp_path / "model", tmp_path / "other")
    (tmp_path / "other" / stated.name).write_text(json.dumps(config), "utf-8")
    other = query_embedder(str(tmp_path / "other"), device="cpu")
    assert other.embedding_backend is not None
    assert other.embedding_backend.model.default_prompt_name == "sts"
    assert np.allclose(plain, other.run("工资")["embedding"])


def test_on_a_processor_a_model_published_in_half_precision_computes_in_single(
    tmp_path: Path,
) -> None:
    folder = tiny_models.embedding("qwen3", tmp_path / "model", dtype=torch.bfloat16)
    assert SentenceTransformer(folder, device="cpu").dtype is torch.bfloat16
    embedder = query_embedder(folder, device="cpu")
    assert embedder.embedding_backend is not None
    assert embedder.embedding_backend.model.dtype is torch.float32


def test_the_strongest_is_known_for_less_where_less_is_enough(
    store: CorpusStore, encoder: SparseEncoder
) -> None:
    retrieval = Retrieval(store, query_embedder(MODEL))
    words = dict.fromkeys(encoder.segmenter.terms("工资专户代发"), 1.0)
    lookup = Lookup(sparse=encoder.query(words), attainable=10.0)
    found, embedding = retrieval.run("工资专户代发", lookup)
    best = max(one.strength for one in found)
    assert retrieval.strongest(lookup, embedding, best + 0.01) == pytest.approx(best)
    nearest = max(one.dense or 0.0 for one in found) - UNWORDED
    assert nearest < best, "words add to it"
    assert retrieval.strongest(lookup, embedding, nearest - 0.01) == pytest.approx(nearest)
    assert retrieval.strongest(Lookup(), None, 0.5) == 0.0


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
    words, _ = retrieval.run(None, Lookup(sparse=sparse, mode="keyword", attainable=1.0))
    assert [one.practice_id for one in words] == ["list-1-4"]
    assert words[0].dense is None
    meaning, embedding = retrieval.run("桂建通平台", Lookup(mode="semantic"))
    assert len(meaning) == 12
    assert all(one.sparse is None for one in meaning)
    nowhere = Lookup(sparse=sparse, where=SearchFilter(regions=("110000",)))
    assert retrieval.run("桂建通平台", nowhere).found == []
    again = retrieval.run("桂建通平台", Lookup(mode="semantic"), embedding)
    assert again.found == meaning and again.embedding is embedding


def test_what_the_store_raises_comes_through(tmp_path: Path, encoder: SparseEncoder) -> None:
    closed = open_store(Settings(data_dir=tmp_path))
    retrieval = Retrieval(closed, query_embedder(MODEL))
    closed.close()
    with pytest.raises(StoreError):
        retrieval.run(None, Lookup(sparse=encoder.query({"工资": 1.0})))


def test_what_goes_between_components_is_not_copied() -> None:
    lookup = Lookup()
    assert copy.deepcopy(lookup) is lookup
