"""Patterns made of words."""

from __future__ import annotations

from collections.abc import Iterable
from re import escape


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; one that fits nothing when there is none.

    >>> any_of(["局", "总局"])
    '(?:总局|局)'
    """
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(escape, ordered))})" if ordered else r"(?!)"
