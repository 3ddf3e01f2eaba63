"""The thesaurus: which words of a query mean the same as which words of the documents."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from corpus.errors import InputError
from corpus.settings import VOCABULARY
from corpus.text import fold

THESAURUS = VOCABULARY / "thesaurus.toml"


@dataclass(frozen=True)
class Group:
    """Words for one thing: the official one, its synonyms, and what people say."""

    preferred: str
    synonyms: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All of them, the official one first."""
        return (self.preferred, *self.synonyms, *self.everyday)


@dataclass(frozen=True)
class Reading:
    """A word of the query that a group has, and the group's words that documents use."""

    start: int
    end: int
    word: str
    others: tuple[str, ...]


class Thesaurus:
    """Finds the groups' words in a query, the longest first."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = tuple(groups)
        self._group_of = {fold(word): group for group in self.groups for word in group.words}
        self._sizes: dict[str, list[int]] = {}
        for word in self._group_of:
            sizes = self._sizes.setdefault(word[0], [])
            if len(word) not in sizes:
                sizes.append(len(word))
        for sizes in self._sizes.values():
            sizes.sort(reverse=True)

    @classmethod
    def read(cls, path: Path = THESAURUS) -> Thesaurus:
        """The thesaurus in a TOML file of ``[[group]]`` tables.

        Raises:
            InputError: it cannot be read, or a group has an unknown field or no preferred word.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8")).get("group", [])
            return cls(_group(**table) for table in tables)
        except (OSError, TypeError, ValueError) as error:
            raise InputError(f"同义词表 {path.name} 读不出：{error}") from error

    def readings(self, folded: str, boundaries: set[int]) -> list[Reading]:
        """Groups' words in a folded query that begin and end where its words do."""
        found: list[Reading] = []
        at = 0
        while at < len(folded):
            reading = self._reading_at(folded, at, boundaries) if at in boundaries else None
            if reading:
                found.append(reading)
            at = reading.end if reading else at + 1
        return found

    def _reading_at(self, folded: str, at: int, boundaries: set[int]) -> Reading | None:
        for size in self._sizes.get(folded[at], []):
            group = self._group_of.get(folded[at : at + size])
            if group and at + size in boundaries:
                word = folded[at : at + size]
                others = tuple(
                    other
                    for other in chain([group.preferred], group.synonyms)
                    if fold(other) != word
                )
                return Reading(at, at + size, word, others)
        return None


def _group(*, preferred: str, synonyms: Iterable[str] = (), everyday: Iterable[str] = ()) -> Group:
    return Group(preferred, tuple(synonyms), tuple(everyday))
