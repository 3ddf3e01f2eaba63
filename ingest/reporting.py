"""Repairs and doubts beside the words of the source that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.model import Doubt, Place, Practice, Repair, ReportedDoubt, ReportedRepair
from ingest.ledger import Ledger

AROUND = 40  # characters of the source shown on either side
LONGEST = 400  # characters of what is doubted; of more, its beginning
LINES = "／"  # what a repaired label's lines are joined with
# These are counted over a whole practice; their offset is its beginning and theirs no words.
COUNTED = {"spacing", "punctuation", "tags"}


def reported_repairs(
    repairs: Iterable[Repair], practices: Sequence[Practice], ledger: Ledger
) -> tuple[ReportedRepair, ...]:
    """Repairs of a document and of its practices, each once: those of a heading stand on several.

    Args:
        repairs: those that no practice has.
        practices: of the document.
        ledger: the account of its source.
    """
    owners: dict[Repair, list[str]] = {repair: [] for repair in repairs}
    for practice in practices:
        for repair in practice.repairs:
            owners.setdefault(repair, []).append(practice.id)
    return tuple(
        ReportedRepair(**dict(repair), place=_repair_place(repair, ids, ledger))
        for repair, ids in owners.items()
    )


def reported_doubts(
    doubts: Iterable[Doubt], practices: Sequence[Practice], ledger: Ledger
) -> tuple[ReportedDoubt, ...]:
    """Doubts of a document and of its practices; arguments as above."""
    owned = [(doubt, ()) for doubt in doubts] + [
        (doubt, (practice.id,)) for practice in practices for doubt in practice.doubts
    ]
    return tuple(
        ReportedDoubt(**dict(doubt), place=_doubt_place(doubt, ids, ledger)) for doubt, ids in owned
    )


def _repair_place(repair: Repair, ids: Sequence[str], ledger: Ledger) -> Place | None:
    if repair.start is None or repair.what in COUNTED:
        return Place(practice_ids=tuple(ids)) if ids else None
    return _place(*_repaired(repair, repair.start, ledger), ids, ledger)


def _repaired(repair: Repair, start: int, ledger: Ledger) -> tuple[int, int]:
    """The stretch of the source that a repair changed; an empty one where words were missing.

    The words stand at the repair's offset, behind white space, or right before it, as does a sign
    in a column of its own. After a page break they are those that were joined on.
    """
    start = ledger.skipped(start)
    lines = (repair.before.strip().split(LINES)[0], repair.after.strip())
    for said in filter(None, lines):
        if ledger.source.startswith(said, start):
            return start, start + len(said)
    above = ledger.source[max(start - LONGEST, 0) : start].rstrip()
    if lines[0] and above.endswith(lines[0]):
        end = max(start - LONGEST, 0) + len(above)
        return end - len(lines[0]), end
    return start, start


def _doubt_place(doubt: Doubt, ids: Sequence[str], ledger: Ledger) -> Place | None:
    if doubt.start is None:
        return Place(practice_ids=tuple(ids)) if ids else None
    return _place(doubt.start, doubt.end or doubt.start, ids, ledger)


def _place(start: int, end: int, ids: Sequence[str], ledger: Ledger) -> Place:
    shown = min(end, start + LONGEST)
    # Tags take room too, and are not shown.
    return Place(
        before=ledger.words(start - 4 * AROUND, start)[-AROUND:].lstrip(),
        words=ledger.words(start, shown).strip(),
        after=ledger.words(end, end + 4 * AROUND)[:AROUND].rstrip() if shown == end else "",
        practice_ids=tuple(ids),
    )
