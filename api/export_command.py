"""What the command ``export`` does: the registry into a file, by whoever owns the store."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from api import files
from api.errors import valid
from api.filters import registry_filter
from api.registry import RegistryService
from api.registry_files import PACKAGE, file_name, package_file, table_file
from api.registry_view import view_of
from api.remote import Remote
from api.schemas import RegistryQuery
from corpus.errors import InputError
from corpus.settings import Settings

STDOUT = "-"
TEXT = ("csv", "jsonl")  # what a terminal can show
VIEW = ("find", "sort", "columns")  # what is asked of a single table only
SUFFIXES = {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet", ".jsonl": "jsonl"}


def export(
    table: str,
    settings: Settings,
    *,
    fmt: str | None,
    output: str | None,
    bom: bool,
    asked: Mapping[str, str | list[str]],
) -> Path | None:
    """Write a table, or the package, to a file.

    Args:
        table: a table of the registry, or ``package``.
        settings: where the store is.
        fmt: the format; if None that of the file's suffix, else CSV.
        output: the file, ``-`` for standard output; if None the default name in this folder.
        bom: put a byte order mark before CSV.
        asked: the filters of search, and which words, order and columns, by name.

    Returns:
        The file; None for standard output.

    Raises:
        InputError: the arguments cannot be, or the file cannot be there.
        NotFound: there is no such table.
        StoreError: the store cannot be opened, or the server was lost.
    """
    if table == PACKAGE and any(asked.get(name) for name in VIEW):
        raise InputError(
            f"{PACKAGE} 是整个登记表，不分列、不排序、不查找",
            hint="请去掉 --find、--sort 和 --column，或改为导出一张表",
        )
    fmt = _format(table, fmt, output, bom)
    name = file_name(table, fmt)
    target = None if output == STDOUT else files.target(output, name)
    if target is None and fmt not in TEXT and sys.stdout.isatty():
        raise InputError(f"{fmt} 不是文字，不能显示在终端上", hint="请用 -o 文件，或重定向到文件")
    with _pieces(table, settings, fmt, bom, asked) as pieces:
        if target is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        else:
            files.save(target, pieces)
    return target


def _format(table: str, fmt: str | None, output: str | None, bom: bool) -> str:
    if table == PACKAGE:
        if fmt is not None or bom:
            raise InputError(
                f"{PACKAGE} 是 zip，里面是 CSV，没有别的格式", hint="请去掉 --format 和 --bom"
            )
        return "zip"
    found = fmt or SUFFIXES.get(Path(output or "").suffix.lower(), "csv")
    if bom and found != "csv":
        raise InputError(f"--bom 只用于 CSV，这里是 {found}", hint="请去掉 --bom")
    return found


@contextmanager
def _pieces(
    table: str, settings: Settings, fmt: str, bom: bool, asked: Mapping[str, str | list[str]]
) -> Iterator[Iterator[bytes]]:
    remote = Remote.find(settings)
    if remote is not None:
        params: dict[str, Any] = {name: values for name, values in asked.items() if values}
        if table != PACKAGE:
            params |= {"format": fmt, "bom": bom}
        yield remote.download(f"/v1/registry/{quote(table, safe='')}", params)
        return
    query = valid(RegistryQuery, asked)
    where = registry_filter(query)
    with _registry(settings) as registry:
        if table == PACKAGE:
            yield package_file(registry, where)
        else:
            yield table_file(registry, table, where, fmt, bom=bom, view=view_of(query))


@contextmanager
def _registry(settings: Settings) -> Iterator[RegistryService]:
    """The registry, without any model where what is stored is up to date."""
    from api.compose import open_services, vocabulary_fingerprint
    from corpus.store.open import open_store

    store = open_store(settings)
    try:
        record = settings.data_dir / "vocabulary"
        known = record.read_text("utf-8") if record.exists() else None
        if known == vocabulary_fingerprint() and store.documents():
            yield RegistryService(store)
            return
    finally:
        store.close()
    with open_services(settings) as services:
        yield services.registry
