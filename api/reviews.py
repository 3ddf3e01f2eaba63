"""People's decisions on the registry's values: put over what extraction found.

A decision names a row by its id, which follows from the words it was read from. It holds again
after another ingestion or extraction as long as those words are there, also where the practice has
got another id meanwhile; a decision whose words are gone is a conflict, and reported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from api.corrections import Reviewed, changed, column_of, corrected, emptied
from corpus.errors import InputError
from corpus.model import Practice
from corpus.registry import ChildRow, MeasureRow, Review, ReviewRow, ReviewState, Row, Status
from corpus.text import fold


@dataclass(frozen=True)
class Standing:
    """What holds of one value.

    Attributes:
        review: the decision in force.
        change: the decision that gives the value, where it is another than was read. To accept
            a corrected value leaves it corrected; to accept a rejected one takes that back.
    """

    review: Review
    change: Review | None


# Of a row by column; None stands for the row as a whole.
Standings = Mapping[str | None, Standing]


@dataclass(frozen=True)
class Decisions:
    """All decisions.

    Attributes:
        log: in the order of their time.
    """

    log: tuple[Review, ...] = ()
    _by_row: Mapping[str, list[Review]] = field(default_factory=dict)

    @classmethod
    def of(cls, reviews: Iterable[Review]) -> Decisions:
        """Decisions in any order."""
        log = tuple(sorted(reviews, key=_time))
        by_row: dict[str, list[Review]] = {}
        for review in log:
            by_row.setdefault(review.row_id, []).append(review)
        return cls(log, by_row)

    def measure_ids(self) -> tuple[str, ...]:
        """Ids that the measures had when something of them was decided, each once."""
        return tuple(dict.fromkeys(review.measure_id for review in self.log))

    def on(self, row: Row, practice: Practice) -> list[Review]:
        """The decisions on a row that still hold, by time; under former ids of its practice too.

        Args:
            row: as read.
            practice: the row's.
        """
        return [review for review in self._ever(row, practice) if _holds(review, row)]

    def latest_id(self, row: Row, practice: Practice, column: str | None) -> str:
        """Id of the last decision on a value, whether it holds or not; empty if there is none."""
        of_value = [one.id for one in self._ever(row, practice) if one.field == column]
        return of_value[-1] if of_value else ""

    def _ever(self, row: Row, practice: Practice) -> list[Review]:
        if not self._by_row:
            return []
        own = row.id.removeprefix(practice.id)
        ids = (practice.id + own, *(alias + own for alias in practice.aliases))
        found = [review for id_ in ids for review in self._by_row.get(id_, ())]
        return sorted(found, key=_time) if practice.aliases else found

    def standing(self, row: Row, practice: Practice) -> Standings:
        """What holds of a row's values, in the order in which it was decided."""
        found: dict[str | None, Standing] = {}
        for review in self.on(row, practice):
            before = found.pop(review.field, None)
            change: Review | None = review
            if review.decision == "accept":
                change = before.change if before else None
                change = None if change and change.decision == "reject" else change
            found[review.field] = Standing(review, change)
        return found

    def apply(self, row: Reviewed, practice: Practice) -> Reviewed | None:
        """The row as decided; None if it was rejected as a whole."""
        standing = self.standing(row, practice)
        if not standing:
            return row
        if (whole := standing.get(None)) and whole.review.decision == "reject":
            return None
        changes = {
            name: value_of(one.change, row)
            for name, one in standing.items()
            if name is not None and one.change is not None
        }
        return _with_status(changed(row, changes), standing, "corrected" if changes else "accepted")


def value_of(review: Review, row: Row) -> Any:
    """What a correction or rejection of a column makes of its value.

    Raises:
        InputError: the column does not take it, or no longer.
    """
    column = column_of(type(row), review.field or "")
    if review.decision == "correct":
        return corrected(row, column, review.value)
    return emptied(column)


def moved(review: Review, measure_id: str | None) -> Review:
    """A decision under another id of its measure, which its row's id begins with."""
    if measure_id in (None, review.measure_id):
        return review
    row_id = f"{measure_id}{review.row_id.removeprefix(review.measure_id)}"
    return review.model_copy(update={"measure_id": measure_id, "row_id": row_id})


def review_row(review: Review, state: ReviewState) -> ReviewRow:
    """A decision as a row of the table of decisions."""
    as_json = partial(json.dumps, ensure_ascii=False)
    return ReviewRow(
        id=review.id,
        table=review.table,
        row_id=review.row_id,
        practice_id=review.measure_id,
        column=review.field,
        decision=review.decision,
        value=as_json(review.value) if review.decision == "correct" else None,
        before=None if review.before is None else as_json(review.before),
        quote=review.quote,
        reviewer=review.reviewer,
        note=review.note,
        at=review.at.isoformat(),
        state=state,
    )


def states(
    decisions: Decisions, present: Iterable[tuple[Practice, Iterable[Row]]]
) -> dict[str, ReviewState]:
    """What became of each decision.

    Args:
        decisions: all.
        present: the practices that were decided on and are there, each with its rows as read.

    Returns:
        Review id → its state.
    """
    ids: dict[str, str] = {}
    holding: set[str] = set()
    giving: set[str] = set()
    for practice, rows in present:
        ids |= dict.fromkeys((practice.id, *practice.aliases), practice.id)
        for row in rows:
            holding |= {review.id for review in decisions.on(row, practice)}
            giving |= {one.id for one in _in_force(decisions.standing(row, practice))}
    found: dict[str, ReviewState] = {}
    later: set[tuple[str, str | None]] = set()
    for review in reversed(decisions.log):
        now = ids.get(review.measure_id, review.measure_id)
        value = (now + review.row_id.removeprefix(review.measure_id), review.field)
        if review.id in giving:
            found[review.id] = "in_force"
        elif review.id in holding or value in later:
            found[review.id] = "superseded"
        else:
            found[review.id] = "conflict"
        later.add(value)
    return found


def _time(review: Review) -> tuple[datetime, str]:
    return review.at, review.id


def _in_force(standing: Standings) -> Iterator[Review]:
    for one in standing.values():
        yield one.review
        if one.change is not None:
            yield one.change


def words(row: Row) -> str:
    """The words under a decision on a row: its quote, or the text of a measure."""
    if isinstance(row, ChildRow):
        return row.quote
    return row.text if isinstance(row, MeasureRow) else ""


def _holds(review: Review, row: Row) -> bool:
    """Whether the words under a decision are there, and its value still fits.

    A measure's id follows from its place in the document, where another text may stand now.
    """
    if fold(review.quote) != fold(words(row)):
        return False
    if review.field is None or review.decision == "accept":
        return True
    try:
        value_of(review, row)
    except InputError:
        return False
    return True


def _with_status(row: Reviewed, standing: Standings, status: Status) -> Reviewed:
    if not isinstance(row, MeasureRow):
        return row.model_copy(update={"status": status})
    # A theme that is not sure waits until it, or the measure as a whole, is decided on.
    waits = row.review_status == "needs_review" and not {None, "theme"} & standing.keys()
    return row.model_copy(update={} if waits else {"review_status": status})
