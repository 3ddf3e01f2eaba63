"""帮助: what the workbench is for, how each job is done, and how to read what it shows.

All but the list of documents is there without the API.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from ui.answers import DocumentRef, DocumentsAnswer
from ui.basket import carried, chosen, put
from ui.client import ApiError, Call
from ui.document_html import address_html
from ui.help_text import (
    EXPORTS,
    JOBS,
    KEYS,
    MARKS,
    MODES,
    SCORES,
    SECTIONS,
    TROUBLE,
    WHAT,
    WORDS,
    Job,
)
from ui.parts import ask, behind, link, notice, show_problem
from ui.records import anchor
from ui.render import DOCUMENT_KINDS, chip, escaped

# The browser looks for the part that an address names before the page is drawn.
_TO_PART = """<script data-part>
document.getElementById(location.hash.slice(1))?.scrollIntoView();
</script>"""
DOCUMENTS = Call.get("v1", "documents")


def help_page() -> None:
    """The page."""
    with st.container(key="ts-help"):
        contents = "".join(
            f'<li><a href="#{name}" target="_self">{title}</a></li>'
            for name, title in SECTIONS.items()
        )
        st.html(
            '<h1 class="ts-head" lang="zh-CN">帮助</h1>'
            f'<nav class="ts-contents" aria-label="本页目录" lang="zh-CN"><ol>{contents}</ol></nav>'
        )
        _section("what", f'<ol class="ts-steps">{_pairs(WHAT)}</ol>')
        _jobs()
        _section("reading", _reading())
        _section("words", f'<dl class="ts-words">{_terms(WORDS)}</dl>')
        _sources()
        _section(
            "keys",
            f'<dl class="ts-words">{_terms(KEYS)}</dl><h3>带走结果</h3>'
            f'<dl class="ts-words">{_terms(EXPORTS)}</dl>',
        )
        _section("trouble", f'<dl class="ts-words ts-asked">{_terms(TROUBLE)}</dl>')
        with st.container(key="ts-to-part"):
            st.html(_TO_PART, unsafe_allow_javascript=True)
    behind(DOCUMENTS)


def _section(name: str, body: str) -> None:
    st.html(
        f'<section class="ts-help" lang="zh-CN"><h2 id="{name}">{SECTIONS[name]}</h2>'
        f"{body}</section>"
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<li><b>{head}</b><span>{text}</span></li>" for head, text in pairs)


def _terms(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{head}</dt><dd>{text}</dd></div>" for head, text in pairs)


# How each job is done


def _jobs() -> None:
    _section(
        "jobs", "<p>每件事一页，从上面的菜单进入。“看例子”打开的都是随附文件里的真实内容。</p>"
    )
    for first in range(0, len(JOBS), 2):
        for column, job in zip(st.columns(2), JOBS[first : first + 2], strict=True):
            with column:
                _job(job)


def _job(job: Job) -> None:
    with st.container(border=True, height="stretch", key=f"job-{job.page}"):
        steps = "".join(f"<li>{step}</li>" for step in job.steps)
        st.html(
            f'<article class="ts-job" lang="zh-CN"><h3>{job.name}</h3><p>{job.purpose}</p>'
            f"<ol>{steps}</ol></article>"
        )
        with st.container(horizontal=True, key=f"actions-job-{job.page}"):
            link(job.page, f"打开{job.name} →", {})
            _example(job)


def _example(job: Job) -> None:
    label = f"看例子：{job.example}"
    if not job.basket:
        link(job.at or job.page, label, job.query)
    elif st.button(label, key=f"example-{job.page}", type="tertiary"):
        put((*chosen(), *job.basket))
        page = st.session_state["pages"][job.at or job.page]
        st.switch_page(page, query_params={**job.query, **carried()})


# How to read results


def _reading() -> str:
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{how}</td><td>{when}</td></tr>'
        for name, how, when in MODES
    )
    marks = "".join(
        f"<div><dt>{chip(name, look)}</dt><dd>{text}</dd></div>" for name, look, text in MARKS
    )
    return (
        '<h3>三种检索方式</h3><table class="ts-ways"><thead><tr><th scope="col">方式</th>'
        '<th scope="col">怎么找</th><th scope="col">什么时候用</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f'<h3>标记</h3><dl class="ts-words">{marks}</dl>'
        f'<h3>分数和说明</h3><dl class="ts-words">{_terms(SCORES)}</dl>'
    )


# Where the documents come from


def _sources() -> None:
    _section(
        "sources",
        "<p>随附的和您上传的文件都列在这里。发文机关、文号、日期和网址只照文件写明的列出，"
        "没有写明就是没有写明。国家机关的正式文件不受著作权保护（著作权法第五条）。</p>",
    )
    try:
        documents = ask(DOCUMENTS, DocumentsAnswer).documents
    except ApiError as problem:
        show_problem(problem)
        return
    if not documents:
        notice("info", "库中还没有文件", "在“文档”页上传后会列在这里。")
        return
    st.html(f'<ul class="ts-sources" lang="zh-CN">{"".join(map(_source, documents))}</ul>')


def _source(document: DocumentRef) -> str:
    """A document with what it states of where it comes from."""
    kind = DOCUMENT_KINDS.get(document.kind, document.kind)
    counts = [
        f"{label} {count} 条"
        for label, count in (("经验做法", document.practices), ("方案条目", document.plan_items))
        if count
    ]
    said = (
        ("类别", escaped("，".join([kind, *counts]))),
        ("地区", escaped(document.region.name) if document.region else ""),
        ("发文机关", escaped(document.issuer or "")),
        ("文号", escaped(document.number or "")),
        ("印发日期", escaped(document.issued_on or "")),
        ("来源网址", address_html(document.source_url)),
    )
    facts = "".join(
        f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in said if value
    )
    missing = "、".join(label for label, value in said if not value)
    left = f"<p>没有写明：{missing}</p>" if missing else ""
    title = anchor("document", document.title, document=document.id)
    return f"<li><h3>{title}</h3><dl>{facts}</dl>{left}</li>"
