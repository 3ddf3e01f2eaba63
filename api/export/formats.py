"""The formats a table is exported in."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from api.export.csv_file import csv_bytes
from api.export.jsonl_file import jsonl_bytes
from api.export.parquet_file import parquet_bytes
from api.export.streams import started
from api.export.xlsx_file import xlsx_bytes
from corpus.errors import InputError
from corpus.registry import Row


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes:
        media_type: for the HTTP header.
        suffix: of file names, with its dot.
        pieces: the writer: a table and its rows → the file's bytes, in pieces.
        bom: what may be put before it, so that Excel takes it for UTF-8; else empty.
    """

    media_type: str
    suffix: str
    pieces: Callable[[type[Row], Iterable[Row]], Iterator[bytes]]
    bom: bytes = b""


FORMATS: dict[str, Format] = {
    "csv": Format("text/csv; charset=utf-8", ".csv", csv_bytes, BOM_UTF8),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", xlsx_bytes
    ),
    "parquet": Format("application/vnd.apache.parquet", ".parquet", parquet_bytes),
    "jsonl": Format("application/jsonl; charset=utf-8", ".jsonl", jsonl_bytes),
}


def write(table: type[Row], rows: Iterable[Row], fmt: str, *, bom: bool = False) -> Iterator[bytes]:
    """A table as a file, in pieces; the rows are taken as they are needed, none is kept.

    The first piece is made before this returns, so that what is wrong from the start is raised
    here and not in the middle of an answer. XLSX is made whole, in a temporary file, by then.

    Args:
        table: the rows' class.
        rows: all of that class.
        fmt: one of :data:`FORMATS`.
        bom: put a byte order mark before CSV.

    Raises:
        InputError: no such format, or more rows than a sheet of XLSX holds.
    """
    if fmt not in FORMATS:
        raise InputError(
            f"没有“{fmt}”这种导出格式", hint=f"可用的格式：{'、'.join(FORMATS)}", field="format"
        )
    found = FORMATS[fmt]
    pieces = started(found.pieces(table, rows))
    return chain([found.bom], pieces) if bom and found.bom else pieces
