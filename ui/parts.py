"""What all pages share: the API behind a cache, words for its errors, links, citations."""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import streamlit as st
from pydantic import ValidationError

from ui.answers import Answer, Column, FacetValue, Practice, RegistryAnswer
from ui.basket import KEY, carried, visit
from ui.client import (
    ApiClient,
    ApiError,
    ApiNotReady,
    ApiRefused,
    ApiUnreachable,
    Call,
    UiSettings,
)
from ui.facets import options
from ui.render import escaped, notice_html, plain, with_citation
from ui.state import FilterField

STYLE = Path(__file__).with_name("style.css")
FRESH_FOR = 30  # seconds an answer may be shown again without asking
RETRY_S = 3
PILLS = {"level", "kind"}  # few values with names of ours: shown at once rather than in a list
A = TypeVar("A", bound=Answer)

# Streamlit has no setting for a page's language, by which screen readers choose the voice and
# browsers the glyphs, nor a way to its top. A constant but for a number: nothing of a document
# ever gets into a script.
_SCRIPT = """<script data-jump="{jump:d}">
document.documentElement.lang = "zh-CN";
if (!document.getElementById(location.hash.slice(1)))
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
</script>"""


def dress() -> None:
    """Style sheet and language of the page; after a jump, its top."""
    st.html(STYLE)
    with st.container(key="ts-script"):
        script = _SCRIPT.format(jump=st.session_state.get("jumps", 0))
        st.html(script, unsafe_allow_javascript=True)


@st.cache_resource(show_spinner=False, max_entries=4, on_release=ApiClient.close)
def _connect(url: str, token: str | None) -> ApiClient:
    return ApiClient(UiSettings(api_url=url, api_token=token))


def api() -> ApiClient:
    """The client of the API, shared by all sessions."""
    settings = UiSettings()
    return _connect(settings.api_url, settings.api_token)


@st.cache_data(ttl=FRESH_FOR, max_entries=256, show_spinner=False)
def _answer(url: str, token: str | None, call: Call) -> Any:
    return _connect(url, token).send(call)


def ask(call: Call, shape: type[A]) -> A:
    """The API's answer to a call, from the cache where it is fresh.

    Raises:
        ApiError: no answer, or one of another shape.
    """
    settings = UiSettings()
    return shaped(_answer(settings.api_url, settings.api_token, call), shape)


def shaped(answer: Any, shape: type[A]) -> A:
    """An answer as its type.

    Raises:
        ApiUnreachable: it is of another shape, so it is not this API that answers.
    """
    try:
        return shape.model_validate(answer)
    except ValidationError as cause:
        raise ApiUnreachable(
            "服务的回答与本页面的版本不符。", "请把服务与界面更新到同一版本，然后重试。"
        ) from cause


@st.cache_data(ttl=3600, max_entries=64, show_spinner=False)
def _columns(url: str, token: str | None, table: str) -> tuple[Column, ...]:
    call = Call.get("v1", "registry", table, query={"limit": "1"})
    return shaped(_connect(url, token).send(call), RegistryAnswer).columns


def columns_of(table: str) -> tuple[Column, ...]:
    """A registry table's columns, which change only with the version of the API.

    Raises:
        ApiError: as above.
    """
    settings = UiSettings()
    return _columns(settings.api_url, settings.api_token, table)


def forget() -> None:
    """Ask anew from now on: what is stored has changed."""
    _answer.clear()


def notice(look: str, title: str, *lines: str) -> None:
    """Show a message; its words may come from anywhere."""
    role = "alert" if look == "error" else "status"
    st.html(notice_html(look, title, *lines, role=role))


def small(text: str) -> None:
    """A line of small print."""
    st.html(f'<p class="ts-label" lang="zh-CN">{escaped(text)}</p>')


def guarded(page: Callable[[], None]) -> Callable[[], None]:
    """A page whose API problems are shown where they happen, with what to do next."""

    @functools.wraps(page)
    def run() -> None:
        try:
            page()
        except ApiError as problem:
            show_problem(problem)

    return run


def show_problem(problem: ApiError) -> None:
    """Say what went wrong and what to do; what passes by itself is tried again by itself."""
    now = time.monotonic()
    if isinstance(problem, ApiNotReady):
        _until_ready(now, "wait", "服务正在准备，好了会自动继续", problem.message, problem.hint)
    elif isinstance(problem, ApiUnreachable):
        _until_ready(
            now, "error", "现在连不上服务，每隔几秒自动重试", problem.message, problem.hint
        )
    else:
        explain(problem)


def explain(problem: ApiError) -> None:
    """Show an error of the API as it words it."""
    # Of what was refused there is nothing to be looked up in a log.
    refused = isinstance(problem, ApiRefused) and (problem.status or 500) < 500
    number = f"请求编号：{problem.request_id}" if problem.request_id and not refused else ""
    hint = problem.hint
    if isinstance(problem, ApiRefused) and problem.status in {401, 403} and not hint:
        hint = "界面须用环境变量 TASHAN_API_TOKEN 设置与服务相同的令牌。"
    notice("error", problem.message, hint, number)


