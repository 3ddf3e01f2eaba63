"""文档 › one of them: what the parser made of it, its text, and its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from ui.answers import (
    Block,
    ContentAnswer,
    DocumentAnswer,
    OutlineNode,
    ParseReport,
    RegistryAnswer,
    ReviewsAnswer,
)
from ui.client import ApiError, ApiRefused, Call
from ui.document_html import (
    TIDIED,
    document_html,
    doubt_item,
    facts_html,
    found_html,
    left_out_item,
    names_of,
    outline_html,
    placed,
    repair_item,
    tidied_items,
)
from ui.parts import api, ask, behind, explain, forget, link, notice, small
from ui.registry_state import CHILD_TABLES, TABLES
from ui.render import blocks_html, escaped, list_html, readable

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
        st.html(found_html(document.kind, document.outline, document.parse_report))
        st.html(facts_html(document))
        with st.container(horizontal=True, key="actions-document"):
            link("registry", "从中读出的登记表", {"document": document.id})
            link("help", "这些数字是什么意思", {})
        _deletion(document)
    report(document.parse_report, document.outline, names_of(blocks), blocks, linked=True)
    shown = readable(blocks)
    with st.expander(f"原文（{len(shown)} 段）"):
        st.html(f'<div class="ts-document" lang="zh-CN">{blocks_html(shown)}</div>')
    behind(call, content)


# The report


def report(
    report: ParseReport,
    outline: Sequence[OutlineNode],
    names: Mapping[str, str],
    blocks: Sequence[Block] = (),
    *,
    linked: bool,
) -> None:
    """The outline and the parse report, section by section; what is empty is not shown.

    Args:
        report: what the parser reports.
        outline: the headings.
        names: practice id → what it is called.
        blocks: the readable text, for reports that do not say where their doubts stand.
        linked: whether the practices can be opened.
    """
    doubts = [
        doubt_item(doubt, placed(doubt, blocks), names, linked=linked) for doubt in report.doubts
    ]
    mended = [repair for repair in report.repairs if repair.what not in TIDIED]
    tidied = [repair for repair in report.repairs if repair.what in TIDIED]
    section("存疑：照录原文，请对照原件核对", doubts, expanded=True)
    if outline:
        with st.expander(f"目录（{len(names)} 条）"):
            st.html(outline_html(outline, names, linked=linked))
    section(
        "修复：有把握才改，原字留底",
        [repair_item(each, placed(each, blocks), names, linked=linked) for each in mended],
    )
    section("整理：空白、标点和标签", tidied_items(tidied, names, linked=linked))
    section("没有做法的举措", [escaped(measure) for measure in report.empty_measures])
    section("未入条目的文字", [left_out_item(part) for part in report.left_out])


def section(label: str, items: list[str], *, expanded: bool = False) -> None:
    """Items of HTML behind a fold that says how many they are."""
    if not items:
        return
    with st.expander(f"{label}（{len(items)}）", expanded=expanded):
        st.html(list_html(items[:SHOWN]))
        if len(items) > SHOWN:
            small(f"只显示前 {SHOWN} 项，全部见下面的接口调用。")


# The end of a document


def _deletion(document: DocumentAnswer) -> None:
    """A button that deletes nothing yet, and the question it asks."""
    if st.session_state.get("deleting") != document.id:
        st.button("删除这份文件", key="delete", on_click=_ask_deletion, args=(document.id,))
        return
    notice(
        "warn",
        f"确定删除《{document.title}》吗？不能撤销。",
        f"会一并删除：{_lost(document)}。",
        *_kept(document),
        "指向这些条目的链接和引用将打不开，检索、比较、登记表和备课里也不再有它们。",
        f"要恢复，须重新上传原文件“{document.file_name or document.title}”，"
        f"并在“补充文件信息”里填写原编号 {document.id}。",
    )
    with st.container(horizontal=True):
        if st.button("确认删除", type="primary", key="delete-confirmed"):
            _delete(document)
        st.button("取消", key="delete-cancelled", on_click=_ask_deletion, args=("",))


def _lost(document: DocumentAnswer) -> str:
    """What goes with the document, in numbers."""
    found = document.parse_report
    parts = [("经验做法", found.practices), ("方案条目", found.plan_items)]
    said = [f"{label} {count} 条" for label, count in parts if count]
    rows = {TABLES[table]: _rows(table, document.id) for table in CHILD_TABLES}
    if total := sum(rows.values()):
        each = "、".join(f"{label} {count}" for label, count in rows.items() if count)
        said.append(f"从中读出的登记表 {total:,} 行（{each}）")
    return "，".join(said) or "这份文件的全文"


def _rows(table: str, document_id: str) -> int:
    query = {"documents": document_id, "limit": "1"}
    try:
        return ask(Call.get("v1", "registry", table, query=query), RegistryAnswer).total
    except ApiRefused:
        return 0  # what cannot be counted must not stand in the way


def _kept(document: DocumentAnswer) -> list[str]:
    """What people decided on its values; it outlives them."""
    try:
        reviews = ask(Call.get("v1", "reviews", query={"limit": "1"}), ReviewsAnswer).reviews
    except ApiRefused:
        return []
    own = set(document.practice_ids)
    count = sum(one.measure_id in own for one in reviews)
    return [f"对它作过的 {count} 个核对决定会留下，但不再有所指的行。"] if count else []


def _ask_deletion(document_id: str) -> None:
    st.session_state["deleting"] = document_id


def _delete(document: DocumentAnswer) -> None:
    try:
        with st.spinner("正在删除…"):
            api().send(Call("DELETE", Call.get("v1", "documents", document.id).path))
    except ApiError as problem:
        explain(problem)
        return
    forget()
    st.session_state["done"] = [("info", f"《{document.title}》已删除。", "", "")]
    st.session_state["deleting"] = ""
    st.switch_page(st.session_state["pages"]["documents"])
