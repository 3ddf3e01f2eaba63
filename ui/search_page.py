"""检索: question or keywords in, precedents out; one call to the API a search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from ui.answers import Practice, SearchAnswer, Stats
from ui.client import ApiRefused, Call
from ui.facets import options
from ui.parts import ask, behind, cite, jump, link, notice, params, sync
from ui.render import LEVELS, counts_html, escaped, group_html, practice_html
from ui.state import FILTERS, GROUPS, LAST_PAGE, MODES, PAGE_SIZE, FilterField, SearchState

EXAMPLES = (
    "工资专户代发",
    "怎样防止拖欠农民工工资",
    "实名制与考勤联动监管",
    "培训补贴每人多少元",
    "广东的技能工人配备标准",
    "建筑产业工人培育基地",
)
PILLS = {"level", "kind"}  # few values with names of ours: shown at once rather than in a list


def search_page() -> None:
    """The page, drawn from its address."""
    state = SearchState.read(params())
    _form(state)
    if not state.query:
        _welcome()
        return
    call = Call.post("v1", "search", body=state.request())
    try:
        with st.spinner("正在检索…"):
            answer = ask(call, SearchAnswer)
    except ApiRefused:
        if any(state.filters.values()):  # they may be what is refused, and no list shows them
            st.button("清除筛选", key="clear-main", on_click=_cleared)
        raise
    with st.sidebar:
        _filters(state, answer)
    _summary(state, answer)
    _hits(state, answer)
    _pages(state, answer)
    behind(call)


def go(state: SearchState) -> None:
    """Make the address that of ``state``; the page is drawn from it next."""
    st.query_params.from_dict(state.params())


def _current() -> SearchState:
    return SearchState.read(params())


def _form(state: SearchState) -> None:
    # Another page forgets the box; what is being typed in it must not be touched.
    if "q" not in st.session_state or st.session_state.get("q_synced") != state.query:
        st.session_state["q"] = st.session_state["q_synced"] = state.query
    with (
        st.form("search", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key="ts-search"),
    ):
        st.text_input(
            "检索",
            key="q",
            type="search",
            icon=None,
            max_chars=2000,
            placeholder="输入问题或关键词，例如：工资专户代发",
            label_visibility="collapsed",
        )
        st.form_submit_button("检索", type="primary", on_click=_searched)
    sync("mode", state.mode)
    sync("group", state.group)
    with st.container(horizontal=True, gap="medium", key="ts-modes"):
        st.segmented_control(
            "方式",
            list(MODES),
            key="mode",
            format_func=MODES.__getitem__,
            required=True,
            on_change=_switched,
            label_visibility="collapsed",
        )
        if state.query:
            st.segmented_control(
                "分组",
                list(GROUPS),
                key="group",
                format_func=GROUPS.__getitem__,
                required=True,
                on_change=_switched,
                label_visibility="collapsed",
            )


def _searched() -> None:
    go(_current().searching(st.session_state["q"]))


def _switched() -> None:
    mode, group = st.session_state["mode"], st.session_state.get("group", "")
    go(replace(_current(), mode=mode, group=group, page=1))


def _welcome() -> None:
    st.html(
        '<div class="ts-welcome" lang="zh-CN"><h2>谁已经做过，怎么做的，标准是多少</h2>'
        "<p>他山收录各地的政策经验做法清单与实施方案，拆成一条条做法和方案条目，"
        "注明地区、任务和原文位置。输入问题或关键词，找到先例的原文和可直接引用的出处；"
        "没有先例时会如实说明。</p></div>"
    )
    stats = ask(Call.get("v1", "stats"), Stats)
    counts = (
        ("文件", stats.documents, "份"),
        ("经验做法", stats.practices, "条"),
        ("方案条目", stats.plan_items, "条"),
        ("地区", stats.regions, "个"),
    )
    st.html(counts_html(counts))
    st.html('<p class="ts-label" lang="zh-CN">试试这些</p>')
    with st.container(horizontal=True, gap="small"):
        for example in EXAMPLES:
            st.button(example, key=f"example-{example}", on_click=_example, args=(example,))
    behind(Call.get("v1", "stats"))


def _example(query: str) -> None:
    go(_current().searching(query))


def _filters(state: SearchState, answer: SearchAnswer) -> None:
    st.html('<h2 class="ts-side" lang="zh-CN">筛选</h2>')
    for each in FILTERS:
        chosen = state.filters.get(each.param, ())
        offered = options(each.param, answer.facets.get(each.field, ()), chosen)
        if offered:
            _filter(each, [o.value for o in offered], {o.value: o.label for o in offered}, chosen)
    if any(state.filters.values()):
        st.button("清除筛选", key="clear-side", on_click=_cleared, width="stretch")


def _filter(
    each: FilterField, values: list[str], labels: dict[str, str], chosen: tuple[str, ...]
) -> None:
    key = f"filter-{each.param}"
    sync(key, list(chosen))
    shared: dict[str, Any] = {
        "key": key,
        "format_func": lambda value: labels.get(value, value),
        "on_change": _filtered,
        "args": (each.param,),
    }
    if each.param in PILLS:
        st.pills(each.label, values, selection_mode="multi", **shared)
    else:
        st.multiselect(each.label, values, placeholder="全部", select_all=False, **shared)


def _filtered(param: str) -> None:
    go(_current().filtered(param, st.session_state[f"filter-{param}"]))


def _cleared() -> None:
    go(_current().unfiltered())


def _summary(state: SearchState, answer: SearchAnswer) -> None:
    filtered = any(state.filters.values())
    if answer.total and not answer.hits:
        notice("info", f"共 {answer.total} 条，这一页已在最后一条之后", "请从下面选择页码。")
    elif answer.weak or not answer.hits:
        searched = answer.coverage
        notice(
            "warn",
            f"未找到先例：{searched.practices + searched.plan_items} 条做法、"
            f"{searched.documents} 份文件中没有与之相符的内容",
            "已按当前筛选条件检索，可清除筛选再试。" if filtered else "",
            "以下是最接近的内容，均为弱相关，引用前请核对。" if answer.hits else "",
            "" if answer.hits else "可以换一种说法、减少字词，或改用“综合”方式。",
        )
        if filtered:
            st.button("清除筛选", key="clear-main", on_click=_cleared)
    else:
        took = f'<span class="ts-took">用时 {answer.took_ms:.0f} 毫秒</span>'
        st.html(f'<p class="ts-summary" lang="zh-CN">找到 <b>{answer.total}</b> 条 {took}</p>')
    _understood(state, answer)
    if answer.undated_left_out:
        notice("info", f"有 {answer.undated_left_out} 份文件没有写明印发日期，未参与按日期的检索。")


def _understood(state: SearchState, answer: SearchAnswer) -> None:
    query = answer.query
    said = [
        ("地区", [region.name for region in query.regions]),
        ("排除地区", [region.name for region in query.exclude_regions]),
        ("层级", [LEVELS.get(level, level) for level in query.levels]),
        ("年份", [str(year) for year in query.years]),
        ("原词", [f"“{phrase}”" for phrase in query.phrases]),
        ("同时查找", [f"{word}→{'、'.join(more)}" for word, more in query.expansions.items()]),
    ]
    parts = "".join(
        f"<span><b>{label}</b> {escaped('；'.join(values))}</span>"
        for label, values in said
        if values
    )
    if not parts and not state.without:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="actions-understood"):
        if parts:
            st.html(f'<p class="ts-understood" lang="zh-CN">{parts}</p>', width="content")
        if query.expansions:
            literal = replace(state, without=tuple(query.expansions), page=1)
            jump("只查原词", literal.params(), "literal")
        elif state.without:
            jump("恢复同义词查找", replace(state, without=(), page=1).params(), "expanded")


def _hits(state: SearchState, answer: SearchAnswer) -> None:
    heads = {group.hit_ids[0]: group for group in answer.groups if group.hit_ids}
    strong = answer.hits and not answer.hits[0].weak
    for hit in answer.hits:
        if strong and hit.weak and not answer.groups:
            st.html('<h2 class="ts-group" lang="zh-CN">以下只是弱相关，引用前请核对</h2>')
            strong = False
        if group := heads.get(hit.id):
            st.html(group_html(group))
        with st.container(border=True, key=f"hit-{hit.id}"):
            st.html(practice_html(hit))
            _actions(state, hit)


def _actions(state: SearchState, hit: Practice) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"actions-{hit.id}"):
        for label, view in (("在文件中查看", "document"), ("相似做法", "similar")):
            link("practice", label, state.opening(hit.id, view).params())
        cite(hit)


def _pages(state: SearchState, answer: SearchAnswer) -> None:
    count = min(-(-answer.total // PAGE_SIZE), LAST_PAGE)
    if count > 1:
        sync("page", min(state.page, count))
        st.pagination(count, key="page", on_change=_turned)


def _turned() -> None:
    go(replace(_current(), page=st.session_state["page"]))
