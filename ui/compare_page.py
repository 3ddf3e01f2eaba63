"""比较: which region does what, how two to four of them do it, what is missing, and where."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from ui.answers import Practice, RegionNode, RegionsAnswer, ThemesAnswer
from ui.basket import basket_button, visit
from ui.catch import catch
from ui.client import ApiRefused, Call
from ui.compare_answers import CompareAnswer, Row
from ui.compare_html import (
    counted_html,
    gaps_html,
    legend_html,
    matrix_html,
    present,
    sides_html,
    tiles_html,
)
from ui.compare_state import DEPTHS, LEAST, LEVELS, PEERS, SIDES, VIEWS, CompareState
from ui.facets import INDENT
from ui.parts import ask, behind, choose, cite, link, notice, params, small, sync
from ui.render import practice_html, unmarked

REGIONS = Call.get("v1", "regions")
THEMES = Call.get("v1", "themes")
AT_ONCE = 10  # practices of the evidence shown together
PLACEHOLDER = "全部地区；可输入简称，如 粤、长三角"
GAPS_OF = 6  # regions whose gaps are shown before one is chosen


def compare_page() -> None:
    """The page, drawn from its address."""
    st.html('<h1 class="ts-head ts-wide" lang="zh-CN">比较</h1>')
    state = CompareState.read(params())
    names = _choices(state)
    catch(_followed)
    call = Call.post("v1", "compare", body=state.request())
    try:
        with st.spinner("正在比较…"):
            answer = ask(call, CompareAnswer)
    except ApiRefused:
        st.button("清除所选地区和主题", key="clear", on_click=_cleared)
        raise
    if state.view != "map" and not any(row.in_corpus for row in answer.regions):
        where = "所选地区在库中没有条目" if state.regions else "库中还没有条目"
        notice("info", f"没有可比较的内容：{where}", "请改选地区，或在“文档”页上传文件。")
    else:
        call = VIEW[state.view](state, answer, names) or call
    behind(call)


def go(state: CompareState) -> None:
    """Make the address that of ``state``; the page is drawn from it next."""
    visit(state.params())


def _current() -> CompareState:
    return CompareState.read(params())


def _followed(query: dict[str, list[str]]) -> None:
    go(CompareState.read(query))


def _cleared() -> None:
    go(replace(_current(), regions=(), themes=(), side=(), of="").closing())


# What is compared


def _choices(state: CompareState) -> dict[str, str]:
    """The widgets that choose; gives the regions' names by code."""
    known = ask(REGIONS, RegionsAnswer)
    names = {node.adcode: node.name for node in _nodes(known.regions)}
    places = dict(_places(known))
    taxonomy = ask(THEMES, ThemesAnswer)
    themes = dict(_themes(taxonomy))
    lower = {one.id for upper in taxonomy.themes for one in upper.children}
    mapped = state.view == "map"  # which has all provinces, whatever is chosen
    left, right = (st.container(), st.container()) if mapped else st.columns(2)
    if not mapped:
        with left:
            _multiselect("地区", "region", places, state.regions, PLACEHOLDER, lower)
    with right:
        _multiselect("主题", "theme", themes, state.themes, "全部主题", lower)
    with st.container(horizontal=True, gap="medium", key="ts-compare"):
        _choice("查看", "view", VIEWS, state.view)
        if not mapped:
            _choice("地区层级", "level", LEVELS, state.level)
            _choice("主题层级", "depth", DEPTHS, state.depth)
    return names


def _nodes(nodes: Iterable[RegionNode]) -> Iterable[RegionNode]:
    for node in nodes:
        yield node
        yield from _nodes(node.children)


def _places(known: RegionsAnswer) -> Iterable[tuple[str, str]]:
    """Regions, each followed by those in it, then groups of regions."""

    def listed(nodes: Iterable[RegionNode], depth: int) -> Iterable[tuple[str, str]]:
        for node in nodes:
            yield node.adcode, f"{INDENT * depth}{node.label or node.name}（{node.count}）"
            yield from listed(node.children, depth + 1)

    yield from listed(known.regions, 0)
    for group in known.groups:
        yield group.name, f"{group.name}（{len(group.adcodes)} 个地区）"


def _themes(known: ThemesAnswer) -> Iterable[tuple[str, str]]:
    for upper in known.themes:
        yield upper.id, f"{upper.label}（{upper.count}）"
        for lower in upper.children:
            yield lower.id, f"{INDENT}{lower.label}（{lower.count}）"


def _multiselect(
    label: str,
    param: str,
    offered: Mapping[str, str],
    chosen: tuple[str, ...],
    hint: str,
    lower: Set[str],
) -> None:
    """A list to choose from; regions may be typed that are not in it, for the API to resolve."""
    key = f"compare-{param}"
    sync(key, list(chosen))
    st.multiselect(
        label,
        [*offered, *(each for each in chosen if each not in offered)],
        key=key,
        format_func=lambda value: offered.get(value, value),
        placeholder=hint,
        select_all=False,
        accept_new_options=param == "region",
        on_change=_chosen,
        args=(lower,),
    )


