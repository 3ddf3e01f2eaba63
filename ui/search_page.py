"""检索: question or keywords in, precedents out; one call to the API a search."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ui.answers import Practice, Record, SearchAnswer, Stats
from ui.basket import basket_button, visit
from ui.client import ApiRefused, Call
from ui.parts import (
    ask,
    behind,
    choose,
    cite,
    filters,
    jump,
    link,
    notice,
    params,
    sync,
    turn_pages,
)
from ui.records import figures_html
from ui.render import counts_html, group_html, practice_html, reading_label, unmarked
from ui.state import FILTERS, GROUPS, LAST_PAGE, MODES, PAGE_SIZE, SearchState

EXAMPLES = (
    "工资专户代发",
    "怎样防止拖欠农民工工资",
    "实名制与考勤联动监管",
    "培训补贴每人多少元",
    "广东的技能工人配备标准",
    "建筑产业工人培育基地",
)


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
    filters(FILTERS, answer.facets, state.filters, _filtered, _cleared)
    _summary(state, answer)
    _hits(state, answer)
    _pages(state, answer)
    behind(call)


def go(state: SearchState) -> None:
    """Make the address that of ``state``; the page is drawn from it next."""
    visit(state.params())


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
    with st.container(horizontal=True, gap="medium", key="ts-modes"):
        choose("方式", "mode", MODES, state.mode, _switched)
        if state.query:
            choose("分组", "group", GROUPS, state.group, _switched)


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
    with st.container(key="actions-draft"):
        link("draft", "正在起草文件？粘贴草稿，逐条找先例 →", {})
    behind(Call.get("v1", "stats"))


def _example(query: str) -> None:
    go(_current().searching(query))


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
    if answer.query.relaxed:
        notice("info", "没有内容符合从问句读出的条件，以下是不加这些条件时最接近的内容。")
    _understood(state, answer)
    if answer.undated_left_out:
        notice("info", f"有 {answer.undated_left_out} 份文件没有写明印发日期，未参与按日期的检索。")


def _understood(state: SearchState, answer: SearchAnswer) -> None:
    """What was read from the query, each a pill that can be switched off and on again."""
    labels = {word: f"{unmarked(word)}（已停用）" for word in state.without}
    labels |= {one.words: reading_label(one) for one in answer.query.readings}
    if not labels:
        return
    words = list(labels)
    on = [one.words for one in answer.query.readings]
    sync("readings", on)
    with st.container(horizontal=True, vertical_alignment="center", key="ts-readings"):
        st.pills(
            "已按以下理解检索，点一下可停用或恢复",
            words,
            selection_mode="multi",
            key="readings",
            format_func=labels.__getitem__,
            on_change=_reread,
            args=(tuple(words),),
        )
        if answer.query.expansions:
            literal = (*state.without, *answer.query.expansions)
            jump("只查原词", replace(state, without=literal, page=1).params(), "literal")
        elif state.without:
            jump("全部恢复", replace(state, without=(), page=1).params(), "expanded")


def _reread(words: tuple[str, ...]) -> None:
    off = tuple(word for word in words if word not in st.session_state["readings"])
    go(replace(_current(), without=off, page=1))


def _hits(state: SearchState, answer: SearchAnswer) -> None:
    heads = {group.hit_ids[0]: group for group in answer.groups if group.hit_ids}
    strong = answer.hits and not answer.hits[0].weak
    figures: dict[str, list[Record]] = {}
    for row in answer.indicators:
        figures.setdefault(str(row["measure_id"]), []).append(row)
    for hit in answer.hits:
        if strong and hit.weak and not answer.groups:
            st.html('<h2 class="ts-group" lang="zh-CN">以下只是弱相关，引用前请核对</h2>')
            strong = False
        if group := heads.get(hit.id):
            st.html(group_html(group))
        with st.container(border=True, key=f"hit-{hit.id}"):
            st.html(practice_html(hit) + figures_html(figures.get(hit.id, [])))
            _actions(state, hit)


def _actions(state: SearchState, hit: Practice) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"actions-{hit.id}"):
        for label, view in (("在文件中查看", "document"), ("相似做法", "similar")):
            link("practice", label, state.opening(hit.id, view).params())
        cite(hit)
        basket_button(hit.id)


def _pages(state: SearchState, answer: SearchAnswer) -> None:
    count = min(-(-answer.total // PAGE_SIZE), LAST_PAGE)
    turn_pages(count, min(state.page, count), "page", _turned)


def _turned(page: int) -> None:
    go(replace(_current(), page=page))
