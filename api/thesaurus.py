"""The thesaurus: which words of a query mean the same as which words of the documents."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from corpus.settings import VOCABULARY
from corpus.text import fold

THESAURUS = VOCABULARY / "thesaurus"
SHORT = 3  # characters


@dataclass(frozen=True)
class Group:
    """Words for one thing.

    Attributes:
        preferred: the official term.
        synonyms: what else documents call it, abbreviations among them.
        everyday: what people say; asked with, never looked for.
        narrower: official terms for kinds of it, looked for when it is asked for.
        shared: words that stand in another group too.
        note: why they do.
    """

    preferred: str
    synonyms: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    note: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All words that mean it, the official one first."""
        return (self.preferred, *self.synonyms, *self.everyday)


@dataclass(frozen=True)
class Reading:
    """A word of the query that groups have, and the groups' words that documents use.

    Attributes:
        start: where the word begins in the folded query.
        end: where it ends.
        word: the word.
        others: official words for the same, the preferred first.
        narrower: official words for kinds of it.
        spoken: whether no document would use the word, so that it stands for the others.
    """

    start: int
    end: int
    word: str
    others: tuple[str, ...]
    narrower: tuple[str, ...] = ()
    spoken: bool = False


class Thesaurus:
    """Finds the groups' words in a query, the longest first."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = tuple(groups)
        self._groups_of: dict[str, list[Group]] = {}
        for group in self.groups:
            for word in dict.fromkeys(map(fold, group.words)):
                self._groups_of.setdefault(word, []).append(group)
        self._sizes: dict[str, list[int]] = {}
        for word in sorted(self._groups_of, key=len, reverse=True):
            sizes = self._sizes.setdefault(word[0], [])
            if len(word) not in sizes:
                sizes.append(len(word))

    @classmethod
    def read(cls, path: Path = THESAURUS) -> Thesaurus:
        """The thesaurus in the TOML files of a folder, or in one file, of ``[[group]]`` tables.

        Raises:
            InputError: it cannot be read, or a group has an unknown field or no preferred word.
        """
        files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        return cls(group for file in files for group in _groups(file))

    def readings(self, folded: str, boundaries: set[int]) -> list[Reading]:
        """Groups' words in a folded query.

        Short words must begin and end where the query's words do (建筑工 is not in 建筑工程);
        longer ones are hardly there by chance, while jieba may well cut what people say amiss.
        """
        found: list[Reading] = []
        at = 0
        while at < len(folded):
            reading = self._reading_at(folded, at, boundaries)
            if reading:
                found.append(reading)
            at = reading.end if reading else at + 1
        return found

    def _reading_at(self, folded: str, at: int, boundaries: set[int]) -> Reading | None:
        for size in self._sizes.get(folded[at], []):
            word = folded[at : at + size]
            groups = self._groups_of.get(word) if len(word) == size else None
            if groups and (size > SHORT or {at, at + size} <= boundaries):
                others = [other for group in groups for other in (group.preferred, *group.synonyms)]
                narrower = [other for group in groups for other in group.narrower]
                official = {fold(other) for other in others}
                return Reading(
                    start=at,
                    end=at + size,
                    word=word,
                    others=_but(others, {word}),
                    narrower=_but(narrower, {word, *official}),
                    spoken=word not in official,
                )
        return None


def _but(words: Iterable[str], left_out: set[str]) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(words) if fold(word) not in left_out)


def _groups(file: Path) -> list[Group]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("group", [])
        return [_group(**table) for table in tables]
    except (OSError, TypeError, ValueError) as error:
        raise InputError(
            f"同义词表 {file.name} 读不出：{error}",
            hint="每组是一个 [[group]]，必有 preferred，词表为 synonyms、everyday 等",
        ) from error


def _group(
    *,
    preferred: str,
    synonyms: Iterable[str] = (),
    abbreviations: Iterable[str] = (),
    everyday: Iterable[str] = (),
    narrower: Iterable[str] = (),
    shared: Iterable[str] = (),
    note: str = "",
) -> Group:
    official = tuple(dict.fromkeys([*synonyms, *abbreviations]))
    return Group(preferred, official, tuple(everyday), tuple(narrower), tuple(shared), note)
