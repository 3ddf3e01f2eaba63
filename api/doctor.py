"""``tashan doctor``: what could keep the service from running, checked one by one."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from api.remote import Remote
from corpus.errors import TashanError
from corpus.models import (
    EMBEDDING,
    RERANKER,
    check_embedding_folder,
    check_reranker_folder,
    find_device,
    model_folder,
    model_name,
    own_code,
    own_prompts,
    prompts,
)
from corpus.settings import DOCUMENTS, SOURCES, Settings

NEEDED_MB = 500


@dataclass(frozen=True)
class Check:
    """One thing looked at: its name, whether it is well, and what was found."""

    name: str
    well: bool
    found: str


def examine(settings: Settings) -> Iterator[Check]:
    """All checks in turn. None of them loads a model or writes into the store."""
    checks: list[tuple[str, Callable[[Settings], str]]] = [
        ("Python", _python),
        ("设置", _variables),
        ("数据目录", _data_dir),
        ("磁盘", _disk),
        ("随附文件", _documents),
        ("向量模型", _model),
        ("重排模型", _reranker),
        ("存储", _store),
    ]
    for name, check in checks:
        try:
            yield Check(name, True, check(settings))
        except (TashanError, OSError, ValueError) as error:
            yield Check(name, False, str(error))


def _python(_: Settings) -> str:
    if sys.version_info[:2] not in ((3, 11), (3, 12)):
        raise ValueError(f"Python {platform.python_version()}（请用 3.11 或 3.12）")
    return f"{platform.python_version()}，{platform.system()} {platform.machine()}"


def _variables(settings: Settings) -> str:
    """A misspelt variable would silently do nothing."""
    known = {f"TASHAN_{name.upper()}" for name in type(settings).model_fields}
    known |= {"TASHAN_API_URL", "TASHAN_TEST_BROWSER", "TASHAN_UPDATE_GOLDEN"}
    given = {name for name in os.environ if name.startswith("TASHAN_")}
    if given - known:
        raise ValueError(
            f"不认得的变量：{'、'.join(sorted(given - known))}（请对照 README 的设置一节）"
        )
    return "、".join(sorted(given)) or "全部默认"


def _data_dir(settings: Settings) -> str:
    folder = settings.data_dir.resolve()
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    if not existing.is_dir():
        raise ValueError(f"{existing} 不是目录（请改 TASHAN_DATA_DIR）")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise ValueError(f"{existing} 不可写（请改权限，或改 TASHAN_DATA_DIR）")
    return str(folder)


def _disk(settings: Settings) -> str:
    folder = settings.data_dir.resolve()
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(existing).free // 2**20
    if free < NEEDED_MB:
        raise ValueError(f"只剩 {free} MiB（至少要 {NEEDED_MB} MiB）")
    return f"剩余 {free:,} MiB"


def _documents(_: Settings) -> str:
    from corpus.metadata import manifest

    entries = manifest(SOURCES)
    for entry in entries:
        digest = sha256((DOCUMENTS / entry.file).read_bytes()).hexdigest()
        if digest != entry.sha256:
            raise ValueError(f"{entry.file} 与清单记载的校验值不符（请恢复原文件）")
    return f"{len(entries)} 份，校验值相符"


def _model(settings: Settings) -> str:
    model = settings.embedding_model
    folder = model_folder(model, EMBEDDING)
    if folder is None:
        return _elsewhere(model)
    check_embedding_folder(folder)
    if settings.device not in ("auto", "cpu"):
        find_device(settings.device)
    told = prompts(model, own_prompts(folder), settings.query_prefix)
    facts = [_folder(model, folder)]
    facts += [f"查询前加“{told.query.strip()}”"] * bool(told.query)
    facts += [f"段落前加“{told.passage.strip()}”"] * bool(told.passage)
    return "，".join(facts)


def _reranker(settings: Settings) -> str:
    if not settings.reranker:
        return "不用"
    folder = model_folder(settings.reranker, RERANKER)
    if folder is None:
        return _elsewhere(settings.reranker)
    check_reranker_folder(folder)
    return f"{_folder(settings.reranker, folder)}，重排前 {settings.reranker_top} 条"


def _elsewhere(model: str) -> str:
    return f"{model}（不是本机文件夹，启动时由 Sentence Transformers 查找，本机没有就下载）"


def _folder(model: str, folder: Path) -> str:
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    code = "，自带代码（不运行，效果可能不对）" if own_code(folder) else ""
    return f"{model_name(model)}，{size / 2**20:,.1f} MiB{code}"


def _store(settings: Settings) -> str:
    remote = Remote.find(settings)
    if remote is not None:
        stats = remote.call("GET", "/v1/stats")
        return f"由正在运行的服务 {remote.url} 打开，{stats['practices']} 条做法"
    if settings.qdrant_url is None and not settings.store_dir.exists():
        return "还没有建立，首次 tashan serve 时建立"
    from corpus.store.open import open_store

    store = open_store(settings)
    try:
        stats = store.stats()
        return f"{store.label}，{stats.documents} 份文件，{stats.practices} 条做法"
    finally:
        store.close()
