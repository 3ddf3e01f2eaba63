"""Plain text as blocks: a paragraph a line, or a row of cells where the line has tabs."""

from __future__ import annotations

import re

from corpus.model import Span
from ingest.characters import UNSEEN, why_unseen
from ingest.mapped import Mapped
from ingest.source import SourceBlock

LINE = re.compile("[^\r\n\u2028\u2029]+")


def read_text(text: str) -> tuple[tuple[SourceBlock, ...], tuple[tuple[Span, str], ...]]:
    """Cut decoded text into blocks and furniture.

    A line ends at a carriage return, a line feed, both, or a Unicode line separator. Blank lines
    make no block. Control and invisible characters are furniture; nothing else is cleaned.
    """
    blocks = []
    for line in LINE.finditer(text):
        if block := _block(text, line.start(), line.end()):
            blocks.append(block)
    furniture = tuple((match.span(), why_unseen(match)) for match in UNSEEN.finditer(text))
    return tuple(blocks), furniture


def _block(text: str, start: int, end: int) -> SourceBlock | None:
    line = _seen(text, start, end)
    if not line.text.strip():
        return None
    if "\t" not in line.text:
        return SourceBlock("paragraph", (line,))
    cells, begin = [], 0
    for part in line.text.split("\t"):
        cells.append(line[begin : begin + len(part)])
        begin += len(part) + 1
    return SourceBlock("row", tuple(cells))


def _seen(text: str, start: int, end: int) -> Mapped:
    """``text[start:end]`` without its control and invisible characters."""
    parts, begin = [], start
    for match in UNSEEN.finditer(text, start, end):
        parts.append(Mapped.of(text[begin : match.start()], begin))
        begin = match.end()
    if not parts:
        return Mapped.of(text[start:end], start)
    return Mapped.join([*parts, Mapped.of(text[begin:end], begin)])
