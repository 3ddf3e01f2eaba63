"""The whole service composed for real, with the bundled model and with others."""

from unittest.mock import Mock

import pytest

from api.commands import ingest_files
from api.compose import fingerprint, load_services, open_services
from api.routes_browse import stats
from api.schemas import SearchRequest
from corpus.errors import InputError, StoreError
from corpus.settings import BUNDLED_MODEL, Settings
from corpus.store.corpus import QdrantCorpus
from tests import tiny_models


def tiny_static(folder):
    """A static embedding of 16 components over single characters."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    characters = sorted({c for path in ("工资专户代发实名制考勤培训农民工",) for c in path})
    vocabulary = {"[UNK]": 0} | {c: i + 1 for i, c in enumerate(characters)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_dim=16)], device="cpu"
    ).save_pretrained(str(folder))


def tiny_bert(folder):
    """A transformer of one layer and 32 components."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"工资专户代发实名制考勤培训农民工重庆市",
    ]
    inner = folder / "bert"
    inner.mkdir(parents=True)
    (inner / "vocab.txt").write_text("\n".join(dict.fromkeys(words)), "utf-8")
    BertTokenizerFast(vocab=str(inner / "vocab.txt")).save_pretrained(inner)
    config = BertConfig(
        vocab_size=len(set(words)), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(inner)
    transformer = Transformer(str(inner), max_seq_length=64)
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save_pretrained(
        str(folder / "model")
    )


def ids(services):
    return {
        p.id: p.text for d in services.store.documents() for p in services.store.practices_of(d.id)
    }


def first(services, query):
    return services.search.search(SearchRequest(query=query)).hits[0].id


def test_another_model_re_embeds_what_is_stored_without_changing_an_id(tmp_path):
    services = load_services(Settings(data_dir=tmp_path / "data"))
    before = ids(services)
    assert first(services, "工资专户代发") == "practice-list-1.5.1.2"
    assert services.store.embedding.dimension == 512
    services.store.close()

    tiny_static(tmp_path / "static")
    tiny_bert(tmp_path / "transformer")
    for folder, dimension in (("static", 16), ("transformer/model", 32)):
        model = str(tmp_path / folder)
        services = load_services(Settings(data_dir=tmp_path / "data", embedding_model=model))
        assert ids(services) == before
        assert services.store.embedding.dimension == dimension
        assert services.store.stats().passages == 148
        assert first(services, "工资专户代发") == "practice-list-1.5.1.2"
        dense = services.search.search(SearchRequest(query="工资专户代发", mode="semantic"))
        assert dense.hits[0].match.dense is not None
        services.store.close()

    services = load_services(Settings(data_dir=tmp_path / "data"))
    assert services.store.embedding.fingerprint == fingerprint(str(BUNDLED_MODEL))
    services.store.close()


def test_a_large_load_is_settled_at_the_start_and_after_an_ingestion(tmp_path, monkeypatch, caplog):
    settings = Settings(data_dir=tmp_path / "data")
    with caplog.at_level("INFO", "api.compose"), open_services(settings):
        assert "整理索引" not in caplog.text
    monkeypatch.setattr("api.compose.SETTLED_FROM", 148)
    with caplog.at_level("INFO", "api.compose"), open_services(settings) as services:
        assert caplog.text.count("整理索引（库中 148 段）") == 1
        assert first(services, "工资专户代发") == "practice-list-1.5.1.2"
    with monkeypatch.context() as full:
        full.setattr(QdrantCorpus, "optimize", Mock(side_effect=StoreError("库出错")))
        with open_services(settings) as services:
            assert "索引没有整理成，检索照常，只是慢一些：库出错" in caplog.text
            assert first(services, "工资专户代发") == "practice-list-1.5.1.2"
    caplog.clear()
    monkeypatch.setattr("api.compose.SETTLED_FROM", 149)
    file = tmp_path / "某市方案.txt"
    file.write_text("某市实施方案\n一、全面推行实名制\n（一）落实考勤。各项目考勤到人。\n", "utf-8")
    with caplog.at_level("INFO", "api.compose"):
        (taken,) = ingest_files([file], settings, preview=False)
    assert taken["state"] == "stored"
    assert caplog.text.count("整理索引") == 1


def test_a_query_prefix_reaches_the_model(tmp_path):
    tiny_static(tmp_path / "static")
    scores = []
    for prefix in ("", "培训培训培训"):
        settings = Settings(
            data_dir=tmp_path / "data",
            embedding_model=str(tmp_path / "static"),
            query_prefix=prefix,
        )
        services = load_services(settings)
        answer = services.search.search(SearchRequest(query="工资", mode="semantic"))
        scores.append([hit.match.dense for hit in answer.hits])
        services.store.close()
    assert scores[0] != scores[1]


def test_strong_models_of_all_kinds_serve_together(tmp_path):
    model = tiny_models.embedding("qwen3", tmp_path / "tiny-embedding", {"query": "查询："})
    settings = Settings(
        data_dir=tmp_path / "data",
        embedding_model=model,
        embedding_batch=50,
        reranker=tiny_models.reranker("xlm-roberta", tmp_path / "tiny-reranker"),
        reranker_top=5,
        device="cpu",
    )
    services = load_services(settings)
    told = stats(services)
    assert (told.model.name, told.model.dimension) == ("tiny-embedding", 16)
    assert told.reranker == "tiny-reranker"
    answer = services.search.search(SearchRequest(query="工资专户代发", limit=20))
    scores = [hit.match.rerank for hit in answer.hits[:5]]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) > 1
    assert all(hit.match.rerank is None for hit in answer.hits[5:])
    words = services.search.search(SearchRequest(query="工资专户代发", mode="keyword"))
    assert words.hits[0].match.rerank is None
    everything = services.search.search(SearchRequest(query="重庆的做法"))
    assert everything.hits and everything.hits[0].match.rerank is None
    practice = services.store.practice(answer.hits[0].id)
    assert services.search.similar(practice, 3).hits[0].match.rerank is None
    services.store.close()


def test_a_re_ranker_that_is_none_keeps_the_service_from_starting(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", reranker=str(BUNDLED_MODEL))
    with pytest.raises(InputError, match="不是重排模型"):
        load_services(settings)
    # The store was closed again.
    load_services(Settings(data_dir=tmp_path / "data", reranker="")).store.close()


def test_a_folder_that_is_no_model_is_named(tmp_path):
    (tmp_path / "model").mkdir()
    settings = Settings(data_dir=tmp_path / "data", embedding_model=str(tmp_path / "model"))
    with pytest.raises(InputError, match="model") as caught:
        load_services(settings)
    assert "TASHAN_EMBEDDING_MODEL" in caught.value.hint


def test_the_fingerprint_follows_the_weights_and_not_the_card(tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"a" * 100)
    first = fingerprint(str(tmp_path))
    (tmp_path / "README.md").write_text("card")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "weights.bin.metadata").write_text("downloaded today")
    assert fingerprint(str(tmp_path)) == first
    (tmp_path / "weights.bin").write_bytes(b"b" * 100)
    assert fingerprint(str(tmp_path)) != first
    assert fingerprint("BAAI/bge-m3") != fingerprint("BAAI/bge-large-zh-v1.5")


def test_the_fingerprint_follows_what_is_put_before_passages():
    model = "intfloat/multilingual-e5-small"
    assert fingerprint(model, "passage: ") != fingerprint(model)
    assert fingerprint(model, "") == fingerprint(model)
