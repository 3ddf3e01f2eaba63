"""文档 › upload: files are chosen, looked at as they would be stored, and then stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui.answers import DocumentRef, UploadAnswer
from ui.client import ApiError, UiSettings
from ui.document_html import called, document_html, facts_html, found_html
from ui.document_page import report, section
from ui.parts import api, explain, forget, notice, shaped, small
from ui.render import practice_html, unmarked

FIRST = 5  # practices of a preview that are shown in full
# What may be said of a document that it does not say itself, and how.
STATED = {
    "title": ("标题", ""),
    "issuer": ("发文机关", ""),
    "number": ("文号", "例如：豫建人教〔2022〕19号"),
    "issued_on": ("印发日期", "例如：2023-08-08"),
    "region": ("地区", "全称或简称，例如：广东省江门市"),
    "source_url": ("来源网址", "https://…"),
    "id": ("编号", "小写字母、数字和连字符；与已有编号相同则替换那份文件"),
}


@dataclass(frozen=True)
class Chosen:
    """A chosen file with what is said of it, and what was found in it."""

    name: str
    data: bytes
    stated: tuple[tuple[str, str], ...]
    found: UploadAnswer


def upload(documents: Sequence[DocumentRef]) -> None:
    """Take files, show what is in them, and store them when told to.

    Args:
        documents: those stored already.
    """
    limit = UiSettings().max_file_mb
    with st.expander("上传文件", key="upload-box"):
        small(
            f"文本（txt）或网页（html）文件，每份不超过 {limit} MB，可一次选几份。"
            "先显示解析结果，确认后才入库。"
        )
        files = st.file_uploader(
            "选择文件",
            key=f"upload-{st.session_state.get('uploads', 0)}",
            max_upload_size=limit,
            accept_multiple_files=True,
            label_visibility="collapsed",
        )
        above = st.container(key="ts-store")  # what is found stands below the button that stores it
        chosen = [
            one for place, file in enumerate(files) if (one := _previewed(place, file, documents))
        ]
        with above:
            if len(files) > 1 and len(chosen) < len(files):
                notice("warn", f"{len(files) - len(chosen)} 份不能入库，原因见下")
            if chosen:
                label = "入库" if len(chosen) == 1 else f"全部入库（{len(chosen)} 份）"
                if st.button(label, type="primary", key="store"):
                    _store(chosen, whole=len(chosen) == len(files))


def _previewed(place: int, file: UploadedFile, documents: Sequence[DocumentRef]) -> Chosen | None:
    """A file as it would be stored, or why it cannot be; None then."""
    with st.container(border=True, key=f"preview-{place}"):
        stated = _stated(file.file_id)
        try:
            with st.spinner(f"正在解析 {unmarked(file.name)}…", show_time=True):
                found = _preview(file.name, file.getvalue(), stated)
        except ApiError as problem:
            small(file.name)
            explain(problem)
            if stated:
                _details(file.file_id)
            return None
        st.html(document_html(found.document, "h2"))
        st.html(found_html(found.document.kind, found.outline, found.parse_report))
        _beware(found.document, documents)
        st.html(facts_html(found.document))
        _details(file.file_id)
        names = called(found.practices)
        report(found.parse_report, found.outline, names, linked=False)
        first = [practice_html(practice, tag="h4") for practice in found.practices[:FIRST]]
        section(f"前 {len(first)} 条预览", first, expanded=True)
    return Chosen(file.name, file.getvalue(), stated, found)


def _beware(document: DocumentRef, documents: Sequence[DocumentRef]) -> None:
    """Say it where storing would change nothing, replace something, or double it."""
    same = next((one for one in documents if one.id == document.id), None)
    if same and same.sha256 == document.sha256:
        notice("info", "这份文件已在库中", "再次入库只更新补充的文件信息，不会重复。")
    elif same:
        notice(
            "warn",
            f"编号 {document.id} 已有文件《{same.title}》，入库会用这份替换它",
            "如果不是同一文件的新版本，请在“补充文件信息”里换一个编号。",
        )
    elif like := next((one for one in documents if one.title == document.title), None):
        notice(
            "warn",
            "库中已有同名文件，入库后会并存",
            f"如果这是它的新版本，请在“补充文件信息”里填写编号 {like.id}，入库时替换它。",
        )


def _details(file_id: str) -> None:
    """What the operator knows of the document; it goes before what is read from the file."""
    with (
        st.expander("补充文件信息（可不填）", key=f"details-{file_id}"),
        st.form(f"stated-{file_id}", border=False),
    ):
        kept = dict(_stated(file_id))
        small("填写的内容优先于从文件读出的内容；文件没有写明又不确定的，请留空。")
        for field, (label, example) in STATED.items():
            st.text_input(
                label,
                key=f"said-{file_id}-{field}",
                value=kept.get(field, ""),
                placeholder=example,
                max_chars=300,
            )
        st.form_submit_button("按此重新解析", on_click=_said, args=(file_id,))


def _said(file_id: str) -> None:
    # The boxes are gone while the preview fails, and what was said must not go with them.
    said = {field: st.session_state[f"said-{file_id}-{field}"].strip() for field in STATED}
    st.session_state[f"stated-{file_id}-kept"] = {
        name: value for name, value in said.items() if value
    }


def _stated(file_id: str) -> tuple[tuple[str, str], ...]:
    kept: Mapping[str, str] = st.session_state.get(f"stated-{file_id}-kept", {})
    return tuple(kept.items())


@st.cache_data(max_entries=8, ttl=600, show_spinner=False)
def _preview(name: str, data: bytes, stated: tuple[tuple[str, str], ...]) -> UploadAnswer:
    """What is in an uploaded file; drawn again without being sent again."""
    return shaped(api().upload(name, data, preview=True, metadata=dict(stated)), UploadAnswer)


def _store(chosen: Sequence[Chosen], *, whole: bool) -> None:
    """Store the files one by one; those that fail stay chosen."""
    done: list[tuple[str, str, str, str]] = []
    failed: list[ApiError] = []
    bar = st.progress(0.0)
    for place, one in enumerate(chosen):
        bar.progress(
            place / len(chosen), f"正在入库 {place + 1}/{len(chosen)}：{unmarked(one.name)}"
        )
        try:
            with st.spinner("正在入库…", show_time=True):
                sent = api().upload(one.name, one.data, preview=False, metadata=dict(one.stated))
                done.append(_result(shaped(sent, UploadAnswer)))
        except ApiError as problem:
            failed.append(problem)
            notice("error", f"“{one.name}”没有入库")
            explain(problem)
    bar.empty()
    forget()
    if failed or not whole:
        for look, title, line, _ in done:
            notice(look, title, line)
        return
    st.session_state["done"] = done
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1  # an empty uploader
    st.rerun()


def _result(answer: UploadAnswer) -> tuple[str, str, str, str]:
    """A message about what was stored: its look, title and line, and the document's id."""
    title, found = answer.document.title, answer.parse_report
    if not answer.changed:
        return "info", f"《{title}》已在库中，没有变动。", "", answer.document.id
    counts = [("经验做法", found.practices, "条"), ("方案条目", found.plan_items, "条")]
    counts += [("存疑", len(found.doubts), "处")]
    line = "，".join(f"{label} {count} {unit}" for label, count, unit in counts if count)
    return "info", f"《{title}》已入库。", line, answer.document.id
