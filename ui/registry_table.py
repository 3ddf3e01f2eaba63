"""A registry table as it is shown: what its cells say, which rows are found, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ui.answers import Column, Record
from ui.records import period, quantity
from ui.registry_state import CHILD_TABLES, DESCENDING
from ui.render import plain

PAGE_ROWS = 100
Cell = str | float | None

# Of the practice or plan item that a row was read in; no columns of the files exported.
OF_MEASURE = (
    Column(name="of.region", title="举措地区", description="所在做法或条目的地区"),
    Column(name="of.title", title="举措标题", description="所在做法或条目的标题"),
    Column(name="of.theme", title="举措主题", description="所在做法或条目的主要主题"),
)
WRITTEN = {
    "indicators": Column(name="as.quantity", title="数量", description="数值、比较符和单位"),
    "deadlines": Column(name="as.period", title="时间", description="起止和周期"),
}
NAMES = {"comparator": {"range": "区间"}}
THEME_COLUMNS = {"theme", "secondary_themes", "parent", "of.theme"}
USUAL: dict[str, tuple[str, ...]] = {
    "measures": ("region", "title", "theme", "kind", "document", "review_status"),
    "indicators": ("of.region", "subject", "as.quantity", "kind", "per", "as_of", "of.title"),
    "deadlines": ("of.region", "as.period", "what", "precision", "of.title"),
    "actors": ("of.region", "name", "type", "role", "level", "of.title"),
    "instruments": ("of.region", "type", "words", "of.theme", "of.title"),
    "platforms": ("of.region", "name", "kind", "functions", "of.title"),
    "policy_documents": ("of.region", "title", "number", "relation", "of.title"),
    "themes": ("label", "parent", "measures", "definition"),
    "regions": ("name", "level", "province", "city", "county", "adcode"),
    "documents": ("title", "kind", "region", "number", "issued_on", "practices"),
}


@dataclass(frozen=True)
class Sheet:
    """A table's rows as they are shown: ``cells[i]`` are those of ``rows[i]``, by column."""

    table: str
    columns: Mapping[str, Column]
    rows: tuple[Record, ...]
    cells: tuple[Mapping[str, Cell], ...]

    def shown(self, chosen: Sequence[str]) -> list[str]:
        """The columns to show: those chosen that there are, else the usual ones."""
        return [name for name in chosen if name in self.columns] or [
            name for name in USUAL[self.table] if name in self.columns
        ]

    def places(self, words: str, sort: str) -> list[int]:
        """The places of the rows that have all the words, in the order of a column."""
        wanted = words.casefold().split()
        found = [i for i, cells in enumerate(self.cells) if _has(cells.values(), wanted)]
        name = sort.removeprefix(DESCENDING)
        if name not in self.columns:
            return found
        empty = [i for i in found if self.cells[i][name] is None]
        full = [i for i in found if self.cells[i][name] is not None]
        full.sort(key=lambda i: _order(self.cells[i][name]), reverse=sort.startswith(DESCENDING))
        return full + empty


def sheet(
    table: str,
    rows: Sequence[Record],
    columns: Sequence[Column],
    measures: Mapping[str, Record],
    themes: Mapping[str, str],
) -> Sheet:
    """A table ready to be shown.

    Args:
        table: one of the registry's.
        rows: as the API gives them.
        columns: as the API gives them.
        measures: rows of the measures by id, for what a row of a child table belongs to.
        themes: theme id → label.
    """
    known = {column.name: column for column in columns}
    if table in CHILD_TABLES:
        extra = (*OF_MEASURE, *([WRITTEN[table]] if table in WRITTEN else []))
        known |= {column.name: column for column in extra}
    cells = []
    for row in rows:
        of = measures.get(str(row.get("measure_id")), {})
        whole = {**row, **{column.name: of.get(column.name[3:]) for column in OF_MEASURE}}
        whole["as.quantity"] = quantity(row) if table == "indicators" else None
        whole["as.period"] = period(row) if table == "deadlines" else None
        cells.append({name: cell(whole, column, themes) for name, column in known.items()})
    return Sheet(table, known, tuple(rows), tuple(cells))


def cell(row: Record, column: Column, themes: Mapping[str, str]) -> Cell:
    """What a cell says: codes and themes by their names, lists in one line."""
    value = row.get(column.name)
    if value is None or value == "":
        return None
    names = themes if column.name in THEME_COLUMNS else NAMES.get(column.name, column.codes)
    if isinstance(value, list | tuple):
        return plain("、".join(names.get(str(each), str(each)) for each in value)) or None
    if isinstance(value, int | float) and not names:
        return value
    return plain(names.get(str(value), str(value)))


def _has(cells: Iterable[Cell], wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    text = "\n".join(str(each) for each in cells if each is not None).casefold()
    return all(word in text for word in wanted)


def _order(value: Cell) -> tuple[bool, float, str]:
    if isinstance(value, str):
        return True, 0.0, value
    return False, value or 0.0, ""
