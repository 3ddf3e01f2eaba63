"""Models before they are loaded: names, folders, instructions, devices, and what goes wrong."""

import json

import pytest
import torch

from corpus.errors import InputError, StoreError
from corpus.models import (
    Prompts,
    check_embedding_folder,
    check_reranker,
    check_reranker_folder,
    find_device,
    loading,
    model_folder,
    model_kwargs,
    model_name,
    own_code,
    own_prompts,
    prompts,
)
from corpus.settings import BUNDLED_MODEL, Settings

BGE = "为这个句子生成表示以用于检索相关文章："
SEARCH = "Given a web search query, retrieve relevant passages that answer the query"


@pytest.mark.parametrize(
    ("model", "own", "prefix", "expected"),
    [
        ("BAAI/bge-large-zh-v1.5", {}, None, Prompts(BGE)),
        ("BAAI/bge-small-zh", {"query": "", "document": ""}, None, Prompts(BGE)),
        ("BAAI/bge-m3", {}, None, Prompts()),
        ("BAAI/bge-base-en-v1.5", {}, None, Prompts("Represent this sentence for searching relevant passages: ")),
        ("intfloat/multilingual-e5-large", {}, None, Prompts("query: ", "passage: ")),
        ("intfloat/e5-base-v2", {}, None, Prompts("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", {}, None, Prompts(f"Instruct: {SEARCH}\nQuery: ")),
        ("Alibaba-NLP/gte-Qwen2-1.5B-instruct", {}, None, Prompts(f"Instruct: {SEARCH}\nQuery: ")),
        ("qwen/qwen3-embedding-0.6b", {}, None, Prompts(f"Instruct: {SEARCH}\nQuery:")),
        ("TencentBAC/Conan-embedding-v1", {}, None, Prompts()),
        ("IEITYuan/Yuan-embedding-2.0-zh", {}, None, Prompts()),
        (str(BUNDLED_MODEL), {}, None, Prompts()),
        # The model's own goes before the table, and what is set before both.
        ("Qwen/Qwen3-Embedding-8B", {"query": "问："}, None, Prompts("问：")),
        ("other", {"query": "q: ", "passage": "p: ", "corpus": "c: "}, None, Prompts("q: ", "p: ")),
        ("other", {"document": "d: ", "passage": "p: "}, None, Prompts("", "d: ")),
        ("BAAI/bge-large-zh-v1.5", {}, "找：", Prompts("找：")),
        ("BAAI/bge-large-zh-v1.5", {}, "", Prompts()),
        ("intfloat/multilingual-e5-small", {}, "", Prompts("", "passage: ")),
        # A name that only begins like one of the table's.
        ("someone/bge-large-zh-v1.5-legal", {}, None, Prompts()),
    ],
)  # fmt: skip
def test_prompts(model, own, prefix, expected):
    assert prompts(model, own, prefix) == expected


def test_a_model_is_called_by_its_folder(tmp_path):
    cached = tmp_path / "models--BAAI--bge-m3" / "snapshots" / "5617a9f6"
    plain = tmp_path / "bge-large-zh-v1.5"
    for folder in (cached, plain):
        folder.mkdir(parents=True)
    assert model_name(str(cached)) == "BAAI/bge-m3"
    assert model_name(str(plain)) == "bge-large-zh-v1.5"
    assert prompts(str(plain), {}).query == BGE
    assert model_name("BAAI/bge-m3") == "BAAI/bge-m3"
    assert model_name(str(BUNDLED_MODEL)) == "bundled"


@pytest.mark.parametrize("name", ["BAAI/bge-m3", "bge-m3", "sentence-transformers/LaBSE"])
def test_a_name_is_no_folder(name):
    assert model_folder(name, "TASHAN_RERANKER") is None


@pytest.mark.parametrize(
    "path", ["/models/not-there", "./not-there", "~/bge-m3", "a/b/c", "D:\\models\\bge", "bge-m3/", ""]
)  # fmt: skip
def test_a_path_that_is_not_there_is_not_looked_up_as_a_name(path):
    with pytest.raises(InputError, match="没有模型文件夹") as caught:
        model_folder(path, "TASHAN_RERANKER")
    assert "TASHAN_RERANKER" in caught.value.hint


def write(folder, **files):
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return folder


def test_the_prompts_a_folder_states(tmp_path):
    assert own_prompts(tmp_path) == {}
    write(tmp_path, config_sentence_transformers={"prompts": {"query": "问：", "document": ""}})
    assert own_prompts(tmp_path) == {"query": "问：", "document": ""}
    (tmp_path / "config_sentence_transformers.json").write_text("{half")
    assert own_prompts(tmp_path) == {}


def test_an_embedding_folder_states_its_modules(tmp_path):
    check_embedding_folder(BUNDLED_MODEL)
    with pytest.raises(InputError, match=r"modules\.json"):
        check_embedding_folder(write(tmp_path, config={"architectures": ["BertModel"]}))


@pytest.mark.parametrize(
    ("files", "fits"),
    [
        ({"config": {"architectures": ["XLMRobertaForSequenceClassification"]}}, True),
        ({"config": {"architectures": ["Qwen3ForSequenceClassification"]}}, True),
        ({"config": {"architectures": ["Qwen3ForCausalLM"]}, "modules": [],
          "config_sentence_transformers": {"model_type": "CrossEncoder"}}, True),
        ({"config": {"architectures": ["Qwen3ForCausalLM"]}}, False),
        ({"config": {"architectures": ["BertModel"]}}, False),
        ({"config": {"architectures": ["BertForSequenceClassification"]}, "modules": []}, False),
        ({"config": {"architectures": ["Qwen3ForCausalLM"]}, "modules": [],
          "config_sentence_transformers": {"prompts": {}}}, False),
        ({"config": {"architectures": ["BertForSequenceClassification"]}, "modules": [],
          "config_sentence_transformers": {"model_type": "SparseEncoder"}}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_what_is_a_cross_encoder(tmp_path, files, fits):
    folder = tmp_path / "model"
    folder.mkdir()
    write(folder, **files)
    if fits:
        check_reranker_folder(folder)
        return
    with pytest.raises(InputError, match="不是重排模型") as caught:
        check_reranker_folder(folder)
    assert "TASHAN_RERANKER" in caught.value.hint


def test_a_language_model_is_a_cross_encoder_by_its_name_only():
    check_reranker("Qwen/Qwen3-Reranker-0.6B", ["Qwen3ForCausalLM"])
    with pytest.raises(InputError, match="Qwen3ForCausalLM"):
        check_reranker("Qwen/Qwen3-0.6B", ["Qwen3ForCausalLM"])


def test_code_that_a_model_brings(tmp_path):
    assert not own_code(BUNDLED_MODEL)
    assert own_code(write(tmp_path, config={"auto_map": {"AutoModel": "modeling.Model"}}))


def test_devices():
    assert find_device("cpu") == "cpu"
    assert find_device("auto") in ("cpu", "cuda", "mps")
    assert model_kwargs("cpu") == model_kwargs("mps") == {"dtype": "float32"}


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("cuda", torch.cuda.is_available()),
        ("cuda:999", False),
        ("mps", torch.backends.mps.is_available()),
    ],
)
def test_a_device_that_is_not_there(wanted, there):
    if there:
        assert find_device(wanted) == wanted
        return
    with pytest.raises(InputError, match=f"TASHAN_DEVICE={wanted}"):
        find_device(wanted)


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:x", "", "CPU"])
def test_a_device_that_is_none(device):
    with pytest.raises(ValueError, match="device"):
        Settings(device=device)


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (OSError("no file\nmore"), "“m”加载不了：no file", "全部文件"),
        (KeyError("weight"), "weight", "TASHAN_RERANKER"),
        (RuntimeError(""), "RuntimeError", "TASHAN_RERANKER"),
        (ValueError("requires trust_remote_code=True"), "requires", "自带的代码"),
        (RuntimeError("CUDA out of memory"), "memory", "小一些"),
    ],
)
def test_what_the_libraries_raise(error, message, hint):
    with (
        pytest.raises(InputError, match=message) as caught,
        loading("重排模型", "m", "TASHAN_RERANKER"),
    ):
        raise error
    assert hint in caught.value.hint
    assert caught.value.__cause__ is error
    assert "\n" not in caught.value.message


def test_errors_of_our_own_stay_what_they_are():
    with pytest.raises(StoreError), loading("重排模型", "m", "TASHAN_RERANKER"):
        raise StoreError("满了")
