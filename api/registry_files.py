"""The registry as files: one table in a format, or all of them as a package."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

from api.export.datapackage import MEDIA_TYPE, package
from api.export.formats import FORMATS, write
from api.export.streams import whole
from api.registry import TABLES, RegistryService
from api.registry_view import ALL, View, viewed
from corpus.errors import InputError, NotFound
from corpus.store.base import SearchFilter

PACKAGE = "package"


def media_type(table: str, fmt: str) -> str:
    """For the HTTP header."""
    return MEDIA_TYPE if table == PACKAGE else FORMATS[fmt].media_type


def file_name(table: str, fmt: str) -> str:
    """What a file is called by default.

    Raises:
        NotFound: there is no such table.
        InputError: there is no such format.
    """
    if table == PACKAGE:
        return "tashan-registry.zip"
    if table not in TABLES:
        known = "、".join((*TABLES, PACKAGE))
        raise NotFound(f"没有名为“{table}”的表", hint=f"可用的表：{known}")
    if fmt not in FORMATS:
        raise InputError(
            f"没有“{fmt}”这种导出格式", hint=f"可用的格式：{'、'.join(FORMATS)}", field="format"
        )
    return f"tashan-{table}{FORMATS[fmt].suffix}"


def table_file(
    registry: RegistryService,
    table: str,
    where: SearchFilter | None,
    fmt: str,
    *,
    bom: bool,
    view: View = ALL,
) -> Iterator[bytes]:
    """A table as a file, in pieces.

    It is made whole, in a temporary file, before this returns: what cannot be exported raises here,
    and nothing of it gets out.

    Args:
        registry: the registry.
        table: one of its tables.
        where: the filter.
        fmt: one of the formats.
        bom: put a byte order mark before CSV.
        view: what of the table.

    Raises:
        NotFound: there is no such table.
        BrokenGrounding: a row's quote is not the text at its span.
        InputError: no such format or column, or more rows than a sheet of XLSX holds.
    """
    kind, rows = viewed(registry, table, where, view, grounded=True)

    def write_all(file: BinaryIO) -> None:
        file.writelines(write(kind, rows, fmt, bom=bom))

    return whole(write_all)


def package_file(registry: RegistryService, where: SearchFilter | None) -> Iterator[bytes]:
    """All tables and the decisions on them as a zipped Data Package, in pieces, made as above.

    Raises:
        BrokenGrounding: a row's quote is not the text at its span.
    """
    decided = registry.decisions()  # once, so that the tables agree
    tables = {row: partial(registry.rows, table, where, decided) for table, row in TABLES.items()}
    return package(tables, registry.texts(where, decided), datetime.now(UTC))
