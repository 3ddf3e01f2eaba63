"""The evidence of a registry row beside the table, and a person's decision on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ui.answers import Column, Practice, Record, RegistryAnswer, Review, ReviewsAnswer, Span
from ui.basket import basket_button
from ui.client import ApiError, Call
from ui.parts import api, ask, cite, columns_of, explain, forget, link, notice, small, unlike
from ui.records import NEEDS_REVIEW, span_of, words_of
from ui.registry_state import TABLES, measure_of, table_of
from ui.registry_table import THEME_COLUMNS, Cell, cell
from ui.render import chip, chips_html, document_html, escaped, passage_html, plain

DECISIONS = {"accept": "确认", "correct": "更正", "reject": "驳回"}
SOURCE_COLUMNS = {
    "id", "measure_id", "document_id", "quote", "start", "end", "quote_start", "quote_end",
    "method", "status", "review_status", "text", "not_stated", "candidates",
}  # fmt: skip
REVIEWS = Call.get("v1", "reviews", query={"limit": "200"})
AROUND = 160  # characters of the text on either side of a quote


def evidence(row_id: str, themes: Mapping[str, str]) -> None:
    """What a row was read from, what was decided on it, and the form for a decision.

    Args:
        row_id: of a practice or plan item, or of a row of a child table.
        themes: theme id → label.
    """
    try:
        _evidence(row_id, themes)
    except ApiError as problem:
        explain(problem)


def _evidence(row_id: str, themes: Mapping[str, str]) -> None:
    if done := st.session_state.pop("reviewed", None):
        notice("info", done)
    table = table_of(row_id)
    practice = ask(Call.get("v1", "practices", measure_of(row_id)), Practice)
    row = _row(table, row_id, practice)
    history = [one for one in ask(REVIEWS, ReviewsAnswer).reviews if one.row_id == row_id]
    columns = columns_of(table)
    codes = {column.name: column.codes for column in columns}
    if row is None:
        notice("warn", "这一行已被驳回，或不再从原文中读出", "它不在登记表和导出的文件里。")
        st.html(_source_html(practice, None))
        _history(history, columns)
        if history and history[0].decision == "reject":
            _restore(table, row_id, history[0])
        return
    title = practice.title if table == "measures" else words_of(table, row, codes).main
    st.html(
        f'<article class="ts-hit" lang="zh-CN">{_status(row, columns)}<h2>{escaped(title)}</h2>'
        f"{_fields(row, columns, themes)}</article>"
    )
    st.html(_source_html(practice, None if table == "measures" else row))
    _decide(table, row, columns, history, themes)
    with st.container(horizontal=True, vertical_alignment="center", key="actions-evidence"):
        link("practice", "在文件中查看", {"practice": practice.id})
        cite(practice)
        basket_button(practice.id)
    _history(history, columns)


def _row(table: str, row_id: str, practice: Practice) -> Record | None:
    rows: Sequence[Record]
    if table == "measures":
        query = {"documents": practice.document.id, "limit": "1000"}
        rows = ask(Call.get("v1", "registry", table, query=query), RegistryAnswer).rows
    else:
        rows = practice.registry.get(table, ())
    return next((row for row in rows if row["id"] == row_id), None)


def _status(row: Record, columns: Sequence[Column]) -> str:
    name = "status" if "status" in row else "review_status"
    codes = next((column.codes for column in columns if column.name == name), {})
    status = str(row[name])
    look = "unsettled" if status == NEEDS_REVIEW else "kind"
    return f'<p class="ts-chips">{chip(codes.get(status, status), look)}</p>'


def _fields(row: Record, columns: Sequence[Column], themes: Mapping[str, str]) -> str:
    """What the row says, column by column, and what the text does not give."""
    said = [
        (column.title, cell(row, column, themes))
        for column in columns
        if column.name not in SOURCE_COLUMNS and row.get(column.name) not in (None, "", [], ())
    ]
    items = "".join(
        f"<div><dt>{escaped(title)}</dt><dd>{escaped(_said(value))}</dd></div>"
        for title, value in said
        if value is not None
    )
    titles = {column.name: column.title for column in columns}
    missing = "、".join(titles.get(name, name) for name in _missing(row))
    options = "、".join(row.get("candidates") or ())
    notes = f'<p class="ts-from">可能是：{escaped(options)}</p>' if options else ""
    notes += f'<p class="ts-from">原文没有写明：{escaped(missing)}</p>' if missing else ""
    return f'<dl class="ts-facts">{items}</dl>{notes}'


def _missing(row: Record) -> list[str]:
    """What a text could have said of this row and does not."""
    beside: set[str] = {"region", "adcode"} if "measure_id" in row else set()  # the measure's own
    if row.get("low") is None and row.get("high") is None:
        beside |= {"low", "high"}
    if row.get("before") is None and row.get("after") is None:
        beside |= {"before", "before_comparator", "after", "after_comparator"}
    if row.get("low") is not None or row.get("after") is not None:
        beside |= {"value", "comparator"}
    return [name for name in row.get("not_stated") or () if name not in beside]


def _said(value: Cell) -> str:
    """A value as text; a number with all its digits."""
    return f"{value:,.15g}" if isinstance(value, float) else str(value)


def _source_html(practice: Practice, row: Record | None) -> str:
    """The practice's text with the row's quote marked; far from it, behind a fold."""
    text, marked = practice.text, [span_of(row)] if row else []
    around = marked[0] if marked else Span(start=0, end=0)
    left, right = max(around.start - AROUND, 0), min(around.end + AROUND, len(text))
    near = f"{'…' * (left > 0)}{passage_html(text, marked, left, right)}{'…' * (right < len(text))}"
    whole = (
        f'<details class="ts-fold"><summary>看全文（{len(text)} 字）</summary>'
        f'<p class="ts-text">{passage_html(text, marked)}</p></details>'
        if right - left < len(text)
        else ""
    )
    return (
        f'<article class="ts-hit ts-evidence" lang="zh-CN">{chips_html(practice)}'
        f'<p class="ts-text">{near}</p>{whole}'
        f'<p class="ts-from">出处：{document_html(practice.document)}</p></article>'
    )


def _history(history: Sequence[Review], columns: Sequence[Column]) -> None:
    if history:
        items = "".join(f"<li>{review_html(one, columns)}</li>" for one in history)
        head = '<h3 class="ts-group" lang="zh-CN">已有的决定</h3>'
        st.html(f'{head}<ul class="ts-list" lang="zh-CN">{items}</ul>')


def review_html(review: Review, columns: Sequence[Column]) -> str:
    """A decision in words: who, what, from which value to which, why and when."""
    column = next((one for one in columns if one.name == review.field), None)
    what = column.title if column else "整行"

    def said(value: Any) -> str:
        if value is None or value == [] or value == "":
            return "（空）"
        known = column or Column(name="", title="")
        return _said(cell({known.name: value}, known, {}))

    change = ""
    if review.decision == "correct":
        before, after = escaped(said(review.before)), escaped(said(review.value))
        change = f"：<del>{before}</del> → <ins>{after}</ins>"
    note = f"。{escaped(review.note)}" if review.note else ""
    at = review.at.astimezone().strftime("%Y-%m-%d %H:%M")
    return (
        f"{escaped(review.reviewer)} {DECISIONS[review.decision]}{escaped(what)}{change}{note}"
        f" <small>{at}</small>"
    )


def _decide(
    table: str,
    row: Record,
    columns: Sequence[Column],
    history: Sequence[Review],
    themes: Mapping[str, str],
) -> None:
    """The form, which is shown step by step."""
    with st.container(border=True, key="ts-review"):
        decision = st.segmented_control(
            "核对",
            list(DECISIONS),
            format_func=DECISIONS.__getitem__,
            key=f"decision-{row['id']}",
        )
        if decision is None:
            return
        column, value = None, None
        if decision == "correct":
            column, value = _correction(row, columns, themes)
        if "reviewer" not in st.session_state:
            st.session_state["reviewer"] = st.session_state.get("reviewer-kept", "")
        with st.container(horizontal=True):
            who = st.text_input("核对人", key="reviewer", max_chars=100).strip()
            note = st.text_input("说明（可不填）", key=f"note-{row['id']}", max_chars=2000).strip()
        if not st.button(f"{DECISIONS[decision]}并保存", type="primary", key="review-save"):
            return
        if not who:
            notice("warn", "请填写核对人", "决定会连同姓名和时间一并保存和导出。")
            return
        if isinstance(value, ValueError):
            notice("warn", str(value), "请填数字，可带小数点，不带单位；空着表示原文没有写明。")
            return
        st.session_state["reviewer-kept"] = who
        field = column.name if column else None
        seen = next((one.id for one in history if one.field == field), "")
        body = {"table": table, "row_id": row["id"], "decision": decision, "reviewer": who}
        body |= {"note": note, "field": field, "seen": seen}
        _send(body | ({"value": value} if column else {}))


def _correction(
    row: Record, columns: Sequence[Column], themes: Mapping[str, str]
) -> tuple[Column, Any]:
    """Which column is to be corrected, and its right value; a ValueError where it is none."""
    editable = {column.name: column for column in columns if column.editable}
    titles = unlike({name: column.title for name, column in editable.items()})
    name = st.selectbox(
        "更正哪一项",
        list(titles),
        format_func=titles.__getitem__,
        key=f"field-{row['id']}",
    )
    column = editable[name]
    small(column.description)
    return column, _value(column, row.get(name), f"value-{row['id']}-{name}", themes)


def _value(column: Column, current: Any, key: str, themes: Mapping[str, str]) -> Any:
    label = f"{column.title}改为"  # of its own, so that no reader takes the last column's for it
    if column.name == "secondary_themes":
        known = [theme for theme in current or () if theme in themes]
        return st.multiselect(label, list(themes), known, format_func=themes.__getitem__, key=key)
    codes = themes if column.name in THEME_COLUMNS else column.codes
    if codes:
        choices: list[str | None] = [*([] if column.required else [None]), *codes]
        place = choices.index(current) if current in choices else 0
        return st.selectbox(
            label, choices, place, format_func=lambda code: codes.get(code or "", "（空）"), key=key
        )
    if column.kind == "list":
        text = st.text_area(f"{label}（每行一项）", "\n".join(current or ()), key=key)
        return [line.strip() for line in text.splitlines() if line.strip()]
    number = column.kind in {"number", "integer"}
    shown = "" if current is None else f"{current:.15g}" if number else str(current)
    text = st.text_input(label, shown, key=key).strip()
    return _number(text) if number else text or None


def _number(text: str) -> float | ValueError | None:
    try:
        return float(text.replace(",", "").replace("，", "")) if text else None
    except ValueError:
        return ValueError(f"“{plain(text)}”不是数字")


def _restore(table: str, row_id: str, rejected: Review) -> None:
    if st.button("撤销驳回", key="review-restore"):
        who = st.session_state.get("reviewer-kept") or rejected.reviewer
        body = {"table": table, "row_id": row_id, "decision": "accept", "reviewer": who}
        _send(body | {"note": "撤销驳回", "seen": rejected.id})


def _send(body: dict[str, Any]) -> None:
    try:
        api().send(Call.post("v1", "reviews", body=body))
    except ApiError as problem:
        forget()  # somebody else may have decided meanwhile
        explain(problem)
        return
    forget()
    st.session_state["reviewed"] = (
        f"已{DECISIONS[body['decision']]}并保存：{TABLES[body['table']]}。"
    )
    st.rerun()
