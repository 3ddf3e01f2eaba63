"""CSV: UTF-8, a header of column names, null as an empty cell; see :mod:`api.export.cells`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from api.export.cells import cell_writer
from api.export.columns import columns, values_of
from api.export.streams import batches
from corpus.registry import Row

BATCH = 500  # rows


def csv_bytes(table: type[Row], rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as CSV (RFC 4180), in pieces."""
    header = [column.name for column in columns(table)]
    writers = [cell_writer(column) for column in columns(table)]
    values = values_of(table)
    yield _lines([header])
    for batch in batches(rows, BATCH):
        yield _lines(
            [
                "" if value is None else write(value)
                for write, value in zip(writers, row, strict=True)
            ]
            for row in map(values, batch)
        )


def _lines(rows: Iterable[list[str]]) -> bytes:
    buffer = StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()
