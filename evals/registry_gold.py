"""The hand-read registry in ``evals/gold/registry``, checked against its texts on load.

Messages name the place of an error and never the gold's words, since those of the test split are
not to be looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from corpus.metadata import manifest
from corpus.model import Frozen, Practice
from corpus.registry import (
    ActorRole,
    ActorType,
    Comparator,
    IndicatorKind,
    InstrumentType,
    PlatformKind,
    PolicyRelation,
    Precision,
)
from corpus.settings import DOCUMENTS, SOURCES
from corpus.themes import taxonomy
from ingest.parse import parse
from ingest.readers import read_path

GOLD = Path(__file__).parent / "gold" / "registry"

Split = Literal["tune", "test"]
T = TypeVar("T", bound=Frozen)


class GoldRow(Frozen):
    """A value and words of the text that hold it."""

    quote: str = Field(min_length=1)


class GoldActor(GoldRow):
    """An organisation that acts."""

    name: str
    type: ActorType
    role: ActorRole


class GoldInstrument(GoldRow):
    """A means of policy."""

    type: InstrumentType
    words: str


class GoldPlatform(GoldRow):
    """A named information system."""

    name: str
    kind: PlatformKind


class GoldPolicyDocument(GoldRow):
    """A cited document."""

    title: str | None = None
    number: str | None = None
    relation: PolicyRelation | None = None

    @model_validator(mode="after")
    def _named(self) -> GoldPolicyDocument:
        if self.title is None and self.number is None:
            raise ValueError("neither title nor number")
        return self


class GoldIndicator(GoldRow):
    """A quantity."""

    subject: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    before_comparator: Comparator | None = None
    after: float | None = None
    after_comparator: Comparator | None = None
    unit: str | None = None
    comparator: Comparator = "="
    kind: IndicatorKind
    per: str | None = None
    as_of: str | None = None
    region: str | None = None
    adcode: str | None = None

    @model_validator(mode="after")
    def _has_a_number(self) -> GoldIndicator:
        if {self.value, self.low, self.high, self.before, self.after} == {None}:
            raise ValueError("no number")
        return self


class GoldDeadline(GoldRow):
    """A date or period."""

    start: str | None = None
    end: str | None = None
    precision: Precision
    recurrence: str | None = None
    what: str | None = None

    @model_validator(mode="after")
    def _has_a_date(self) -> GoldDeadline:
        if self.start is None and self.end is None:
            raise ValueError("neither start nor end")
        return self


class GoldMeasure(Frozen):
    """What a careful reader finds in one practice or plan item."""

    id: str
    actors: tuple[GoldActor, ...]
    instruments: tuple[GoldInstrument, ...]
    platforms: tuple[GoldPlatform, ...]
    policy_documents: tuple[GoldPolicyDocument, ...]
    indicators: tuple[GoldIndicator, ...]
    deadlines: tuple[GoldDeadline, ...]

    def rows(self) -> Iterator[tuple[str, GoldRow]]:
        """Every row with its place, ``actors[0]``."""
        for table in (name for name in type(self).model_fields if name != "id"):
            yield from ((f"{table}[{n}]", row) for n, row in enumerate(getattr(self, table)))


class GoldThemes(Frozen):
    """The themes of one practice or plan item."""

    id: str
    theme: str
    secondary: tuple[str, ...] = Field(max_length=3)

    @model_validator(mode="after")
    def _known(self) -> GoldThemes:
        named = [self.theme, *self.secondary]
        if unknown := set(named) - {theme.id for theme in taxonomy().children}:
            raise ValueError(f"no such child theme: {', '.join(sorted(unknown))}")
        if len(set(named)) < len(named):
            raise ValueError("a theme is named twice")
        return self


@cache
def shipped() -> dict[str, Practice]:
    """Id → practice or plan item of the shipped documents, in their order."""
    found = {}
    for entry in manifest(SOURCES):
        parsed = parse(read_path(DOCUMENTS / entry.file, max_bytes=2**24), entry.id or "")
        found.update({practice.id: practice for practice in parsed.practices})
    return found


def load(
    split: Split, folder: Path = GOLD, practices: Mapping[str, Practice] | None = None
) -> list[GoldMeasure]:
    """The measures of a split, in the order of its files' names and lines.

    Args:
        split: which.
        folder: the gold's folder.
        practices: the texts by id; those of the shipped documents by default.

    Raises:
        ValueError: an unknown field or code, an id without a text or given twice, or a quote that
            is not in its text; the message says which and where.
    """
    texts = shipped() if practices is None else practices
    measures: dict[str, GoldMeasure] = {}
    for path in sorted((folder / split).glob("*.jsonl")):
        for place, measure in _lines(path, GoldMeasure):
            if measure.id not in texts:
                raise ValueError(f"{place}: no practice has the id {measure.id}")
            if measure.id in measures:
                raise ValueError(f"{place}: {measure.id} is there twice")
            text = texts[measure.id].text
            for where, row in measure.rows():
                if row.quote not in text:
                    raise ValueError(f"{place}: {measure.id}: quote of {where} is not in its text")
            measures[measure.id] = measure
    return list(measures.values())


def load_themes(
    split: Split, folder: Path = GOLD, practices: Mapping[str, Practice] | None = None
) -> list[GoldThemes]:
    """The themes of a split, in the order of the file.

    Args:
        split: which.
        folder: the gold's folder.
        practices: the texts by id; those of the shipped documents by default.

    Raises:
        ValueError: an unknown field or theme, or an id that has no text or stands twice.
    """
    texts = shipped() if practices is None else practices
    wanted = set(json.loads((folder / "themes.splits.json").read_text(encoding="utf-8"))[split])
    found: dict[str, GoldThemes] = {}
    for place, row in _lines(folder / "themes.jsonl", GoldThemes):
        if row.id not in wanted:
            continue
        if row.id not in texts:
            raise ValueError(f"{place}: no practice has the id {row.id}")
        if row.id in found:
            raise ValueError(f"{place}: {row.id} is there twice")
        found[row.id] = row
    if missing := wanted - set(found):
        raise ValueError(f"themes.splits.json: no themes are given for {min(missing)}")
    return list(found.values())


def _lines(path: Path, model: type[T]) -> Iterator[tuple[str, T]]:
    """Place and content of each line of a JSON Lines file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{path.name}:{number}"
        try:
            yield place, model.model_validate_json(line, strict=True)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "line"
            # Without its cause, which quotes the gold.
            raise ValueError(f"{place}: {where}: {first['msg']}") from None
