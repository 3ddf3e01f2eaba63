"""What the page 比较 reads of ``POST /v1/compare``."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pydantic import Field

from ui.answers import Answer, Theme


class Row(Answer):
    """A region compared."""

    adcode: str
    name: str
    label: str
    level: str
    total: int
    in_corpus: int = 0
    peers: int = 0


class Column(Answer):
    """A theme compared."""

    id: str
    label: str
    parent: Theme | None = None
    total: int = 0


class Cell(Answer):
    """What a region does on a theme; ``also_ids`` touch the theme and are not counted."""

    adcode: str
    theme: str
    count: int
    practice_ids: tuple[str, ...] = ()
    also_ids: tuple[str, ...] = ()


class Gap(Answer):
    """What others do and a region does not, as far as is stored."""

    adcode: str
    theme: str
    held_by: tuple[str, ...]
    practice_ids: tuple[str, ...] = ()


class Comparable(Answer):
    """What gaps are measured by."""

    definition: str = ""


class Actor(Answer):
    """An organisation in a role."""

    label: str
    name: str


class Instrument(Answer):
    """A kind of instrument and the words that tell of it."""

    label: str
    words: tuple[str, ...] = ()


class Platform(Answer):
    """A platform."""

    name: str


class Detail(Answer):
    """How a region goes about a theme."""

    adcode: str
    theme: str
    practice_ids: tuple[str, ...] = ()
    actors: tuple[Actor, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    platforms: tuple[Platform, ...] = ()
    indicators: tuple[dict[str, Any], ...] = ()


class CompareAnswer(Answer):
    """Answer of ``POST /v1/compare``."""

    total: int
    unsettled: int = 0
    unsettled_ids: tuple[str, ...] = ()
    unthemed: int = 0
    regions: tuple[Row, ...]
    themes: tuple[Column, ...]
    cells: tuple[Cell, ...]
    gaps: tuple[Gap, ...] = ()
    comparable: Comparable = Field(default_factory=Comparable)
    details: tuple[Detail, ...] = ()

    @cached_property
    def by_place(self) -> dict[tuple[str, str], Cell]:
        """(adcode, theme) → cell, of those that hold something."""
        return {(cell.adcode, cell.theme): cell for cell in self.cells}

    def count(self, adcode: str, theme: str) -> int:
        """What a region does on a theme."""
        cell = self.by_place.get((adcode, theme))
        return cell.count if cell else 0

    def ids(self, adcode: str, theme: str) -> list[str]:
        """The practices of a cell; of a whole row or column where the other is empty."""
        found = [
            id_
            for cell in self.cells
            if adcode in ("", cell.adcode) and theme in ("", cell.theme)
            for id_ in cell.practice_ids
        ]
        return list(dict.fromkeys(found))