def _chosen(lower: Set[str]) -> None:
    state = _current()
    places = st.session_state.get("compare-region", state.regions)
    themes = st.session_state.get("compare-theme", state.themes)
    # A column must not bear an upper theme's name and count but one of those below it.
    fine = not lower.isdisjoint(set(themes) - set(state.themes))
    depth = "lower" if fine else state.depth
    state = replace(state, regions=tuple(places), themes=tuple(themes), depth=depth, side=(), of="")
    go(state.closing())


def _choice(label: str, name: str, options: Mapping[str, str], value: str) -> None:
    choose(label, f"compare-{name}", options, value, partial(_switched, name))


def _switched(name: str) -> None:
    value = st.session_state[f"compare-{name}"]
    state = replace(_current(), **{name: value}).closing()
    if name == "level":  # other rows
        state = replace(state, side=(), of="")
    go(state)


# The views; each gives the call that made it, where it is not the one of the page


def _matrix(state: CompareState, answer: CompareAnswer, _: Mapping[str, str]) -> None:
    st.html(counted_html(answer, state))
    st.html(matrix_html(answer, state))
    st.html(legend_html())
    st.download_button(
        "下载矩阵（CSV）",
        matrix_csv(answer, state),
        file_name="tashan-compare.csv",
        mime="text/csv",
        key="download",
        on_click="ignore",
    )
    _evidence(state, answer)


def matrix_csv(answer: CompareAnswer, state: CompareState) -> bytes:
    """The matrix as CSV that Excel reads: a row a region, a column a theme, and the totals."""
    text = io.StringIO()
    writer = csv.writer(text)
    themes = present(answer, state)
    writer.writerow(["区划代码", "地区", *(theme.label for theme in themes), "合计"])
    for row in answer.regions:
        counts = [answer.count(row.adcode, theme.id) for theme in themes]
        writer.writerow([row.adcode, row.name, *counts, row.total])
    return text.getvalue().encode("utf-8-sig")


def _side(state: CompareState, answer: CompareAnswer, _: Mapping[str, str]) -> Call | None:
    rows = {row.adcode: row for row in answer.regions if row.total}
    side = [code for code in state.side if code in rows]
    if not side and 2 <= len(rows) <= SIDES:
        side = list(rows)
    sync("compare-side", side)
    st.multiselect(
        f"并排的地区（2 至 {SIDES} 个）",
        list(rows),
        key="compare-side",
        format_func=lambda code: f"{rows[code].name}（{rows[code].total}）",
        max_selections=SIDES,
        placeholder="选择地区",
        select_all=False,
        on_change=_sided,
    )
    if len(side) < 2:
        notice(
            "info",
            f"请选 2 至 {SIDES} 个地区",
            "各地区由谁来做、用什么工具、有哪些数字，会并排列出。",
        )
        return None
    call = Call.post("v1", "compare", body=state.request(side))
    detailed = ask(call, CompareAnswer)
    held = {
        theme.id: sum(answer.count(code, theme.id) > 0 for code in side)
        for theme in detailed.themes
    }
    shown = sorted((t for t in detailed.themes if held[t.id]), key=lambda t: -held[t.id])
    shared = sum(held[theme.id] > 1 for theme in shown)
    small(
        f"共 {len(shown)} 个主题，其中 {shared} 个不止一个地区有，排在前面。“—”表示原文没有写明。"
    )
    st.html("".join(sides_html(detailed, [rows[c] for c in side], t, state) for t in shown))
    _evidence(state, detailed)
    return call


def _sided() -> None:
    go(replace(_current(), side=tuple(st.session_state["compare-side"])).closing())


def _gaps(state: CompareState, answer: CompareAnswer, names: Mapping[str, str]) -> None:
    rows = {row.adcode: row for row in answer.regions if row.in_corpus}
    with st.container(horizontal=True, vertical_alignment="bottom", key="ts-gaps-of"):
        _pick(
            "看哪个地区的空白", "of", {"": "全部", **{c: r.name for c, r in rows.items()}}, state.of
        )
        _pick("比较范围", "peers", PEERS, state.peers)
        _pick("至少几个地区在做", "least", {each: f"{each} 个" for each in LEAST}, state.least)
    notice("info", "怎样算“可比”，怎样算“空白”", answer.comparable.definition)
    themes = {theme.id: theme for theme in answer.themes}
    of = [rows[state.of]] if state.of in rows else _telling(rows.values())
    found = [(row, [gap for gap in answer.gaps if gap.adcode == row.adcode]) for row in of]
    for row, gaps in found:
        if gaps:
            st.html(gaps_html(gaps, row, themes, names, state))
    whole = "、".join(row.name for row, gaps in found if not gaps)
    if not any(gaps for _, gaps in found):
        notice(
            "info", "没有发现空白", "可比地区在做的，这里的条目里都有；也可放宽“至少几个地区在做”。"
        )
    elif state.of not in rows and len(of) < len(rows):
        none = f"，其中{whole}没有发现空白" if whole else ""
        rest = len(rows) - len(of)
        small(f"只看了条目最多的 {len(of)} 个地区{none}；其余 {rest} 个请在上面选择。")
    _evidence(state, answer)


