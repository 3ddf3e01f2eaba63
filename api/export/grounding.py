"""The last look at the evidence: no value leaves whose quote is not in its measure's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from corpus.errors import BrokenGrounding
from corpus.registry import ChildRow, Row

R = TypeVar("R", bound=Row)

NAMED = 5  # broken rows that the error names


def grounded(row: ChildRow, texts: Mapping[str, str]) -> bool:
    """Whether a row's quote is the text at its span."""
    text = texts.get(row.measure_id)
    if text is None or not 0 <= row.quote_start < row.quote_end <= len(text):
        return False
    return text[row.quote_start : row.quote_end] == row.quote


def checked(rows: Iterable[R], texts: Mapping[str, str]) -> Iterator[R]:
    """The same rows, with an error after the last if any was not grounded.

    For writers that let nothing out before they are done; others call :func:`check` first.

    Args:
        rows: of any table; those of tables that carry no evidence pass.
        texts: measure id → its text.

    Raises:
        BrokenGrounding: at the end; names the first broken rows and counts them all.
    """
    named: list[str] = []
    broken = 0
    for row in rows:
        if isinstance(row, ChildRow) and not grounded(row, texts):
            broken += 1
            if len(named) < NAMED:
                named.append(f"{row.TITLE} {row.id}")
        yield row
    if broken:
        more = " 等" if broken > len(named) else ""
        raise BrokenGrounding(
            f"{broken} 行的原文不在其举措全文的起止处，没有导出：{'，'.join(named)}{more}",
            hint="请重新提取这些举措，再导出",
        )


def check(rows: Iterable[Row], texts: Mapping[str, str]) -> None:
    """Look at the evidence of every row.

    Args:
        rows: of any table; those of tables that carry no evidence pass.
        texts: measure id → its text.

    Raises:
        BrokenGrounding: names the first broken rows and counts them all.
    """
    for _ in checked(rows, texts):
        pass
