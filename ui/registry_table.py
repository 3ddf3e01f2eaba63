"""A registry table as it is shown: what its cells say. The API finds the rows and orders them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ui.answers import Column, Record
from ui.records import as_of, period, quantity
from ui.registry_state import CHILD_TABLES
from ui.render import plain

PAGE_ROWS = 100
Cell = str | float | None

# Of the practice or plan item that a row was read in: the API finds, orders and exports by them.
OF_MEASURE = (
    Column(name="measure_region", title="举措地区", description="所在做法或条目的地区"),
    Column(name="measure_title", title="举措标题", description="所在做法或条目的标题"),
    Column(name="measure_theme", title="举措主题", description="所在做法或条目的主要主题"),
)
WRITTEN = {
    "indicators": Column(name="as.quantity", title="数量", description="数值、比较符和单位"),
    "deadlines": Column(name="as.period", title="时间", description="起止和周期"),
}
# What is written of several columns is exported as these.
WRITTEN_OF = {
    "as.quantity": (
        "comparator", "value", "low", "high", "before", "before_comparator", "after",
        "after_comparator", "unit",
    ),
    "as.period": ("start", "end", "recurrence"),
}  # fmt: skip
NAMES = {"comparator": {"range": "区间"}}
THEME_COLUMNS = {"theme", "secondary_themes", "parent", "measure_theme"}
USUAL: dict[str, tuple[str, ...]] = {
    "measures": ("region", "title", "theme", "kind", "document", "review_status"),
    "indicators": (
        "measure_region",
        "subject",
        "as.quantity",
        "kind",
        "per",
        "as_of",
        "measure_title",
    ),
    "deadlines": ("measure_region", "as.period", "what", "precision", "measure_title"),
    "actors": ("measure_region", "name", "type", "role", "level", "measure_title"),
    "instruments": ("measure_region", "type", "words", "measure_theme", "measure_title"),
    "platforms": ("measure_region", "name", "kind", "functions", "measure_title"),
    "policy_documents": ("measure_region", "title", "number", "relation", "measure_title"),
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


def orders(table: str, columns: Sequence[Column]) -> dict[str, Column]:
    """The columns that a table can be ordered by, as the API has them."""
    extra = OF_MEASURE if table in CHILD_TABLES else ()
    return {column.name: column for column in (*columns, *extra)}


def exported(names: Sequence[str]) -> list[str]:
    """The columns of a file that hold what the columns shown say."""
    found = [each for name in names for each in WRITTEN_OF.get(name, (name,))]
    return list(dict.fromkeys(found))


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
        names = [column.name for column in OF_MEASURE]
        whole = {**row, **{name: of.get(name.removeprefix("measure_")) for name in names}}
        whole["as.quantity"] = quantity(row) if table == "indicators" else None
        whole["as.period"] = period(row) if table == "deadlines" else None
        cells.append({name: cell(whole, column, themes) for name, column in known.items()})
    return Sheet(table, known, tuple(rows), tuple(cells))


def cell(row: Record, column: Column, themes: Mapping[str, str]) -> Cell:
    """What a cell says: codes and themes by their names, lists in one line."""
    value = row.get(column.name)
    if value is None or value == "":
        return None
    if column.name == "as_of":
        return as_of(str(value))
    names = themes if column.name in THEME_COLUMNS else NAMES.get(column.name, column.codes)
    if isinstance(value, list | tuple):
        return plain("、".join(names.get(str(each), str(each)) for each in value)) or None
    if isinstance(value, int | float) and not names:
        return value
    return plain(names.get(str(value), str(value)))
