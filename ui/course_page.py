"""备课: chosen practices in the order in which they are taught, and the course pack of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from ui.answers import RegistryAnswer, ThemesAnswer
from ui.basket import MOST, put, visit
from ui.client import ApiError, ApiRefused, Call
from ui.course_answers import Lesson, PackAnswer
from ui.course_html import (
    checks_html,
    contrast_html,
    discussions_html,
    facts_html,
    lesson_html,
    section_html,
)
from ui.course_state import (
    CHAPTERS,
    LONGEST_AUDIENCE,
    LONGEST_TITLE,
    TITLE,
    VIEWS,
    CourseState,
)
from ui.parts import (
    FRESH_FOR,
    api,
    ask,
    behind,
    choose,
    explain,
    link,
    notice,
    params,
    small,
    sync,
)
from ui.render import unmarked

FORMATS = {"docx": "Word", "pptx": "PowerPoint", "md": "Markdown"}
THEMES = Call.get("v1", "themes")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]+')


def course_page() -> None:
    """The page, drawn from its address, of which the basket is a part as on every page."""
    state = _current()
    if "id" in params():  # as addresses of this page once said what is in the basket
        go(state)
    st.html('<h1 class="ts-head" lang="zh-CN">备课</h1>')
    _add(state)
    if not state.ids:
        _welcome()
        return
    outline: list[tuple[str, list[str]]] = []
    call = Call.post("v1", "course-packs", body=state.request("json"))
    try:
        with st.spinner("正在编排…"):
            pack = ask(call, PackAnswer)
            if outline := _chapters(state, pack.lessons):
                call = Call.post("v1", "course-packs", body=state.request("json", outline))
                pack = ask(call, PackAnswer)
    except ApiRefused as problem:
        explain(problem)
        with st.container(horizontal=True):
            st.button("去掉找不到的条目", key="course-drop", on_click=_dropped)
            st.button("全部清空", key="course-clear", on_click=_emptied)
        return
    _form(state)
    _downloads(state, outline)
    choose("查看", "course-view", VIEWS, state.view, _viewed)
    SHOW[state.view](state, pack)
    behind(call)


def go(state: CourseState) -> None:
    """Make the address that of ``state``, and the basket its practices."""
    put(state.ids)
    visit(state.params())


def _current() -> CourseState:
    return CourseState.read(params())


def _chapters(state: CourseState, lessons: Sequence[Lesson]) -> list[tuple[str, list[str]]]:
    """Chapters by theme or region, in the order in which each first comes."""
    found: dict[str, list[str]] = {}
    for lesson in lessons if state.chapters else ():
        title = lesson.region if state.chapters == "region" else lesson.theme or "未归主题"
        found.setdefault(title, []).append(lesson.practice_id)
    return list(found.items())


# What is chosen


def _welcome() -> None:
    st.html(
        '<div class="ts-welcome" lang="zh-CN"><p>把做法编成课程包：每条有事实表、原文和出处，'
        "另有对比案例、讨论题和带答案的检查题，下载为 Word、PowerPoint 或 Markdown。"
        "在检索结果中点“加入备课”，或在上面按主题选。</p></div>"
    )
    with st.container(key="actions-search"):
        link("search", "去检索 →", {})


def _add(state: CourseState) -> None:
    """All practices of a theme at once."""
    themes = {
        lower.id: f"{lower.label}（{lower.count}）"
        for upper in ask(THEMES, ThemesAnswer).themes
        for lower in upper.children or (upper,)
        if lower.count
    }
    if not themes:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="ts-course-add"):
        st.selectbox(
            "按主题加入",
            list(themes),
            index=None,
            key="course-theme",
            format_func=themes.__getitem__,
            placeholder="选择主题",
        )
        full = len(state.ids) >= MOST
        st.button("加入", key="course-add", on_click=_added, disabled=full)
    if problem := st.session_state.pop("course-problem", None):
        explain(problem)
    if full:
        small(f"最多 {MOST} 条。")


def _added() -> None:
    theme = st.session_state.get("course-theme")
    if theme is None:
        return
    call = Call.get("v1", "registry", "measures", query={"themes": theme, "limit": str(MOST)})
    try:
        rows = ask(call, RegistryAnswer).rows
    except ApiError as problem:
        st.session_state["course-problem"] = problem
        return
    state = _current()
    ids = dict.fromkeys((*state.ids, *(str(row["id"]) for row in rows)))
    go(replace(state, ids=tuple(ids)[:MOST]))


def _dropped() -> None:
    """Give up the practices that are not there any more."""
    state = _current()
    gone = []
    for id_ in state.ids:
        try:
            api().send(Call.get("v1", "practices", id_))
        except ApiRefused:
            gone.append(id_)
        except ApiError:
            return  # the page says it
    go(state.without(*gone))


def _emptied() -> None:
    go(replace(_current(), ids=()))


# The pack


def _form(state: CourseState) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="ts-course-form"):
        for label, name, value, most in (
            ("标题", "title", "" if state.title == TITLE else state.title, LONGEST_TITLE),
            ("对象（可不填）", "audience", state.audience, LONGEST_AUDIENCE),
        ):
            key = f"course-{name}"
            sync(key, value)
            st.text_input(
                label,
                key=key,
                max_chars=most,
                placeholder=TITLE if name == "title" else "例如：县级住建干部",
                on_change=_changed,
            )
        sync("course-questions", state.questions)
        st.checkbox("要讨论题和检查题", key="course-questions", on_change=_changed)
    choose("分章", "course-chapters", CHAPTERS, state.chapters, _changed)


def _changed() -> None:
    said = st.session_state
    go(
        replace(
            _current(),
            title=said["course-title"].strip() or TITLE,
            audience=said["course-audience"].strip(),
            questions=said["course-questions"],
            chapters=said["course-chapters"],
        )
    )


def _downloads(state: CourseState, outline: Sequence[tuple[str, Sequence[str]]]) -> None:
    """A file in the format chosen, made only once one is chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="ts-course-files"):
        fmt = st.segmented_control(
            "生成文件", list(FORMATS), key="course-format", format_func=FORMATS.__getitem__
        )
        if fmt is None:
            return
        call = Call.post("v1", "course-packs", body=state.request(fmt, outline))
        try:
            with st.spinner("正在生成…"):
                data = _file(api().settings.api_url, call)
        except ApiError as problem:
            explain(problem)
            return
        name = " ".join(_NOT_IN_NAMES.sub(" ", state.title).split()).strip(". ") or TITLE
        st.download_button(
            f"下载 {unmarked(name)}.{fmt}（{max(len(data) // 1024, 1):,} KB）",
            data,
            f"{name}.{fmt}",
            type="primary",
            on_click="ignore",
            key="course-download",
        )


