"""JSON Lines: UTF-8, one row a line, as the API shows it, nulls included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from api.export.streams import batches
from corpus.registry import Row

BATCH = 500  # rows


def jsonl_bytes(_table: type[Row], rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as JSON Lines, in pieces."""
    for batch in batches(rows, BATCH):
        yield "".join(f"{row.model_dump_json(by_alias=True)}\n" for row in batch).encode()
