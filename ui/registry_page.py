"""登记表: the registry's tables, their pictures, their export, and what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from ui.answers import (
    Column,
    Record,
    RegistryAnswer,
    ReviewsAnswer,
    ThemeNode,
    ThemesAnswer,
)
from ui.basket import visit
from ui.client import ApiRefused, Call
from ui.evidence import REVIEWS, evidence, review_html
from ui.parts import (
    ask,
    behind,
    choose,
    columns_of,
    filters,
    notice,
    params,
    small,
    sync,
    turn_pages,
    unlike,
)
from ui.records import NEEDS_REVIEW, words_of
from ui.registry_charts import charts
from ui.registry_export import export
from ui.registry_filters import offered, theme_labels
from ui.registry_state import (
    CHILD_TABLES,
    DESCENDING,
    FILTERED_BY,
    TABLES,
    VIEWS,
    RegistryState,
)
from ui.registry_table import PAGE_ROWS, Sheet, orders, sheet
from ui.render import counts_html, list_html

ASKED = 1000  # rows of one call
MOST_ROWS = 5000  # rows taken for one view
SHOWN_REVIEWS = 50
ROWS_IN_SIGHT = 14
WIDTHS = {
    "title": 300,
    "measure_title": 260,
    "document": 220,
    "subject": 220,
    "words": 220,
    "as.quantity": 130,
    "per": 90,
    "table": 90,
}
REVIEWABLE = ("measures", *CHILD_TABLES)


def registry_page() -> None:
    """The page, drawn from its address."""
    state = RegistryState.read(params())
    with st.container(key="ts-registry"):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.html('<h1 class="ts-head" lang="zh-CN">登记表</h1>', width="content")
            choose("看什么", "registry-view", VIEWS, state.view, _looked)
        themes = ask(Call.get("v1", "themes"), ThemesAnswer).themes
        if state.view == "review":
            calls = _review(theme_labels(themes))
        else:
            filters(FILTERED_BY, offered(themes), state.filters, _filtered, _cleared)
            try:
                with st.spinner("正在读取…"):
                    calls = (_table if state.view == "table" else _charts)(state, themes)
            except ApiRefused:
                st.button("清除筛选", key="clear-main", on_click=_cleared)
                raise
    if state.row:
        _drawer(state.row, theme_labels(themes))
    behind(*calls)


def _current() -> RegistryState:
    return RegistryState.read(params())


def go(state: RegistryState) -> None:
    """Make the address that of ``state``; the page is drawn from it next."""
    visit(state.params())


def _looked() -> None:
    go(replace(_current(), view=st.session_state["registry-view"], row=""))


def _filtered(param: str) -> None:
    go(_current().filtered(param, st.session_state[f"filter-{param}"]))


def _cleared() -> None:
    go(_current().unfiltered())


# The tables


def rows_of(table: str, query: Mapping[str, str | list[str]]) -> tuple[RegistryAnswer, Call]:
    """The rows of a table that are asked for, up to :data:`MOST_ROWS`, and the first call."""
    first = Call.get("v1", "registry", table, query={**query, "limit": str(ASKED)})
    answer = ask(first, RegistryAnswer)
    rows = list(answer.rows)
    while len(rows) < min(answer.total, MOST_ROWS) and rows:
        further = {**query, "limit": str(ASKED), "offset": str(len(rows))}
        more = ask(Call.get("v1", "registry", table, query=further), RegistryAnswer).rows
        if not more:
            break
        rows.extend(more)
    return answer.model_copy(update={"rows": tuple(rows)}), first


def _table(state: RegistryState, themes: Sequence[ThemeNode]) -> list[Call]:
    choose("表", "registry-table", TABLES, state.table, _turned)
    columns = columns_of(state.table)
    if state.sort.removeprefix(DESCENDING) not in orders(state.table, columns):
        state = replace(state, sort="")  # an address may name a column that there is not
    answer, call = rows_of(state.table, state.asked())
    measures = answer
    if state.table in CHILD_TABLES:
        measures = rows_of("measures", state.query())[0]
    by_id = {str(row["id"]): row for row in measures.rows}
    shown = sheet(state.table, answer.rows, columns, by_id, theme_labels(themes))
    _tools(state, shown, answer.total)
    total = _unfound(state) if state.find else answer.total
    _counts(state, shown, answer.total, total)
    if state.find and not answer.total:
        notice("info", "这张表里没有同时含有这些字词的行", "请换一个词，或清空“在表中查找”。")
    elif not total:
        _nothing(state)
    else:
        _grid(state, shown)
    return [call]


def _unfound(state: RegistryState) -> int:
    """How many rows there are whether or not they have the words."""
    query = {**state.query(), "limit": "1"}
    return ask(Call.get("v1", "registry", state.table, query=query), RegistryAnswer).total


def _turned() -> None:
    go(_current().turned_to(st.session_state["registry-table"]))


def _tools(state: RegistryState, shown: Sheet, total: int) -> None:
    sync("find", state.find)
    with st.container(horizontal=True, vertical_alignment="bottom", key="ts-tools"):
        st.text_input(
            "在表中查找",
            key="find",
            max_chars=200,
            placeholder="在表中查找，多个词用空格隔开",
            label_visibility="collapsed",
            on_change=_found,
        )
        with st.popover("列与排序"):
            _columns(state, shown)
        with st.popover("导出", on_change="rerun", key="export") as box:
            if box.open:
                export(state, shown.shown(state.columns), total)


def _found() -> None:
    go(replace(_current(), find=st.session_state["find"].strip(), page=1, row=""))


def _columns(state: RegistryState, shown: Sheet) -> None:
    """Which columns, in which order of rows.

    What a closed popover holds learns of no change, so a widget with another value is another.
    """
    titles = unlike({name: column.title for name, column in shown.columns.items()})
    sortable = orders(state.table, columns_of(state.table))
    chosen = shown.shown(state.columns)
    key, sort_key = f"columns-{'-'.join(chosen)}", f"sort-{state.sort}"
    down_key = f"{sort_key}-down"
    st.multiselect(
        "显示哪些列",
        list(titles),
        chosen,
        key=key,
        format_func=titles.__getitem__,
        on_change=lambda: _chosen(tuple(st.session_state[key])),
        select_all=False,
        placeholder="常用的列",
    )
    name = state.sort.removeprefix(DESCENDING)
    names = ["", *(each for each in titles if each in sortable)]
    st.selectbox(
        "按哪一列排序",
        names,
        names.index(name) if name in names else 0,
        key=sort_key,
        format_func=lambda name: titles.get(name, "原文次序"),
        on_change=lambda: _sorted(sort_key, down_key),
    )
    down = state.sort.startswith(DESCENDING)
    st.toggle("从大到小", down, key=down_key, on_change=lambda: _sorted(sort_key, down_key))


def _chosen(columns: tuple[str, ...]) -> None:
    go(replace(_current(), columns=columns, row=""))


def _sorted(sort_key: str, down_key: str) -> None:
    name, down = st.session_state[sort_key], st.session_state[down_key]
    go(replace(_current(), sort=DESCENDING + name if name and down else name, page=1, row=""))


def _counts(state: RegistryState, shown: Sheet, found: int, total: int) -> None:
    parts = [f"<b>{found:,}</b> 行" + (f"（全表 {total:,} 行）" if found < total else "")]
    if state.table in REVIEWABLE:
        of = {row.get("measure_id") or row["id"] for row in shown.rows}
        regions = {cells.get(_region(state.table)) for cells in shown.cells} - {None}
        parts.append(f"{len(of):,} 条做法和条目")
        parts.append(f"{len(regions):,} 个地区")
        if waiting := sum(_status(row) == NEEDS_REVIEW for row in shown.rows):
            parts.append(f"待核对 {waiting:,} 行")
    st.html(f'<p class="ts-summary" lang="zh-CN">{"，".join(parts)}</p>')
    if found > MOST_ROWS:
        notice(
            "info",
            f"只显示前 {MOST_ROWS:,} 行，条数之外的计数以此为限",
            "请用筛选或查找缩小范围；导出的文件是全的。",
        )


def _region(table: str) -> str:
    return "region" if table == "measures" else "measure_region"


def _status(row: Record) -> str:
    return str(row.get("status") or row.get("review_status") or "")


def _nothing(state: RegistryState) -> None:
    if any(state.filters.values()):
        notice("info", "没有符合筛选条件的行", "请放宽筛选条件。")
        st.button("清除筛选", key="clear-main", on_click=_cleared)
    else:
        notice("info", f"“{TABLES[state.table]}”表还是空的", "在“文档”页上传文件后会自动读出。")


def _grid(state: RegistryState, shown: Sheet, name: str = "") -> None:
    """A page of rows; ``name`` is that of a list beside the table, which has one page only."""
    pages = -(-len(shown.rows) // PAGE_ROWS)
    page = 1 if name else min(state.page, pages)
    here = range((page - 1) * PAGE_ROWS, min(page * PAGE_ROWS, len(shown.rows)))
    names = shown.shown(state.columns)
    data = {name: [shown.cells[place][name] for place in here] for name in names}
    ids = [str(shown.rows[place]["id"]) for place in here]
    selectable = state.table in REVIEWABLE
    columns = {name: shown.columns[name] for name in names}
    _rows(data, columns, ids if selectable else [], name or f"{state.table}-{page}")
    if name:
        return
    if selectable:
        small("点行首的方框选中一行，查看它的原文依据并核对。")
    turn_pages(pages, page, "registry-page", _paged)


def _paged(page: int) -> None:
    go(replace(_current(), page=page, row=""))


def _rows(data: dict[str, Any], columns: dict[str, Column], ids: Sequence[str], name: str) -> None:
    """Rows; of those that have ids one can be selected, whose evidence opens then."""
    # A drawer that is closed leaves no row selected, so that the same row can be opened again.
    key = f"rows-{name}-{st.session_state.get('closed', 0)}"
    count = len(next(iter(data.values())))
    shared: dict[str, Any] = {
        "key": key,
        "hide_index": True,
        "column_config": {name: _config(column) for name, column in columns.items()},
        "height": min(count, ROWS_IN_SIGHT) * 35 + 40,
        "placeholder": "",
        "alt": "登记表的行",
    }
    if ids:
        st.dataframe(
            data,
            on_select=lambda: _opened(key, ids),
            selection_mode="single-row",
            **shared,
        )
    else:
        st.dataframe(data, **shared)


def _config(column: Column) -> Any:
    help_ = column.description or None
    if column.kind in {"number", "integer"}:
        return st.column_config.NumberColumn(column.title, help=help_, format="localized")
    return st.column_config.TextColumn(column.title, help=help_, width=WIDTHS.get(column.name))


def _opened(key: str, ids: Sequence[str]) -> None:
    rows = st.session_state[key].selection.rows
    go(replace(_current(), row=ids[rows[0]] if rows and rows[0] < len(ids) else ""))


# The evidence


def _closed() -> None:
    st.session_state["closed"] = st.session_state.get("closed", 0) + 1
    go(replace(_current(), row=""))


def _drawer(row_id: str, themes: dict[str, str]) -> None:
    @st.dialog("原文依据与核对", width="medium", position="right", on_dismiss=_closed)
    def opened() -> None:
        evidence(row_id, themes)

    opened()


# Pictures


def _charts(state: RegistryState, themes: Sequence[ThemeNode]) -> list[Call]:
    tables = ("measures", "instruments", "indicators")
    answers = {table: rows_of(table, state.query()) for table in tables}
    measures, instruments, indicators = (answers[table][0] for table in tables)
    columns = {table: answer.columns for table, (answer, _) in answers.items()}
    by_id = {str(row["id"]): row for row in measures.rows}
    labels = theme_labels(themes)

    def listed(table: str, rows: Sequence[Record]) -> None:
        shown = sheet(table, rows, columns[table], by_id, labels)
        cut = f"，列出前 {PAGE_ROWS} 行" if len(rows) > PAGE_ROWS else ""
        small(f"所点的色块中有 {len(rows)} 行{cut}；点行首的方框选中一行，查看它的原文依据。")
        _grid(replace(state, table=table, columns=()), shown, f"picked-{table}")

    charts(measures.rows, instruments.rows, indicators.rows, themes, columns, listed)
    return [call for _, call in answers.values()]


# What waits for a person


def _review(themes: dict[str, str]) -> list[Call]:
    answer = ask(REVIEWS, ReviewsAnswer)
    counts = (
        ("待核对", len(answer.queue), "行"),
        ("冲突", len(answer.conflicts), "个"),
        ("已作决定", len(answer.reviews), "个"),
    )
    st.html(counts_html(counts))
    if answer.queue:
        _queue(answer.queue, themes)
    else:
        notice("info", "没有待核对的值")
    if answer.conflicts:
        notice("warn", "以下决定所依据的文字已不在原文中", "文件可能已更新；请重新核对有关的行。")
        st.html(list_html([_said(one.table, one) for one in answer.conflicts]))
    if answer.reviews:
        with st.expander(f"最近的决定（{len(answer.reviews)}）"):
            st.html(list_html([_said(one.table, one) for one in answer.reviews[:SHOWN_REVIEWS]]))
    return [REVIEWS]


def _said(table: str, review: Any) -> str:
    return f"{TABLES.get(table, table)}：{review_html(review, columns_of(table))}"


def _queue(queue: Sequence[Record], themes: dict[str, str]) -> None:
    data: dict[str, list[str]] = {"table": [], "what": [], "value": []}
    for row in queue:
        table = str(row["table"])
        codes = {column.name: column.codes for column in columns_of(table)}
        child = table in CHILD_TABLES
        words = words_of(table, row, codes).main if child else str(row["title"])
        theme = themes.get(str(row.get("theme")), "未归类")
        data["table"].append(TABLES.get(table, table))
        data["what"].append(words)
        data["value"].append(str(row["quote"]) if child else f"主题：{theme}")
    columns = {
        "table": Column(name="table", title="表"),
        "what": Column(name="what", title="举措或读出的值"),
        "value": Column(name="value", title="要核对的原文或主题"),
    }
    small("最需要人看的排在前面。选中一行，查看它的原文依据并核对。")
    _rows(data, columns, [str(row["id"]) for row in queue], "queue")
