"""Parquet: typed columns, each with its title and description as metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from api.export.columns import Column, columns, values_of
from api.export.streams import batches
from corpus.registry import Row

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 10_000  # rows


class _Outbox:
    """A file that is only written to, and emptied as it goes."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        """What was written since the last call."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


def parquet_bytes(table: type[Row], rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as Parquet, a piece for each row group."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = arrow_schema(table)
    values = values_of(table)
    outbox = _Outbox()
    with parquet.ParquetWriter(pa.PythonFile(outbox, "w"), schema, compression="zstd") as writer:
        for batch in batches(rows, ROW_GROUP):
            cells = zip(*map(values, batch), strict=True)
            arrays = [
                pa.array(list(of), kind) for of, kind in zip(cells, schema.types, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            yield outbox.taken()
    yield outbox.taken()


def arrow_schema(table: type[Row]) -> pa.Schema:
    """The table's columns as Arrow fields."""
    import pyarrow as pa

    kinds = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "list": pa.list_(pa.string()),
    }

    def field(column: Column) -> pa.Field:
        metadata = {"title": column.title, "description": column.description}
        return pa.field(
            column.name, kinds[column.kind], nullable=not column.required, metadata=metadata
        )

    about = {"table": table.TABLE, "title": table.TITLE}
    return pa.schema([field(column) for column in columns(table)], metadata=about)
