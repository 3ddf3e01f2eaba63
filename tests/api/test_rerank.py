"""Re-ranking with cross-encoders of real architectures, as small as can be."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

from api.pipeline import Lookup, Retrieval, query_embedder
from api.ranking import Found
from api.rerank import PLAIN, QWEN3, READ, load_reranker, reordered, text_of
from corpus.errors import InputError
from corpus.settings import BUNDLED_MODEL
from corpus.store.base import Candidate
from tests import tiny_models

QUERY = "工资专户"
TEXTS = ["重庆市工资专户代发", "培训", "广州实名制考勤平台预警，" * 3, "江西省"]


def framed(text, *, query=QUERY, frame=PLAIN):
    return frame[0].replace("{query}", query), frame[1].replace("{text}", text)


def score(folder, pair, *, answers=False):
    """The score of one pair by transformers alone, without padding or batches."""
    words = AutoTokenizer.from_pretrained(folder)
    given = words(*pair, return_tensors="pt")
    kind = AutoModelForCausalLM if answers else AutoModelForSequenceClassification
    with torch.inference_mode():
        logits = kind.from_pretrained(folder, dtype=torch.float32).eval()(**given).logits
    if not answers:
        return torch.sigmoid(logits[0, 0]).item()
    yes, no = words.convert_tokens_to_ids(["yes", "no"])
    return torch.sigmoid(logits[0, -1, yes] - logits[0, -1, no]).item()


@pytest.mark.parametrize(
    ("kind", "answers", "frame"),
    [
        ("bert", False, PLAIN),
        ("xlm-roberta", False, PLAIN),
        ("qwen3", False, QWEN3),
        ("qwen3", True, QWEN3),
    ],
)
def test_scores_are_those_of_the_model(tmp_path, kind, answers, frame):
    folder = tiny_models.reranker(kind, tmp_path / "tiny-reranker", answers=answers)
    expected = [score(folder, framed(text, frame=frame), answers=answers) for text in TEXTS]
    assert len({round(one, 4) for one in expected}) == len(TEXTS)
    scores = load_reranker(folder, "cpu", top=30, batch=3).scores(QUERY, TEXTS)
    assert scores == pytest.approx(expected, abs=1e-5)
    assert all(0 <= one <= 1 for one in scores)


def test_a_chat_template_that_carries_the_pair_is_left_to_it(tmp_path):
    folder = tmp_path / "tiny-reranker"
    tiny_models.reranker("qwen3", folder)
    words = AutoTokenizer.from_pretrained(folder)
    words.chat_template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    words.save_pretrained(folder)
    expected = score(folder, (f"query: {QUERY}\ndocument: {TEXTS[0]}\n",))
    scores = load_reranker(str(folder), "cpu", 30, 2).scores(QUERY, TEXTS[:1])
    assert scores == pytest.approx([expected], abs=1e-5)


def test_a_long_query_and_a_long_text_are_cut_to_what_the_model_takes(tmp_path):
    reranker = load_reranker(tiny_models.reranker("bert", tmp_path / "r"), "cpu", 30, 2)
    assert len(reranker.scores("工资" * 900, ["专户" * 600, "培训"])) == 2


def test_threads_take_turns(tmp_path):
    reranker = load_reranker(tiny_models.reranker("xlm-roberta", tmp_path / "r"), "cpu", 30, 2)
    alone = reranker.scores(QUERY, TEXTS)
    with ThreadPoolExecutor(8) as threads:
        for scores in threads.map(lambda _: reranker.scores(QUERY, TEXTS), range(24)):
            assert scores == pytest.approx(alone, abs=1e-6)


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta", "qwen3"])
def test_an_embedding_model_is_no_reranker(tmp_path, kind):
    folder = tiny_models.embedding(kind, tmp_path / "embedding")
    with pytest.raises(InputError, match="不是重排模型") as caught:
        load_reranker(folder, "cpu", 30, 2)
    assert "bge-reranker" in caught.value.hint


def test_a_classifier_of_several_classes_is_no_reranker(tmp_path):
    folder = tiny_models.reranker("bert", tmp_path / "r", labels=3)
    with pytest.raises(InputError, match="3 个分数"):
        load_reranker(folder, "cpu", 30, 2)


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
def test_a_folder_half_copied_is_told(tmp_path, file):
    folder = tmp_path / "r"
    tiny_models.reranker("bert", folder)
    (folder / file).write_bytes((folder / file).read_bytes()[:200])
    with pytest.raises(InputError, match="加载不了") as caught:
        load_reranker(str(folder), "cpu", 30, 2)
    assert "TASHAN_RERANKER" in caught.value.hint


def test_code_that_a_model_brings_is_not_run(tmp_path):
    folder = tmp_path / "r"
    tiny_models.reranker("bert", folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "new", "auto_map": {"AutoConfig": "own.Own"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "own.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w').close()\n")
    with pytest.raises(InputError, match="加载不了"):
        load_reranker(str(folder), "cpu", 30, 2)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta", "qwen3"])
def test_a_folder_is_loaded_without_a_look_at_the_network(tmp_path, monkeypatch, kind):
    embedding = tiny_models.embedding(kind, tmp_path / "embedding")
    reranker = tiny_models.reranker(kind, tmp_path / "reranker")
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *host, **_: asked.append(host) or [])
    monkeypatch.setattr(socket.socket, "connect", lambda _, host: asked.append(host))
    query_embedder(embedding, device="cpu").run(QUERY)
    load_reranker(reranker, "cpu", 30, 2)
    assert asked == []


def found(name, score, *, weak=False):
    candidate = Candidate(
        f"{name}#0", name, "", "d", "practice", None, None, None, (), None, (), score
    )
    return Found(candidate, score, None, 0.0, score, weak=weak)


@pytest.mark.parametrize(
    ("ranking", "scores", "expected"),
    [
        ("abc", {"a": 0.1, "b": 0.9, "c": 0.5}, "bca"),
        ("abcd", {"a": 0.1, "b": 0.9}, "bacd"),
        ("abXY", {"a": 0.1, "b": 0.2, "X": 0.99}, "baXY"),
        ("aXYZ", {"a": 0.1, "X": 0.2, "Y": 0.3}, "aYXZ"),
        ("abc", {"a": 0.5, "b": 0.5, "c": 0.5}, "abc"),
        ("abc", {}, "abc"),
        # One that is gone meanwhile has no score.
        ("abcX", {"b": 0.1, "c": 0.2, "X": 0.9}, "cbaX"),
        ("", {}, ""),
    ],
)
def test_order(ranking, scores, expected):
    """Capital letters are weak."""
    given = [found(one, 1 - n / 10, weak=one.isupper()) for n, one in enumerate(ranking)]
    ordered = reordered(given, scores)
    assert "".join(one.practice_id for one in ordered) == expected
    assert {one.practice_id: one.rerank for one in ordered if one.rerank is not None} == scores
    assert {one._replace(rerank=None) for one in ordered} == set(given)


def test_what_is_read_of_a_practice():
    def read(title, text):
        return text_of(SimpleNamespace(title=title, text=text))

    assert read("设立调解委员会", "江西省设立建筑业人民调解委员会。") == (
        "设立调解委员会\n江西省设立建筑业人民调解委员会。"
    )
    assert read("推行代发", "重庆市推行代发。自2017年起") == "重庆市推行代发。自2017年起"
    assert len(read("推行代发", "重庆市" * 1000)) == READ


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tiny_models.reranker("bert", tmp_path_factory.mktemp("model") / "r")


@pytest.fixture(scope="module")
def embedder():
    return query_embedder(str(BUNDLED_MODEL))


def retrievals(store, tiny, top):
    plain = Retrieval(store, query_embedder(str(BUNDLED_MODEL)))
    reranker = load_reranker(tiny, "cpu", top, 4)
    return plain, Retrieval(store, query_embedder(str(BUNDLED_MODEL)), reranker), reranker


@pytest.mark.parametrize("top", [1, 3, 30])
def test_the_first_are_put_in_the_order_of_their_scores(store, encoder, tiny, top):
    plain, reranking, reranker = retrievals(store, tiny, top)
    sparse = encoder.query({"工资": 1.0, "专户": 1.0})
    lookup = Lookup(sparse=sparse, attainable=4.0, rerank=True)
    before, after = plain.run(QUERY, lookup).found, reranking.run(QUERY, lookup).found
    practices = store.practices([one.practice_id for one in before[:top]])
    assert {one.practice_id for one in after if one.rerank is not None} == set(practices)
    for one in after[:top]:
        (expected,) = reranker.scores(QUERY, [text_of(practices[one.practice_id])])
        assert one.rerank == pytest.approx(expected, abs=1e-5)
    assert [one.weak for one in after] == sorted(one.weak for one in before)
    for weak in (False, True):
        scores = [one.rerank for one in after[:top] if one.weak is weak]
        assert scores == sorted(scores, reverse=True)
    assert [one.practice_id for one in after[top:]] == [one.practice_id for one in before[top:]]


def test_only_who_asks_is_re_ranked(store, encoder, tiny):
    plain, reranking, _ = retrievals(store, tiny, 30)
    lookup = Lookup(sparse=encoder.query({"工资": 1.0}), attainable=4.0)
    assert reranking.run(QUERY, lookup).found == plain.run(QUERY, lookup).found
    words = replace(lookup, mode="keyword", rerank=True)
    assert reranking.run(None, words) == plain.run(None, words)
