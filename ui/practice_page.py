"""做法: one practice in its document, what was read from it, and the same idea elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from ui.answers import ContentAnswer, Practice, SimilarAnswer
from ui.basket import basket_button, visit
from ui.client import Call
from ui.parts import ask, behind, choose, cite, columns_of, jump, link, notice, params
from ui.records import records_html
from ui.registry_state import CHILD_TABLES, TABLES
from ui.render import in_document_html, practice_html
from ui.state import VIEWS, SearchState


def practice_page() -> None:
    """The page, drawn from its address."""
    state = SearchState.read(params())
    label = "← 返回检索结果" if state.query else "← 去检索"
    with st.container(key="actions-back"):
        link("search", label, state.closing().params())
    if not state.practice:
        notice("info", "没有指明要看哪一条", "请从检索结果中打开。")
        return
    call = Call.get("v1", "practices", state.practice)
    practice = ask(call, Practice)
    with st.container(border=True):
        st.html(practice_html(practice, fold=False, tag="h2"))
        _actions(state, practice)
    choose("查看", "view", VIEWS, state.view, _switched)
    show = {"similar": _similar, "data": _data}.get(state.view, _in_document)
    behind(call, *show(state, practice))


def _switched() -> None:
    state = replace(SearchState.read(params()), view=st.session_state["view"])
    visit(state.params())


def _actions(state: SearchState, practice: Practice) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"actions-{practice.id}"):
        cite(practice)
        basket_button(practice.id)
        if practice.previous_id:
            jump("← 上一条", state.opening(practice.previous_id).params(), "previous")
        if practice.next_id:
            jump("下一条 →", state.opening(practice.next_id).params(), "next")


def _in_document(_: SearchState, practice: Practice) -> list[Call]:
    call = Call.get("v1", "documents", practice.document.id, "content")
    shown = in_document_html(ask(call, ContentAnswer).blocks, practice.id)
    if shown:
        st.html(shown)
    else:
        notice("warn", "没有在文件中找到这一条的位置", "文件可能刚被更新，请返回重新检索。")
    return [call]


def _data(_: SearchState, practice: Practice) -> list[Call]:
    """What was read from the text, table by table, each value with its quote."""
    if not any(practice.registry.values()):
        notice("info", "这一条没有读出数字、时限、主体、平台或引用文件")
    for table in CHILD_TABLES:
        if rows := practice.registry.get(table):
            codes = {column.name: column.codes for column in columns_of(table)}
            st.html(records_html(TABLES[table], table, rows, practice, codes))
    return []


def _similar(state: SearchState, practice: Practice) -> list[Call]:
    call = Call.get("v1", "practices", practice.id, "similar")
    hits: Sequence[Practice] = ask(call, SimilarAnswer).hits
    if not hits:
        notice("info", "没有找到其他地区的相似做法")
    for hit in hits:
        with st.container(border=True, key=f"hit-{hit.id}"):
            st.html(practice_html(hit))
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"actions-{hit.id}"
            ):
                jump("在文件中查看", state.opening(hit.id).params(), f"open-{hit.id}")
                cite(hit)
                basket_button(hit.id)
    return [call]
