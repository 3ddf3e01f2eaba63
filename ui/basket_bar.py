"""The basket over every page: what is in it, to be copied, given up or taken to 备课."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.answers import Practice
from ui.basket import chosen, put, toggle
from ui.client import ApiError, ApiRefused, Call
from ui.parts import ask, explain, link, notice, small
from ui.records import anchor
from ui.render import UNSETTLED_REGION, escaped, plain, with_citation

GONE = 404


def basket_bar(page: str) -> None:
    """A button in a corner of the page, where something is chosen; it opens the basket.

    Args:
        page: the page's path: a box of its own on each, so that it is closed on the next.
    """
    if not chosen():
        return
    with st.container(horizontal=True, vertical_alignment="center", key="ts-basket"):
        # A label that changed would close the box.
        st.html(f'<span class="ts-count" lang="zh-CN">已选 {len(chosen())} 条</span>')
        with st.popover("备课篮", on_change="rerun", key=f"basket-box-{page}") as box:
            if box.open:
                _inside(page)


def _inside(page: str) -> None:
    try:
        found = {id_: _practice(id_) for id_ in chosen()}
    except ApiError as problem:
        explain(problem)
        return
    put(practice.id if practice else id_ for id_, practice in found.items())  # ids may be former
    there = [practice for practice in found.values() if practice]
    gone = [id_ for id_, practice in found.items() if practice is None]
    with st.container(horizontal=True, vertical_alignment="center", key="actions-basket"):
        if page != "course":
            link("course", "去备课 →", {})
        st.button("全部清空", key="basket-clear", type="tertiary", on_click=put, args=((),))
    if gone:
        notice("warn", f"有 {len(gone)} 条已不在库中", "文件可能已删除或更新。")
        st.button("去掉找不到的", key="basket-drop", on_click=_dropped, args=(tuple(gone),))
    for practice in there:
        _row(practice)
    if there:
        _copies(there)


def _practice(id_: str) -> Practice | None:
    """A practice; None where it is not there any more."""
    try:
        return ask(Call.get("v1", "practices", id_), Practice)
    except ApiRefused as problem:
        if problem.status != GONE:
            raise
        return None


def _dropped(gone: tuple[str, ...]) -> None:
    put(id_ for id_ in chosen() if id_ not in gone)


def _row(practice: Practice) -> None:
    region = practice.region.name if practice.region else UNSETTLED_REGION
    way = anchor("practice", "原文", practice=practice.id)
    with st.container(horizontal=True, vertical_alignment="center", key=f"lesson-of-{practice.id}"):
        st.html(
            f'<p class="ts-lesson" lang="zh-CN"><b>{escaped(region)}</b> '
            f"{escaped(practice.title)} {way}</p>"
        )
        st.button(
            "移出",
            key=f"basket-out-{practice.id}",
            type="tertiary",
            on_click=toggle,
            args=(practice.id,),
        )


def _copies(practices: Sequence[Practice]) -> None:
    """All citations, and all texts with theirs, each to be copied at once."""
    small("全部出处")
    citations = "\n".join(plain(practice.citation) for practice in practices)
    st.code(citations, language=None, wrap_lines=True, height=140)
    small("全部原文与出处")
    texts = "\n\n".join(map(with_citation, practices))
    st.code(texts, language=None, wrap_lines=True, height=140)
