"""What fits on a slide: texts measured as a renderer would set them, on the safe side, and cut.

Widths are in ems: a Chinese character is one wide. Heights and widths of boxes are in inches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import ceil
from unicodedata import east_asian_width

POINTS = 72.0  # in an inch
LEADING = 1.35  # of a line, in ems
NARROW = 0.62  # a Latin letter or digit, on average and with some to spare
_CUTS = tuple(map(re.compile, ("[。！？；]”?", "[，、：]")))


def width(text: str) -> float:
    """How wide a text is on one line."""
    return sum(1.0 if east_asian_width(char) in "WFA" else NARROW for char in text)


def lines(text: str, size: float, room: float) -> int:
    """How many lines a text takes up in a box.

    Args:
        text: the text; its line ends count.
        size: of the letters, in points.
        room: width of the box within its margins.
    """
    per_line = max(room * POINTS / size - 1.0, 1.0)  # a mark that may not begin a line goes back
    return sum(max(1, ceil(width(part) / per_line)) for part in text.split("\n"))


def height(text: str, size: float, room: float) -> float:
    """How high a text is in a box."""
    return lines(text, size, room) * size * LEADING / POINTS


def clipped(text: str, ems: float) -> str:
    """A text that is at most so wide; … stands for what is left out."""
    if width(text) <= ems:
        return text
    widths = accumulate(map(width, text), initial=1.0)  # the first is that of the mark
    end = sum(used <= ems for used in widths) - 1
    return text[: max(end, 0)] + "…"


def pieces(text: str, ems: float) -> Iterator[str]:
    """A text cut where sentences end, else clauses, else anywhere, each piece at most so wide."""
    reach = int(ems / NARROW) + 2  # characters of which no more than these can fit
    start = 0
    while len(text) - start >= reach or width(text[start:]) > ems:
        head = text[start : start + reach]
        most = len(clipped(head, ems)) - 1
        cut = next(filter(None, (_last(ends, head, most) for ends in _CUTS)), most) or 1
        yield head[:cut]
        start += cut
    if start < len(text):
        yield text[start:]


def _last(ends: re.Pattern[str], text: str, most: int) -> int:
    """The last place to cut that leaves the piece neither too long nor very short."""
    found = [match.end() for match in ends.finditer(text, 0, most) if match.end() >= most // 3]
    return found[-1] if found else 0


def paged(
    items: Iterable[tuple[str, ...]], heights: Sequence[float], room: float
) -> list[list[tuple[str, ...]]]:
    """Items on pages, in order, so that no page is higher than there is room, if an item can be."""
    pages: list[list[tuple[str, ...]]] = [[]]
    used = 0.0
    for item, high in zip(items, heights, strict=True):
        if pages[-1] and used + high > room:
            pages.append([])
            used = 0.0
        pages[-1].append(item)
        used += high
    return pages
