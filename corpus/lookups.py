"""Corrections kept as data in ``lookups.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import Field

from corpus.model import Frozen


class HeadingCorrection(Frozen):
    """A task or measure whose name a source cuts off or garbles."""

    title: str = Field(description="Title of the document concerned.")
    ordinal: int
    before: str
    after: str
    why: str


class Lookups(Frozen):
    """All corrections."""

    misread_numerals: dict[str, str]
    heading: tuple[HeadingCorrection, ...]

    def heading_for(self, title: str, ordinal: int | None, before: str) -> HeadingCorrection | None:
        """The correction for a heading as the source has it, if there is one."""
        for entry in self.heading:
            if (entry.title, entry.ordinal, entry.before) == (title, ordinal, before):
                return entry
        return None


@cache
def lookups() -> Lookups:
    """Read ``corpus/lookups.toml`` once."""
    path = Path(__file__).with_name("lookups.toml")
    return Lookups.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
