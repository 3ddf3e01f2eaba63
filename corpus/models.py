"""Embedding and re-ranking models: where they lie, what they are told, and what they run on.

Nothing here loads a model; torch is imported only to look for a GPU.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError, TashanError
from corpus.settings import BUNDLED_MODEL

EMBEDDING = "TASHAN_EMBEDDING_MODEL"
RERANKER = "TASHAN_RERANKER"
_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")  # of the hub: organisation/model
RETRIEVE = "Given a web search query, retrieve relevant passages that answer the query"


@dataclass(frozen=True)
class Prompts:
    """What a model wants before a query and before a passage; empty: nothing."""

    query: str = ""
    passage: str = ""


# Instructions that model cards ask for, for models whose own files may not state them. By the end
# of the model's name; the first that fits.
FAMILIES = (
    (r"bge-(small|base|large)-zh(-v[\d.]+)?", Prompts("为这个句子生成表示以用于检索相关文章：")),
    (
        r"bge-(small|base|large)-en(-v[\d.]+)?",
        Prompts("Represent this sentence for searching relevant passages: "),
    ),
    (r"e5-(small|base|large)(-v2)?", Prompts("query: ", "passage: ")),
    (r"(e5-.*|gte-Qwen2-.*)-instruct", Prompts(f"Instruct: {RETRIEVE}\nQuery: ")),
    (r"Qwen3-Embedding-.*", Prompts(f"Instruct: {RETRIEVE}\nQuery:")),
)


def model_name(model: str) -> str:
    """What a model is called outside: of a folder its name, not where it lies."""
    if model == str(BUNDLED_MODEL):
        return "bundled"
    folder = Path(model)
    if not folder.is_dir():
        return model
    for part in reversed(folder.parts):  # a snapshot in a Hugging Face cache is named by its hash
        if part.startswith("models--"):
            return part.removeprefix("models--").replace("--", "/")
    return folder.absolute().name


def model_folder(model: str, variable: str) -> Path | None:
    """The folder that a model lies in; None where it is a name of the Hugging Face hub.

    Args:
        model: name or folder.
        variable: the environment variable it is from.

    Raises:
        InputError: a path, and no folder is there: looked up as a name it would be downloaded.
    """
    folder = Path(model)
    if model and folder.is_dir():
        return folder
    if not _NAME.fullmatch(model):
        raise InputError(f"没有模型文件夹“{model}”", hint=f"请检查 {variable}")
    return None


def own_prompts(folder: Path) -> dict[str, str]:
    """The prompts that a Sentence Transformers folder states, by name."""
    stated = _json(folder / "config_sentence_transformers.json").get("prompts")
    return dict(stated) if isinstance(stated, dict) else {}


def own_code(folder: Path) -> bool:
    """Whether a model brings code of its own, which is never run.

    If transformers knows a model of that kind it is loaded all the same, and may work otherwise
    than it was trained: gte-Qwen2 reads both ways, what transformers has for it only where its
    configuration says ``is_causal: false``.
    """
    return bool(_json(folder / "config.json").get("auto_map"))


def prompts(model: str, own: Mapping[str, str | None], query_prefix: str | None = None) -> Prompts:
    """What is put before queries and passages.

    Args:
        model: name or folder.
        own: the prompts that the model states; ``document``, ``passage`` and ``corpus`` are names
            for the same, in the order in which Sentence Transformers looks for them.
        query_prefix: instead of the model's; empty for nothing, None for the model's.
    """
    name = model_name(model)
    family = next((found for ends, found in FAMILIES if re.search(f"{ends}$", name, re.I)), None)
    family = family or Prompts()
    query = own.get("query") or family.query
    stated = (own.get(key) for key in ("document", "passage", "corpus"))
    passage = next(filter(None, stated), family.passage)
    return Prompts(query if query_prefix is None else query_prefix, passage)


def check_embedding_folder(folder: Path) -> None:
    """Raise InputError where a folder is no whole Sentence Transformers model.

    Without its list of modules it would load all the same, with a pooling made up.
    """
    if not (folder / "modules.json").is_file():
        raise InputError(
            f"{folder} 里没有 modules.json（不是完整的 Sentence Transformers 模型目录）",
            hint=f"请把模型的全部文件连同子文件夹放进去，或改 {EMBEDDING}",
        )


def check_reranker_folder(folder: Path) -> None:
    """Raise InputError where a folder is no cross-encoder, before anything is loaded."""
    config = _json(folder / "config.json")
    stated = _json(folder / "config_sentence_transformers.json").get("model_type")
    if stated is None and (folder / "modules.json").is_file():
        stated = "SentenceTransformer"
    check_reranker(str(folder), config.get("architectures") or [], stated)


def check_reranker(model: str, architectures: list[str], stated: str | None = None) -> None:
    """Raise InputError where a model is no cross-encoder.

    Sentence Transformers makes one of any model, with a head of random weights if need be, and
    takes any language model for one that answers yes or no.

    Args:
        model: name or folder.
        architectures: of its configuration.
        stated: what Sentence Transformers wrote it as; None where it is not said.
    """
    architecture = architectures[0] if architectures else ""
    classifies = architecture.endswith("ForSequenceClassification")
    answers = architecture.endswith("ForCausalLM") and "rerank" in model_name(model).lower()
    if stated == "CrossEncoder" or (stated is None and (classifies or answers)):
        return
    raise InputError(
        f"“{model}”不是重排模型（{stated or architecture or '没有 config.json'}）",
        hint=f"{RERANKER} 要的是交叉编码器，如 bge-reranker-v2-m3；向量模型请设在 {EMBEDDING}",
    )


def find_device(wanted: str) -> str:
    """The device that models run on, as torch calls it.

    Args:
        wanted: a device, or ``auto`` for the best there is.

    Raises:
        InputError: this machine or this torch does not have it.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return next((name for name, has in there.items() if has), "cpu")
    kind, _, number = wanted.partition(":")
    if not there.get(kind, True) or int(number or 0) >= max(1, torch.cuda.device_count()):
        raise InputError(
            f"TASHAN_DEVICE={wanted}，但本机的 torch {torch.__version__} 用不了它",
            hint="请装带该设备支持的 torch，或设 TASHAN_DEVICE=auto",
        )
    return wanted