def _telling(rows: Iterable[Row]) -> list[Row]:
    """The regions of which most is known, since of others a gap says little."""
    return sorted(rows, key=lambda row: -row.in_corpus)[:GAPS_OF]


def _pick(label: str, name: str, options: Mapping[Any, str], value: Any) -> None:
    key = f"compare-{name}"
    sync(key, value if value in options else next(iter(options)))
    st.selectbox(
        label,
        list(options),
        key=key,
        format_func=options.__getitem__,
        on_change=_switched,
        args=(name,),
    )


def _map(state: CompareState, _: CompareAnswer, __: Mapping[str, str]) -> Call:
    call = Call.post("v1", "compare", body=state.map_request())
    answer = ask(call, CompareAnswer)
    labels = _labels(ask(THEMES, ThemesAnswer))
    counted = "".join(f"“{labels.get(theme, theme)}”" for theme in state.themes) or "全部主题"
    held = sum(bool(row.total) for row in answer.regions)
    small(
        f"{counted}：全库按省汇总，{held} 个省级地区共 {answer.total} 条。"
        "方块只表示大致方位，颜色越深条数越多；点方块看依据。"
    )
    st.html(tiles_html(answer, state, counted))
    st.html(legend_html(also=False))
    _evidence(state, answer)
    return call


def _labels(known: ThemesAnswer) -> dict[str, str]:
    return {one.id: one.label for upper in known.themes for one in (upper, *upper.children)}


VIEW = {"matrix": _matrix, "side": _side, "gaps": _gaps, "map": _map}


# Evidence


def _evidence(state: CompareState, answer: CompareAnswer) -> None:
    """The practices behind what was clicked, over the page."""
    if state.opened is None:
        return
    own, also = _behind(state, answer)
    if not own and not also:
        return

    @st.dialog(unmarked(_title(state, answer)), width="medium", on_dismiss=_closed)
    def show() -> None:
        if own:
            _practices(own, f"own-{state.opened}")
        if also:
            small(f"兼及这个主题、没有计数的 {len(also)} 条：")
            _practices(also, f"also-{state.opened}")

    show()


def _closed() -> None:
    go(_current().closing())


def _behind(state: CompareState, answer: CompareAnswer) -> tuple[list[str], list[str]]:
    """The practices of what is opened, and those that touch its theme."""
    opened = state.opened
    assert opened is not None
    if opened.kind == "unsettled":
        return list(answer.unsettled_ids), []
    if opened.kind == "gap":
        gaps = [g for g in answer.gaps if (g.adcode, g.theme) == (opened.adcode, opened.theme)]
        return [id_ for gap in gaps for id_ in gap.practice_ids], []
    cell = answer.by_place.get((opened.adcode, opened.theme))
    return answer.ids(opened.adcode, opened.theme), list(cell.also_ids) if cell else []


def _title(state: CompareState, answer: CompareAnswer) -> str:
    """What is opened."""
    opened = state.opened
    assert opened is not None
    regions = {row.adcode: row.name for row in answer.regions}
    themes = {theme.id: theme.label for theme in answer.themes}
    if opened.kind == "unsettled":
        return "地区未确定的条目"
    if opened.kind == "gap":
        return f"其他地区怎样做：{themes.get(opened.theme, '')}"
    words = (regions.get(opened.adcode, ""), themes.get(opened.theme, ""))
    return "，".join(word for word in words if word)


def _practices(ids: list[str], key: str) -> None:
    """Practices in full, some at a time, each with the way to its page."""
    pages = -(-len(ids) // AT_ONCE)
    page = min(st.session_state.get(key, 1), pages) if pages > 1 else 1
    for id_ in ids[(page - 1) * AT_ONCE : page * AT_ONCE]:
        practice = ask(Call.get("v1", "practices", id_), Practice)
        with st.container(border=True, key=f"hit-{id_}"):
            st.html(practice_html(practice))
            with st.container(horizontal=True, vertical_alignment="center", key=f"actions-{id_}"):
                link("practice", "在文件中查看", {"practice": id_})
                cite(practice)
                basket_button(id_)
    if pages > 1:
        st.pagination(pages, key=key)