@st.cache_data(ttl=FRESH_FOR, max_entries=8, show_spinner=False)
def _file(url: str, call: Call) -> bytes:  # noqa: ARG001 - the address tells answers apart
    return api().download(call)


def _viewed() -> None:
    go(replace(_current(), view=st.session_state["course-view"]))


def _outline(state: CourseState, pack: PackAnswer) -> None:
    small(f"共 {len(state.ids)} 条，按讲授的顺序。")
    for section in pack.sections:
        if section.title:
            st.html(section_html(section.title))
        for place, lesson in enumerate(section.lessons):
            last = len(section.lessons) - 1
            with st.container(
                border=True,
                horizontal=True,
                vertical_alignment="center",
                key=f"lesson-{lesson.practice_id}",
            ):
                st.html(lesson_html(lesson))
                _move("↑", "上移", lesson, section.lessons, place - 1, place > 0)
                _move("↓", "下移", lesson, section.lessons, place + 1, place < last)
                st.button(
                    "移除",
                    key=f"drop-{lesson.practice_id}",
                    type="tertiary",
                    on_click=_removed,
                    args=(lesson.practice_id,),
                )
    st.button("全部清空", key="course-clear", on_click=_emptied)


def _move(
    label: str, help_: str, lesson: Lesson, among: Sequence[Lesson], to: int, can: bool
) -> None:
    other = among[to].practice_id if can else ""
    st.button(
        label,
        key=f"{help_}-{lesson.practice_id}",
        help=help_,
        type="tertiary",
        disabled=not can,
        on_click=_swapped,
        args=(lesson.practice_id, other),
    )


def _swapped(one: str, other: str) -> None:
    go(_current().swapped(one, other))


def _removed(practice_id: str) -> None:
    go(_current().without(practice_id))


def _facts(_: CourseState, pack: PackAnswer) -> None:
    for lesson in pack.lessons:
        st.html(facts_html(lesson))


def _contrasts(_: CourseState, pack: PackAnswer) -> None:
    if not pack.contrasts:
        notice("info", "没有可对比的案例", "同一主题选两条以上、政策工具不同的做法，就会并排列出。")
    for contrast in pack.contrasts:
        st.html(contrast_html(contrast))


def _questions(state: CourseState, pack: PackAnswer) -> None:
    if not state.questions:
        notice("info", "没有要题目", "勾选“要讨论题和检查题”即可。")
        return
    st.html(discussions_html(pack.discussions))
    if pack.checks:
        st.html(checks_html(pack.checks))
    else:
        notice("info", "没有检查题", "这些做法里没有读出可以核对的数字、时间、主体或文件。")


SHOW = {"outline": _outline, "facts": _facts, "contrasts": _contrasts, "questions": _questions}
