"""The whole registry as one Data Package: a zip of CSV files, their description and a codebook.

Written to the standard at https://datapackage.org, version 2.0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from api.export.cells import SEPARATOR
from api.export.codebook import CSV_NOTES, markdown
from api.export.columns import Column, columns
from api.export.csv_file import csv_bytes
from api.export.grounding import checked
from api.export.streams import whole
from corpus.registry import DocumentRow, MeasureRow, Row, ThemeRow

Tables = Mapping[type[Row], Callable[[], Iterable[Row]]]
Described = dict[str, Any]

MEDIA_TYPE = "application/zip"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Columns that name a row of another table.
REFERENCES: dict[str, type[Row]] = {
    "measure_id": MeasureRow,
    "document_id": DocumentRow,
    "theme": ThemeRow,
}
ABOUT: Described = {
    "name": "tashan-registry",
    "title": "他山：举措登记表",
    "description": (
        "从政策文件的经验做法和方案条目中逐条提取的登记表。每个值都附有原文及其在举措全文中的起止位置。"
        "国家机关的公文依《中华人民共和国著作权法》第五条不适用著作权保护。"
    ),
    "keywords": ["政策", "经验做法", "举措"],
    "licenses": [
        {
            "name": "Apache-2.0",
            "path": "https://www.apache.org/licenses/LICENSE-2.0",
            "title": "Apache License 2.0",
        }
    ],
}


def package(tables: Tables, texts: Mapping[str, str], created: datetime) -> Iterator[bytes]:
    """Tables as one zipped Data Package, in pieces.

    It is made whole, in a temporary file, before this returns: what cannot be exported raises here,
    and nothing of it gets out. The same rows and time give the same bytes.

    Args:
        tables: in the order wanted; each gives its rows when called, once.
        texts: measure id → its text, which every child row's quote is compared with.
        created: when, with its time zone.

    Raises:
        BrokenGrounding: a row's quote is not the text at its span.
    """
    return whole(lambda file: _write(file, tables, texts, created.astimezone(UTC)))


def descriptor(
    resources: Iterable[Described], sources: Iterable[Described], created: datetime
) -> Described:
    """What ``datapackage.json`` says.

    Args:
        resources: see :func:`resource`.
        sources: a title for each source document, and its ``path`` where there is one.
        created: in UTC.
    """
    sources = list(sources)
    return {
        "$schema": PROFILE,
        **ABOUT,
        "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        **({"sources": sources} if sources else {}),
        "resources": list(resources),
    }


def resource(table: type[Row], tables: Collection[type[Row]]) -> Described:
    """A table's file and columns.

    Args:
        table: the table.
        tables: all that are in the package; references to others are left out.
    """
    return {
        "name": table.TABLE,
        "type": "table",
        "title": table.TITLE,
        "description": " ".join(CSV_NOTES),
        "path": f"{table.TABLE}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema(table, tables),
    }


def schema(table: type[Row], tables: Collection[type[Row]]) -> Described:
    """A table's columns and keys as a Table Schema."""
    described = columns(table)
    keys = [
        {"fields": [name], "reference": {"resource": to.TABLE, "fields": ["id"]}}
        for name, to in REFERENCES.items()
        if to in tables and any(column.name == name for column in described)
    ]
    return {
        "fields": [_field(column) for column in described],
        "missingValues": [""],
        "primaryKey": ["id"],
        **({"foreignKeys": keys} if keys else {}),
    }


def _field(column: Column) -> Described:
    field: Described = {
        "name": column.name,
        "title": column.title,
        "description": column.description,
        "type": column.kind,
    }
    if column.kind == "list":
        # Empty is a list without items, so no list is required.
        return {**field, "delimiter": SEPARATOR, "itemType": "string"}
    limits: Described = {"required": True} if column.required else {}
    if column.codes:
        limits["enum"] = list(column.codes)
        field["categories"] = [
            {"value": code, "label": label} for code, label in column.codes.items()
        ]
    return {**field, "constraints": limits} if limits else field


def _write(file: BinaryIO, tables: Tables, texts: Mapping[str, str], created: datetime) -> None:
    sources: dict[str, Described] = {}
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        resources = []
        for table, rows in tables.items():
            pieces = csv_bytes(table, _noting(checked(rows(), texts), sources))
            described = resource(table, tables)
            written = _member(archive, described["path"], pieces, created)
            resources.append({**described, **written})
        codebook = markdown(tables).encode()
        _member(archive, "codebook.md", [codebook], created)
        whole = descriptor(resources, sources.values(), created)
        text = json.dumps(whole, ensure_ascii=False, indent=2)
        _member(archive, "datapackage.json", [text.encode()], created)


def _noting(rows: Iterable[Row], sources: dict[str, Described]) -> Iterator[Row]:
    """The same rows; those of documents are noted as sources on their way."""
    for row in rows:
        if isinstance(row, DocumentRow):
            path = {"path": row.source_url} if row.source_url else {}
            sources[row.id] = {"title": row.title, **path}
        yield row


def _member(archive: ZipFile, name: str, pieces: Iterable[bytes], created: datetime) -> Described:
    """Write a file into the zip; its length and digest."""
    info = ZipInfo(name, created.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    digest = hashlib.sha256()
    length = 0
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            digest.update(piece)
            length += len(piece)
    return {"bytes": length, "hash": f"sha256:{digest.hexdigest()}"}
