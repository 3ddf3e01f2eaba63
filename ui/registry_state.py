"""What the registry page shows, as its address says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ui.state import FILTERS, Params, filters_of, last, page_number

VIEWS = {"table": "表格", "charts": "图表", "review": "核对"}
TABLES = {
    "measures": "举措",
    "indicators": "指标",
    "deadlines": "时限",
    "actors": "主体",
    "instruments": "政策工具",
    "platforms": "平台",
    "policy_documents": "引用文件",
    "themes": "主题",
    "regions": "地区",
    "documents": "文件",
}
CHILD_TABLES = (
    "indicators",
    "deadlines",
    "actors",
    "instruments",
    "platforms",
    "policy_documents",
)
FILTERED_BY = tuple(each for each in FILTERS if each.param != "measure")
DESCENDING = "-"  # before the name of the column sorted by


@dataclass(frozen=True)
class RegistryState:
    """State of the registry page.

    Attributes:
        view: one of :data:`VIEWS`.
        table: one of :data:`TABLES`.
        filters: query parameter → values; the API applies them.
        find: words that a row must have.
        sort: column sorted by, after a minus from the greatest; empty: the documents' order.
        columns: those shown; empty: the table's usual ones.
        page: of the rows.
        row: id of the row whose evidence is open.
    """

    view: str = "table"
    table: str = "measures"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    find: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    page: int = 1
    row: str = ""

    @classmethod
    def read(cls, params: Params) -> RegistryState:
        """Read an address; what it says wrongly counts as not said."""
        said = partial(last, params)
        view, table = said("view"), said("table")
        return cls(
            view=view if view in VIEWS else "table",
            table=table if table in TABLES else "measures",
            filters=filters_of(params, FILTERED_BY),
            find=said("find"),
            sort=said("sort"),
            columns=tuple(params.get("column", ())),
            page=page_number(said("page")),
            row=said("row"),
        )

    def params(self) -> dict[str, str | list[str]]:
        """The query parameters that bring this state back; defaults are left out."""
        said: dict[str, str | list[str]] = {
            "view": self.view if self.view != "table" else "",
            "table": self.table if self.table != "measures" else "",
            **{param: list(values) for param, values in self.filters.items()},
            "find": self.find,
            "sort": self.sort,
            "column": list(self.columns),
            "page": str(self.page) if self.page > 1 else "",
            "row": self.row,
        }
        return {param: value for param, value in said.items() if value}

    def query(self) -> dict[str, str | list[str]]:
        """The filters as query parameters of the API."""
        return {
            each.field: list(values)
            for each in FILTERED_BY
            if (values := self.filters.get(each.param))
        }

    def asked(self) -> dict[str, str | list[str]]:
        """Filters, words and order as query parameters of the API."""
        said = {"find": self.find, "sort": self.sort}
        return {**self.query(), **{param: value for param, value in said.items() if value}}

    def filtered(self, param: str, values: Sequence[str]) -> RegistryState:
        """With one filter set, from the first page."""
        return replace(self, filters={**self.filters, param: tuple(values)}, page=1, row="")

    def unfiltered(self) -> RegistryState:
        """Without any filter, from the first page."""
        return replace(self, filters={}, page=1, row="")

    def turned_to(self, table: str) -> RegistryState:
        """At another table; what is about the columns of the one before is dropped."""
        return replace(self, table=table, sort="", columns=(), page=1, row="")


def table_of(row_id: str) -> str:
    """The table of a row that can be reviewed, as its id says; ``measures`` for a practice's."""
    return next((table for table in CHILD_TABLES if f".{table}." in row_id), "measures")


def measure_of(row_id: str) -> str:
    """Id of the practice or plan item that a row belongs to."""
    return row_id.partition(f".{table_of(row_id)}.")[0]
