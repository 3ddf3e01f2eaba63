"""文档: what is stored, and how to add to it."""

from __future__ import annotations

import streamlit as st

from ui.answers import DocumentsAnswer, UploadAnswer
from ui.client import ApiError, Call, UiSettings
from ui.document_page import document_html, report, section
from ui.parts import api, ask, behind, explain, forget, link, notice, shaped, small
from ui.render import practice_html, report_html

LISTED = 20  # documents on one page of the list


def documents_page() -> None:
    """The page."""
    st.html('<h1 class="ts-head" lang="zh-CN">文档</h1>')
    if done := st.session_state.pop("done", None):
        notice("info", done)
    _upload()
    call = Call.get("v1", "documents")
    documents = ask(call, DocumentsAnswer).documents
    if not documents:
        notice("info", "还没有文件", "请用上面的“上传文件”加入第一份。")
    pages = -(-len(documents) // LISTED)
    page = st.session_state.get("documents-page", 1)
    first = (min(page, max(pages, 1)) - 1) * LISTED
    for document in documents[first : first + LISTED]:
        with st.container(border=True, key=f"document-{document.id}"):
            st.html(document_html(document))
            with st.container(horizontal=True, key=f"actions-{document.id}"):
                link("document", "解析结果与原文", {"document": document.id})
    if pages > 1:
        st.pagination(pages, key="documents-page")
    behind(call)


def _upload() -> None:
    """Take a file, show what is in it, and store it when told to."""
    limit = UiSettings().max_file_mb
    with st.expander("上传文件", key="upload-box"):
        small(f"文本或网页文件，不超过 {limit} MB。先显示解析结果，确认后才入库。")
        file = st.file_uploader(
            "选择文件",
            key=f"upload-{st.session_state.get('uploads', 0)}",
            max_upload_size=limit,
            label_visibility="collapsed",
        )
        if file is None:
            return
        try:
            with st.spinner("正在解析…"):
                preview = _preview(file.name, file.getvalue())
        except ApiError as problem:
            explain(problem)
            return
        st.html(document_html(preview.document))
        st.html(report_html(preview.parse_report))
        if st.button("入库", type="primary", key="store"):
            _store(file.name, file.getvalue())
        report(preview.parse_report, ())
        if preview.practices:
            section(
                "将入库的条目",
                [practice_html(practice, tag="h4") for practice in preview.practices],
            )


@st.cache_data(max_entries=8, ttl=600, show_spinner=False)
def _preview(name: str, data: bytes) -> UploadAnswer:
    """What is in an uploaded file; drawn again without being sent again."""
    return shaped(api().upload(name, data, preview=True), UploadAnswer)


def _store(name: str, data: bytes) -> None:
    try:
        with st.spinner("正在入库…"):
            answer = shaped(api().upload(name, data, preview=False), UploadAnswer)
    except ApiError as problem:
        explain(problem)
        return
    forget()
    title = answer.document.title
    st.session_state["done"] = (
        f"《{title}》已入库。" if answer.changed else f"《{title}》已在库中，没有变动。"
    )
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1  # an empty uploader
    st.rerun()