@st.fragment(run_every=RETRY_S)
def _until_ready(shown: float, look: str, title: str, *lines: str) -> None:
    """A message that goes away once the service is ready; asks every few seconds.

    ``shown`` is when the page was drawn, on the monotonic clock: the service is asked by the
    timer only, lest a page that fails for another reason be drawn over and over.
    """
    if time.monotonic() - shown > 1 and api().ready():
        st.rerun()
    notice(look, title, *lines)
    if st.button("立即重试", key="retry"):
        st.rerun()


def link(page: str, label: str, query: Mapping[str, str | list[str]]) -> None:
    """A link to a page of ours. ``label`` is Markdown to Streamlit: words of ours only."""
    st.page_link(st.session_state["pages"][page], label=label, query_params={**query, **carried()})


def jump(label: str, query: Mapping[str, str | list[str]], key: str) -> None:
    """A button to another address of the same page, shown from its top.

    A link of Streamlit's to the page it stands on leaves the browser's address as it was.
    """
    st.button(label, key=key, on_click=_jump, args=(dict(query),), type="tertiary")


def _jump(query: dict[str, str | list[str]]) -> None:
    visit(query)
    st.session_state["jumps"] = st.session_state.get("jumps", 0) + 1


def sync(key: str, value: Any) -> None:
    """Bring a widget in line with the address, without touching what is being typed in it."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def choose(
    label: str, key: str, choices: Mapping[str, str], value: str, changed: Callable[[], None]
) -> None:
    """One of a few choices, side by side; ``choices`` maps each value to its words."""
    sync(key, value)
    st.segmented_control(
        label,
        list(choices),
        key=key,
        format_func=choices.__getitem__,
        required=True,
        on_change=changed,
        label_visibility="collapsed",
    )


def turn_pages(count: int, page: int, name: str, turned: Callable[[int], None]) -> None:
    """The pages of a list, where it has more than one; ``turned`` is called with the one chosen."""
    if count > 1:
        key = f"{name}-{page}"  # a key of its own, so that the address alone says which is shown
        st.pagination(
            count, default=page, key=key, on_change=lambda: turned(int(st.session_state[key]))
        )


def filters(
    fields: Sequence[FilterField],
    offered: Mapping[str, Sequence[FacetValue]],
    chosen: Mapping[str, tuple[str, ...]],
    changed: Callable[[str], None],
    cleared: Callable[[], None],
) -> None:
    """The filters of a page, in the sidebar; one that has nothing to choose from is not shown.

    Args:
        fields: those that the page has.
        offered: field → values to choose from.
        chosen: parameter → values chosen.
        changed: called with a parameter, whose values are at ``filter-<parameter>`` by then.
        cleared: called to drop all.
    """
    with st.sidebar:
        st.html('<h2 class="ts-side" lang="zh-CN">筛选</h2>')
        for each in fields:
            values = chosen.get(each.param, ())
            if found := options(each.param, offered.get(each.field, ()), values):
                _filter(each, unlike({one.value: one.label for one in found}), values, changed)
        if any(chosen.values()):
            st.button("清除筛选", key="clear-side", on_click=cleared, width="stretch")


def unlike(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels of which no two are alike, which Streamlit could not tell apart."""
    often = Counter(labels.values())
    return {
        value: f"{label} {plain(value)}" if often[label] > 1 else label
        for value, label in labels.items()
    }


def _filter(
    each: FilterField,
    labels: dict[str, str],
    chosen: tuple[str, ...],
    changed: Callable[[str], None],
) -> None:
    key = f"filter-{each.param}"
    sync(key, list(chosen))
    shared: dict[str, Any] = {
        "key": key,
        "format_func": lambda value: labels.get(value, value),
        "on_change": changed,
        "args": (each.param,),
    }
    if each.param in PILLS:
        st.pills(each.label, list(labels), selection_mode="multi", **shared)
    else:
        st.multiselect(each.label, list(labels), placeholder="全部", select_all=False, **shared)


def cite(practice: Practice) -> None:
    """A button that opens the citation, and the text with its citation, ready to copy."""
    with st.popover("引用", type="tertiary"):
        small("出处")
        st.code(plain(practice.citation), language=None, wrap_lines=True)
        small("原文与出处")
        st.code(with_citation(practice), language=None, wrap_lines=True)


def behind(*calls: Call) -> None:
    """The link that brings this view back, and the calls that made it, ready to copy."""
    settings = UiSettings()
    with st.expander("本页链接与接口调用"):
        small("本页链接（打开后回到同样的内容）")
        st.code(address(), language=None, wrap_lines=True)
        small("得到同样数据的接口调用")
        st.code(
            "\n".join(plain(call.curl(settings)) for call in calls), language=None, wrap_lines=True
        )


def params() -> dict[str, list[str]]:
    """The query parameters of the address; of the basket, as it is now."""
    said = {key: st.query_params.get_all(key) for key in st.query_params if key != KEY}
    return said | {key: [value] for key, value in carried().items()}


def address() -> str:
    """This view's address."""
    base = (st.context.url or "").split("?")[0]
    query = urlencode(params(), doseq=True)
    return plain(f"{base}?{query}" if query else base)
