"""The registry's tables, as they stand in the store, with people's decisions put over them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from api.corrections import column_of, corrected, decidable, emptied
from api.export.grounding import check
from api.registry_rows import (
    Measure,
    codes_of,
    document_row,
    measure_of,
    meets,
    region_row,
    theme_rows,
)
from api.reviews import Decisions, moved, review_row, states, words
from corpus import regions
from corpus.errors import Conflict, InputError, NotFound
from corpus.model import Document, Practice
from corpus.registry import (
    ROWS,
    ChildRow,
    Decision,
    DocumentRow,
    IndicatorRow,
    MeasureRow,
    RegionRow,
    Review,
    ReviewRow,
    ReviewState,
    Row,
)
from corpus.store.base import CorpusStore, SearchFilter

__all__ = ["TABLES", "Measure", "RegistryService"]

# The registry's tables, and the log of the decisions on them.
TABLES: dict[str, type[Row]] = {**ROWS, ReviewRow.TABLE: ReviewRow}
INSTANT = timedelta(microseconds=1)


class RegistryService:
    """The registry over one store. Safe to call from several threads."""

    def __init__(self, store: CorpusStore) -> None:
        self._store = store
        self._deciding = threading.Lock()

    def decisions(self) -> Decisions:
        """All decisions as they are now; to be passed on where several tables must agree."""
        return Decisions.of(self._store.reviews())

    def measures(
        self, where: SearchFilter | None = None, decisions: Decisions | None = None
    ) -> Iterator[Measure]:
        """All measures that meet the filter, in the documents' order; rejected ones left out.

        Themes and instruments are filtered by as they were decided, all else as it was read.
        """
        decided = self.decisions() if decisions is None else decisions
        stored = replace(where, themes=(), instruments=()) if where else None
        for document in self._store.documents():
            if where and where.documents and document.id not in where.documents:
                continue
            for practice, records in self._store.records(document.id, stored):
                one = measure_of(practice, document, records, decided)
                if not one.rejected and (where is None or meets(one, where)):
                    yield one

    def measure(self, practice: Practice, document: Document) -> Measure:
        """One measure."""
        records = self._store.records_of(practice.id)
        return measure_of(practice, document, records, self.decisions())

    def indicators_of(self, measure_ids: Iterable[str]) -> dict[str, list[IndicatorRow]]:
        """The figures of some measures by measure id, in the order of the text."""
        return {
            one.practice.id: [
                row for row in one.children["indicators"] if isinstance(row, IndicatorRow)
            ]
            for one in self._found(measure_ids, self.decisions())
        }

    def rows(
        self,
        table: str,
        where: SearchFilter | None = None,
        decisions: Decisions | None = None,
        *,
        grounded: bool = False,
    ) -> Iterator[Row]:
        """A table's rows, in the documents' order; of decisions, in the order of their time.

        Args:
            table: one of :data:`TABLES`.
            where: the filter.
            decisions: those to go by; now in force if None.
            grounded: whether to look at each row's quote.

        Raises:
            NotFound: there is no such table.
            BrokenGrounding: on the way, where a quote is not the text at its span.
        """
        if table not in TABLES:
            raise NotFound(f"没有名为“{table}”的表", hint=f"可用的表：{'、'.join(TABLES)}")
        decided = self.decisions() if decisions is None else decisions
        if issubclass(TABLES[table], ChildRow):
            return self._children(table, where, decided, grounded)
        if table == MeasureRow.TABLE:
            return (one.row for one in self.measures(where, decided))
        if table == DocumentRow.TABLE:
            return self._documents(where, decided)
        if table == RegionRow.TABLE:
            return self._regions(where, decided)
        if table == ReviewRow.TABLE:
            return self._log(where, decided)
        return self._themes(where, decided)

    def texts(self, where: SearchFilter | None, decisions: Decisions) -> dict[str, str]:
        """Measure id → text, to check quotes against."""
        return {one.practice.id: one.practice.text for one in self.measures(where, decisions)}

    def theme_counts(self) -> dict[str, int]:
        """Theme id → measures of which it is the main theme, decisions applied."""
        counts = Counter(self._store.facet("theme"))
        for one in self._decided_on(self.decisions()):
            counts[one.practice.theme or ""] -= 1
            counts[one.row.theme or ""] += not one.rejected
        return {theme: count for theme, count in counts.items() if theme and count}

    # Review

    def reviews(self) -> list[Review]:
        """Every decision, the latest first, under the present ids of its row and measure."""
        decided = self.decisions()
        return self._moved(reversed(decided.log), decided)

    def conflicts(self) -> list[Review]:
        """Decisions that nothing replaced, but whose words are no longer there; latest first."""
        decided = self.decisions()
        found = self._states(decided)
        return self._moved(
            (one for one in reversed(decided.log) if found[one.id] == "conflict"), decided
        )

    def queue(self, limit: int) -> list[Row]:
        """What most needs a person's look: unsure rows first, then measures with unsure themes."""
        rows: list[Row] = []
        themes: list[Row] = []
        for one in self.measures():
            rows += [row for row in one.child_rows() if row.status == "needs_review"]
            themes += [one.row] if one.unsure else []
        return [*rows, *themes][:limit]

    def decide(
        self,
        table: str,
        row_id: str,
        decision: Decision,
        reviewer: str,
        *,
        column: str | None = None,
        value: Any = None,
        note: str = "",
        seen: str | None = None,
    ) -> Review:
        """Keep a decision.

        Args:
            table: the row's table.
            row_id: the row.
            decision: accept, correct or reject.
            reviewer: who decides.
            column: the column decided on; None for the row as a whole.
            value: the right value, for ``correct``.
            note: why.
            seen: id of the decision that the reviewer saw in force on this value, empty for none;
                if another came in meanwhile, it is a conflict. None: whatever there is.

        Raises:
            InputError: the table, the column or the value cannot be.
            NotFound: the row is not, or no longer, in the registry.
            Conflict: somebody else decided meanwhile.
        """
        if not issubclass(TABLES.get(table, Row), ChildRow | MeasureRow):
            raise InputError(f"表“{table}”的行不能核对", hint="请核对举措表或其子表", field="table")
        with self._deciding:
            practice, row = self._row(table, row_id)
            value = _fitting(row, decision, column, value)
            decided = self.decisions()
            standing = decided.standing(row, practice).get(column)
            current = standing.review if standing else None
            # What was seen may also be the last decision, although it no longer holds.
            last = "" if current else decided.latest_id(row, practice, column)
            if seen is not None and seen not in ((current.id,) if current else ("", last)):
                raise _decided_meanwhile(current)
            review = Review(
                id=uuid4().hex,
                table=table,
                row_id=row.id,
                measure_id=practice.id,
                field=column,
                decision=decision,
                value=value,
                before=_shown(decided.apply(row, practice) or row, column),
                quote=words(row),
                reviewer=reviewer,
                note=note,
                # Later than the one it replaces, whatever the clock says.
                at=max([datetime.now(UTC), *([current.at + INSTANT] if current else [])]),
            )
            self._store.add_review(review)
        return review

    def _row(self, table: str, row_id: str) -> tuple[Practice, Row]:
        """A row as read, rejected or not, and its practice."""
        measure_id = row_id if table == MeasureRow.TABLE else row_id.rpartition(f".{table}.")[0]
        for one in self._undecided([measure_id]):
            former = row_id.removeprefix(measure_id)
            for row in one.rows():
                if table == row.TABLE and row.id == one.practice.id + former:
                    return one.practice, row
        raise NotFound(
            f"表 {table} 中没有编号为“{row_id}”的行",
            hint="文件可能已删除或重新解析，请刷新登记表后再核对",
        )

    def _undecided(self, measure_ids: Iterable[str]) -> Iterator[Measure]:
        """Those of the measures that are there, by present or former id, as read."""
        return self._found(measure_ids, Decisions())

    def _decided_on(self, decisions: Decisions) -> Iterator[Measure]:
        """The measures of which something was decided, each once, with decisions."""
        return self._found(decisions.measure_ids(), decisions)

    def _found(self, measure_ids: Iterable[str], decisions: Decisions) -> Iterator[Measure]:
        asked = dict.fromkeys(measure_ids)
        found = {one.id: one for id_ in asked if (one := self._store.practice(id_))}
        for practice in found.values():
            document = self._store.document(practice.document_id)
            if document is not None:
                records = self._store.records_of(practice.id)
                yield measure_of(practice, document, records, decisions)

    def _moved(self, reviews: Iterable[Review], decisions: Decisions) -> list[Review]:
        ids = {id_: one.id for id_ in decisions.measure_ids() if (one := self._store.practice(id_))}
        return [moved(review, ids.get(review.measure_id)) for review in reviews]

    def _states(self, decisions: Decisions) -> dict[str, ReviewState]:
        present = self._undecided(decisions.measure_ids())
        return states(decisions, ((one.practice, one.rows()) for one in present))

    # The tables

    def _children(
        self, table: str, where: SearchFilter | None, decisions: Decisions, grounded: bool
    ) -> Iterator[Row]:
        for one in self.measures(where, decisions):
            rows = one.children[table]
            if grounded:
                check(rows, {one.practice.id: one.practice.text})
            yield from rows

    def _documents(self, where: SearchFilter | None, decisions: Decisions) -> Iterator[Row]:
        counts = Counter(one.document.id for one in self.measures(where, decisions))
        for document in self._store.documents():
            if where is None or counts[document.id]:
                yield document_row(document, counts[document.id])

    def _regions(self, where: SearchFilter | None, decisions: Decisions) -> Iterator[Row]:
        codes: dict[str, None] = {}
        for one in self.measures(where, decisions):
            codes.update(dict.fromkeys(codes_of(one)))
        for code in sorted(codes):
            yield region_row(regions.get(code))

    def _themes(self, where: SearchFilter | None, decisions: Decisions) -> Iterator[Row]:
        return theme_rows(Counter(one.row.theme for one in self.measures(where, decisions)))

    def _log(self, where: SearchFilter | None, decisions: Decisions) -> Iterator[Row]:
        """All decisions; with a filter, those on measures that meet it as they were read."""
        found = self._states(decisions)
        wanted = None
        if where is not None:
            measures = self.measures(where, Decisions())
            wanted = {id_ for one in measures for id_ in (one.practice.id, *one.practice.aliases)}
        for review in decisions.log:
            if wanted is None or review.measure_id in wanted:
                yield review_row(review, found[review.id])


def _fitting(row: Row, decision: Decision, name: str | None, value: Any) -> Any:
    """The value to keep with a decision, which must fit the row; None but for corrections.

    Raises:
        InputError: it does not, or no column is named that could be corrected.
    """
    if name is None:
        if decision == "correct":
            raise InputError("更正要写明列", hint="请给出 field", field="field")
        return None
    column = column_of(type(row), name)
    if decision == "reject":
        emptied(column)
    return corrected(row, column, value) if decision == "correct" else None


def _shown(row: Row, name: str | None) -> Any:
    """A value, or all that can be decided on, as in JSON."""
    own = [name] if name else [column.name for column in decidable(type(row))]
    shown = row.model_dump(mode="json", include=set(own))
    return shown[name] if name else shown


def _decided_meanwhile(current: Review | None) -> Conflict:
    who = f"{current.reviewer}已经作了决定" if current else "所依据的决定已不在"
    return Conflict(f"核对冲突：{who}", hint="请刷新后查看现有决定，再决定是否更改")