def model_kwargs(device: str) -> dict[str, Any]:
    """How precisely a model computes: options of ``from_pretrained``.

    As published where the GPU computes bfloat16 itself. Elsewhere in single precision: half
    precision is slow on most processors, and float16 overflows in models made for bfloat16.
    """
    if device.startswith("cuda"):
        import torch

        if torch.cuda.is_bf16_supported(including_emulation=False):
            return {"dtype": "auto"}
    return {"dtype": "float32"}


def embedding_options(model: str, device: str) -> dict[str, Any]:
    """What both embedders have in common: options of Haystack's but the device.

    Args:
        model: Sentence Transformers name or folder.
        device: as torch calls it.

    Raises:
        InputError: the folder is not there, or not whole.
    """
    folder = model_folder(model, EMBEDDING)
    if folder is not None:
        check_embedding_folder(folder)
    return {
        "model": model,
        "local_files_only": folder is not None,
        "model_kwargs": model_kwargs(device),
        "normalize_embeddings": True,
        "progress_bar": False,
        "token": None,
    }


@contextmanager
def loading(what: str, model: str, variable: str) -> Iterator[None]:
    """While a model loads, make an InputError of whatever goes wrong.

    Args:
        what: what the model is for.
        model: name or folder.
        variable: the environment variable it is from.
    """
    try:
        yield
    except TashanError:
        raise
    except Exception as error:  # of a folder half copied the libraries may raise anything
        said = str(error).strip() or type(error).__name__
        raise InputError(
            f"{what}“{model}”加载不了：{said.splitlines()[0][:300]}", hint=_advice(said, variable)
        ) from error


def _advice(said: str, variable: str) -> str:
    if "trust_remote_code" in said:
        return f"该模型要运行它自带的代码，他山不运行；请换 {variable}"
    if "out of memory" in said:
        return f"请换小一些的模型（{variable}），或设 TASHAN_DEVICE=cpu"
    return f"请检查 {variable}：应是模型的名称，或放有其全部文件的文件夹"


def _json(file: Path) -> dict[str, Any]:
    """A file's JSON object; empty where there is none."""
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
