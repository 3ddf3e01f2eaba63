"""What a view shows, as its address says: the query parameters of the search page, typed.

A view is drawn from its address alone, so its link brings it back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

PAGE_SIZE = 10
LAST_PAGE = 100  # offset + limit may reach 1,000
MODES = {"hybrid": "综合", "semantic": "语义", "keyword": "关键词"}
GROUPS = {"": "不分组", "region": "按地区", "theme": "按主题", "document": "按文件"}
VIEWS = {"document": "在文件中", "data": "数据", "similar": "相似做法"}


@dataclass(frozen=True)
class FilterField:
    """A filter: its query parameter, its field in the request (and facet), its label."""

    param: str
    field: str
    label: str


FILTERS = (
    FilterField("region", "regions", "地区"),
    FilterField("level", "levels", "层级"),
    FilterField("kind", "kinds", "类型"),
    FilterField("task", "tasks", "工作任务"),
    FilterField("measure", "measures", "主要举措"),
    FilterField("theme", "themes", "主题"),
    FilterField("document", "documents", "文件"),
    FilterField("instrument", "instruments", "政策工具"),
)


Params = Mapping[str, Sequence[str]]  # a query parameter may stand more than once


def page_number(said: str) -> int:
    """The page an address names; the first where it names none."""
    return min(max(int(said), 1), LAST_PAGE) if re.fullmatch("[0-9]{1,9}", said) else 1


def filters_of(params: Params, fields: Sequence[FilterField]) -> dict[str, tuple[str, ...]]:
    """The values an address filters by, by query parameter."""
    return {
        each.param: tuple(dict.fromkeys(values))
        for each in fields
        if (values := params.get(each.param))
    }


def last(params: Params, param: str) -> str:
    """What an address says last for a parameter; empty if nothing."""
    values = params.get(param)
    return values[-1].strip() if values else ""


@dataclass(frozen=True)
class SearchState:
    """State of the search page. ``filters`` maps query parameters to their values."""

    query: str = ""
    mode: str = "hybrid"
    group: str = ""
    page: int = 1
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    practice: str = ""
    view: str = "document"

    @classmethod
    def read(cls, params: Params) -> SearchState:
        """Read an address; what it says wrongly counts as not said."""
        said = partial(last, params)
        mode, group, view = (said(param) for param in ("mode", "group", "view"))
        return cls(
            query=said("q"),
            mode=mode if mode in MODES else "hybrid",
            group=group if group in GROUPS else "",
            page=page_number(said("page")),
            filters=filters_of(params, FILTERS),
            without=tuple(params.get("without", ())),
            practice=said("practice"),
            view=view if view in VIEWS else "document",
        )

    def params(self) -> dict[str, str | list[str]]:
        """The query parameters that bring this state back; defaults are left out."""
        params: dict[str, str | list[str]] = {}
        if self.query:
            params["q"] = self.query
        if self.mode != "hybrid":
            params["mode"] = self.mode
        if self.group:
            params["group"] = self.group
        for param, values in self.filters.items():
            if values:
                params[param] = list(values)
        if self.without:
            params["without"] = list(self.without)
        if self.page > 1:
            params["page"] = str(self.page)
        if self.practice:
            params["practice"] = self.practice
            if self.view != "document":
                params["view"] = self.view
        return params

    def request(self) -> dict[str, Any]:
        """Body of ``POST /v1/search`` for this state."""
        filters = {
            each.field: list(values) for each in FILTERS if (values := self.filters.get(each.param))
        }
        body: dict[str, Any] = {
            "query": self.query,
            "mode": self.mode,
            "limit": PAGE_SIZE,
            "offset": (self.page - 1) * PAGE_SIZE,
            "facets": True,
            "figures": True,
        }
        if self.group:
            body["group_by"] = self.group
        if filters:
            body["filters"] = filters
        if self.without:
            body["without"] = list(self.without)
        return body

    def searching(self, query: str) -> SearchState:
        """The same place, asked something else: first page, filters and mode kept."""
        return replace(self, query=query.strip(), page=1, without=(), practice="")

    def filtered(self, param: str, values: Sequence[str]) -> SearchState:
        """With one filter set, from the first page."""
        return replace(self, filters={**self.filters, param: tuple(values)}, page=1)

    def unfiltered(self) -> SearchState:
        """Without any filter, from the first page."""
        return replace(self, filters={}, page=1)

    def opening(self, practice_id: str, view: str = "document") -> SearchState:
        """Showing one practice; the search behind it stays in the address."""
        return replace(self, practice=practice_id, view=view)

    def closing(self) -> SearchState:
        """Back at the search."""
        return replace(self, practice="", view="document")
