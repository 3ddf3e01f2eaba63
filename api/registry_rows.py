"""The registry's rows, made of what the store holds and of people's decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from api.reviews import Decisions
from corpus import regions
from corpus.model import Document, Practice, Region
from corpus.registry import (
    CHILD_ROWS,
    ChildRow,
    DocumentRow,
    MeasureRow,
    Records,
    RegionRow,
    Row,
    Status,
    ThemeRow,
)
from corpus.store.base import SearchFilter
from corpus.themes import taxonomy

# Under this lead of the main theme over the next a person should look.
UNSURE_THEME = 0.15
# What needs a look most comes first.
URGENCY: tuple[Status, ...] = ("needs_review", "corrected", "extracted", "accepted")


@dataclass(frozen=True)
class Measure:
    """A practice or plan item with its document and what was extracted, decisions applied.

    Attributes:
        unsure: whether its theme waits for a decision.
        rejected: whether it was rejected as a whole; it has no child rows then.
    """

    practice: Practice
    document: Document
    row: MeasureRow
    children: dict[str, list[ChildRow]]
    unsure: bool = False
    rejected: bool = False

    def child_rows(self) -> Iterator[ChildRow]:
        """Its child rows, table by table."""
        return chain.from_iterable(self.children.values())

    def rows(self) -> Iterator[Row]:
        """Its child rows and its own."""
        return chain(self.child_rows(), (self.row,))

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Its child rows by table, as in JSON."""
        return {
            table: [row.model_dump(mode="json", by_alias=True) for row in rows]
            for table, rows in self.children.items()
            if rows
        }


def measure_of(
    practice: Practice, document: Document, records: Records, decided: Decisions
) -> Measure:
    """A practice in the registry: its row and its child rows, with decisions put over them."""
    unsure = records.theme is not None and records.theme_margin < UNSURE_THEME
    read = MeasureRow(
        id=practice.id,
        document_id=document.id,
        document=document.title,
        kind=practice.kind,
        task=practice.task,
        measure=practice.measure,
        theme=records.theme,
        secondary_themes=records.secondary_themes,
        ordinal=practice.ordinal,
        region=practice.region.name if practice.region else None,
        adcode=practice.region.adcode if practice.region else None,
        title=practice.title,
        text=practice.text,
        mechanisms=records.mechanisms,
        target_groups=records.target_groups,
        review_status="needs_review" if unsure else "extracted",
    )
    own = decided.apply(read, practice)
    children: dict[str, list[ChildRow]] = {kind.TABLE: [] for kind in CHILD_ROWS}
    if own is None:
        return Measure(practice, document, read, children, rejected=True)
    for found in records.rows:
        if (child := decided.apply(found, practice)) is not None:
            children[found.TABLE].append(child)
    accepted = None in decided.standing(read, practice)
    counts: dict[str, Any] = {table: len(rows) for table, rows in children.items()}
    status = _overall(own.review_status, children, accepted)
    row = own.model_copy(update={**counts, "review_status": status})
    return Measure(practice, document, row, children, own.review_status == "needs_review")


def _overall(own: Status, children: dict[str, list[ChildRow]], accepted: bool) -> Status:
    """Of the measure's values the status that most needs a look.

    Args:
        own: of what the measure says of itself.
        children: its child rows.
        accepted: whether the measure was accepted as a whole, with what nobody looked at singly.
    """
    found = {row.status for rows in children.values() for row in rows}
    if own != "extracted":
        found.add(own)
    if accepted:
        found.discard("extracted")
    return next((status for status in URGENCY if status in found), "extracted")


def meets(one: Measure, where: SearchFilter) -> bool:
    """Whether a measure's themes and instruments, as decided, meet the filter."""
    if where.themes and one.row.theme not in where.themes:
        return False
    used = {getattr(row, "type", None) for row in one.children["instruments"]}
    return not where.instruments or not used.isdisjoint(where.instruments)


def codes_of(one: Measure) -> Iterator[str]:
    """All above and with the measure's own region, its document's, and those its figures name."""
    document = one.document.region.adcode if one.document.region else None
    figures = (getattr(row, "adcode", None) for row in one.children["indicators"])
    for code in (one.row.adcode, document, *figures):
        if code:
            yield from regions.parents(code)


def document_row(document: Document, practices: int) -> DocumentRow:
    """A document with so many practices and plan items."""
    return DocumentRow(
        id=document.id,
        title=document.title,
        kind=document.kind,
        issuer=document.issuer,
        number=document.number,
        issued_on=document.issued_on,
        region=document.region.name if document.region else None,
        adcode=document.region.adcode if document.region else None,
        batch=document.batch,
        source_url=document.source_url,
        sha256=document.sha256,
        practices=practices,
    )


def region_row(region: Region) -> RegionRow:
    """A division with the names of those above it."""
    line = [regions.get(code) for code in regions.parents(region.adcode)]
    names = {one.level: one.path[-1] for one in line}
    return RegionRow(
        id=region.adcode,
        adcode=region.adcode,
        name=region.name,
        level=region.level,
        province=names["province"],
        city=names.get("city"),
        county=names.get("county"),
    )


def theme_rows(counts: Mapping[str | None, int]) -> Iterator[ThemeRow]:
    """All themes of our taxonomy.

    Args:
        counts: theme → the measures of which it is the main theme.
    """
    for theme in taxonomy().theme:
        yield ThemeRow(
            id=theme.id,
            label=theme.label,
            parent=theme.parent,
            definition=theme.definition,
            measures=counts.get(theme.id, 0),
        )
