"""Rows in batches and files in pieces, so that no export is held in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import BinaryIO, TypeVar

T = TypeVar("T")

PIECE = 1 << 16  # bytes


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of ``size``; the last may be shorter, none is empty."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def whole(write: Callable[[BinaryIO], None]) -> Iterator[bytes]:
    """What ``write`` writes, in pieces; all of it goes to a temporary file before this returns."""
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        write(file)
        stack.pop_all()
    # Started, so that the file is closed even if nobody takes the pieces.
    return started(_pour(file))


def started(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, of which the first is made now, so that its errors are raised here."""
    first = list(islice(pieces, 1))
    return chain(first, pieces)


def _pour(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
