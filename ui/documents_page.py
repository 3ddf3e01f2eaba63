"""文档: what is stored, how the service does, and how to add to it."""

from __future__ import annotations

import streamlit as st

from ui.answers import DocumentRef, DocumentsAnswer, Stats
from ui.client import Call
from ui.document_html import document_html
from ui.parts import api, ask, behind, forget, link, notice
from ui.render import chip, counts_html, escaped
from ui.upload import upload

LISTED = 20  # documents on one page of the list
BUNDLED = "bundled"  # name of the model that comes with the service
STATS = Call.get("v1", "stats")
DOCUMENTS = Call.get("v1", "documents")


def documents_page() -> None:
    """The page."""
    st.html('<h1 class="ts-head" lang="zh-CN">文档</h1>')
    _done()
    documents = ask(DOCUMENTS, DocumentsAnswer).documents
    upload(documents)
    if documents:
        _listed(documents)
    else:
        notice("info", "还没有文件", "请用上面的“上传文件”加入第一份。")
    _health()
    behind(DOCUMENTS, STATS)


def _done() -> None:
    """What was stored or deleted just before, with the way to it."""
    for place, (look, title, line, document_id) in enumerate(st.session_state.pop("done", ())):
        notice(look, title, line)
        if document_id:
            with st.container(key=f"actions-done-{place}"):
                link("document", "查看解析结果", {"document": document_id})


def _listed(documents: tuple[DocumentRef, ...]) -> None:
    pages = -(-len(documents) // LISTED)
    page = min(st.session_state.get("documents-page", 1), pages)
    first = (page - 1) * LISTED
    for document in documents[first : first + LISTED]:
        with st.container(border=True, key=f"document-{document.id}"):
            st.html(document_html(document))
            with st.container(horizontal=True, key=f"actions-{document.id}"):
                link("document", "解析结果与原文", {"document": document.id})
    if pages > 1:
        st.pagination(pages, key="documents-page")


def _health() -> None:
    """Whether the service is well, what runs it, and how much it holds."""
    with st.expander("运行状态与数量", expanded=True, key="health"):
        stats = ask(STATS, Stats)
        ready = api().ready()
        state = chip("服务正常" if ready else "正在准备", "region" if ready else "unsettled")
        st.html(f'<p class="ts-chips" lang="zh-CN">{state}</p>{_counts(stats)}{_engine(stats)}')
        st.button("重新检查", key="check", on_click=forget)


def _counts(stats: Stats) -> str:
    return counts_html(
        [
            ("文件", stats.documents, "份"),
            ("经验做法", stats.practices, "条"),
            ("方案条目", stats.plan_items, "条"),
            ("检索片段", stats.passages, "段"),
            ("地区", stats.regions, "个"),
            ("主题", stats.themes, "个"),
        ]
    )


def _engine(stats: Stats) -> str:
    model = "未设置"
    if stats.model:
        name = "随附模型" if stats.model.name == BUNDLED else stats.model.name
        model = f"{name}（{stats.model.dimension} 维）"
    facts = (
        ("版本", stats.version),
        ("资料库", stats.store),
        ("向量模型", model),
        ("重排模型", stats.reranker or "未使用"),
    )
    items = "".join(
        f"<div><dt>{label}</dt><dd>{escaped(value)}</dd></div>" for label, value in facts if value
    )
    return f'<dl class="ts-facts" lang="zh-CN">{items}</dl>'
