"""文档 › one of them: what the parser made of it, its text, and its end."""

from __future__ import annotations

import streamlit as st

from ui.answers import Block, ContentAnswer, DocumentAnswer, DocumentRef, Doubt, ParseReport
from ui.client import ApiError, Call
from ui.parts import api, ask, behind, explain, forget, link, notice, small
from ui.render import (
    DOCUMENT_KINDS,
    blocks_html,
    chip,
    doubt_html,
    escaped,
    link_html,
    list_html,
    passage_html,
    readable,
    repair_html,
    report_html,
)

SHOWN = 200  # items of one section of a report


def document_page() -> None:
    """The page, drawn from its address."""
    with st.container(key="actions-back"):
        link("documents", "← 全部文档", {})
    document_id = st.query_params.get("document")
    if not document_id:
        notice("info", "没有指明要看哪一份文件", "请从“文档”页打开。")
        return
    call = Call.get("v1", "documents", document_id)
    document = ask(call, DocumentAnswer)
    content = Call.get("v1", "documents", document_id, "content")
    blocks = ask(content, ContentAnswer).blocks
    with st.container(border=True):
        st.html(document_html(document, "h2"))
        st.html(report_html(document.parse_report))
        _deletion(document)
    report(document.parse_report, blocks)
    shown = readable(blocks)
    with st.expander(f"原文（{len(shown)} 段）"):
        st.html(f'<div class="ts-document" lang="zh-CN">{blocks_html(shown)}</div>')
    behind(call, content)


def _deletion(document: DocumentRef) -> None:
    """A button that deletes nothing yet, and the question it asks."""
    if st.session_state.get("deleting") != document.id:
        st.button("删除这份文件", key="delete", on_click=_ask_deletion, args=(document.id,))
        return
    notice("warn", f"确定删除《{document.title}》吗？", "由它得到的条目会一并删除，不能撤销。")
    with st.container(horizontal=True):
        if st.button("确认删除", type="primary", key="delete-confirmed"):
            _delete(document)
        st.button("取消", key="delete-cancelled", on_click=_ask_deletion, args=("",))


def _ask_deletion(document_id: str) -> None:
    st.session_state["deleting"] = document_id


def _delete(document: DocumentRef) -> None:
    try:
        api().send(Call("DELETE", Call.get("v1", "documents", document.id).path))
    except ApiError as problem:
        explain(problem)
        return
    forget()
    st.session_state["done"] = f"《{document.title}》已删除。"
    st.session_state["deleting"] = ""
    st.switch_page(st.session_state["pages"]["documents"])


def document_html(document: DocumentRef, tag: str = "h3") -> str:
    """A document's title, region, kind and what else it states of itself."""
    counts = [
        f"{word} {count} 条"
        for word, count in (("做法", document.practices), ("条目", document.plan_items))
        if count
    ]
    facts = [document.issuer, document.number, document.issued_on and f"{document.issued_on} 印发"]
    said = "，".join(fact for fact in [*facts, *counts] if fact)
    region = chip(document.region.name, "region") if document.region else ""
    source = link_html(document.source_url, "原文链接")
    kind = chip(DOCUMENT_KINDS.get(document.kind, document.kind), "kind")
    return (
        f'<article class="ts-hit" lang="zh-CN"><p class="ts-chips">{region}{kind}</p>'
        f"<{tag}>{escaped(document.title)}</{tag}>"
        f'<p class="ts-from">{escaped(said)}{"，" * bool(said and source)}{source}</p></article>'
    )


def report(report: ParseReport, blocks: tuple[Block, ...]) -> None:
    """The parse report, section by section; what is empty is not shown."""
    section("存疑", [doubt_html(doubt) + _beside(doubt, blocks) for doubt in report.doubts])
    section("修复", [repair_html(repair) for repair in report.repairs])
    section("没有做法的举措", [escaped(measure) for measure in report.empty_measures])
    section(
        "未入条目的文字",
        [
            f"{passage_html(part.text)}<small>（{escaped(part.why)}）</small>"
            for part in report.left_out
        ],
    )


def section(label: str, items: list[str]) -> None:
    """Items of HTML behind a fold that says how many they are."""
    if not items:
        return
    with st.expander(f"{label}（{len(items)}）"):
        st.html(list_html(items[:SHOWN]))
        if len(items) > SHOWN:
            small(f"只显示前 {SHOWN} 项。")


def _beside(doubt: Doubt, blocks: tuple[Block, ...]) -> str:
    """The words of the source that a doubt is about, and some around them."""
    if doubt.start is None:
        return ""
    for block in blocks:
        if block.start <= doubt.start < block.end and block.role != "markup":
            text = block.text if len(block.text) <= 120 else block.text[:120] + "…"
            return f'<blockquote class="ts-quote">{passage_html(text)}</blockquote>'
    return ""
