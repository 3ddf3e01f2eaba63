"""帮助: all but the documents without an API, and these as the API lists them."""

from __future__ import annotations

import pytest
import streamlit as st

from tests.ui.apptest import html, open_at
from tests.ui.double import DOCUMENT, Double, error
from ui.help_text import JOBS, SECTIONS, WORDS

TERMS = (
    "工作任务",
    "主要举措",
    "经验做法",
    "主题",
    "政策工具",
    "存疑",
    "核对",
    "综合",
    "语义",
    "关键词",
    "弱相关",
)


def test_every_part_of_the_contents_is_there(double: Double) -> None:
    double.answers["GET", "/v1/documents"] = 200, {"documents": [DOCUMENT]}
    shown = html(open_at("help"))
    for name in SECTIONS:
        assert f'href="#{name}"' in shown and f'id="{name}"' in shown
    for term in TERMS:
        assert term in shown


def test_each_job_has_its_page_and_an_example(double: Double) -> None:
    double.answers["GET", "/v1/documents"] = 200, {"documents": []}
    test = open_at("help")
    links = [link.proto.label for link in test.get("page_link")]
    buttons = [button.label for button in test.button]
    for job in JOBS:
        assert links.count(f"打开{job.name} →") == 1
        assert (buttons if job.basket else links).count(f"看例子：{job.example}") == 1
    assert len({job.page for job in JOBS}) == len(JOBS) == 6


def test_words_are_explained_once() -> None:
    assert len({word for word, _ in WORDS}) == len(WORDS)


def test_documents_are_listed_with_what_they_state(double: Double) -> None:
    stated = DOCUMENT | {
        "issuer": "江门市住房和城乡建设局",
        "issued_on": "2023-08-08",
        "source_url": "https://example.gov.cn/a",
        "practices": 0,
        "plan_items": 23,
    }
    double.answers["GET", "/v1/documents"] = 200, {"documents": [stated]}
    shown = html(open_at("help"))
    for words in ("江门市住房和城乡建设局", "2023-08-08", "方案条目 23 条", "没有写明：地区、文号"):
        assert words in shown
    assert 'href="https://example.gov.cn/a" target="_blank" rel="noopener' in shown
    assert 'href="document?document=d1"' in shown


def test_an_empty_store_says_where_documents_come_from(double: Double) -> None:
    double.answers["GET", "/v1/documents"] = 200, {"documents": []}
    assert "库中还没有文件" in html(open_at("help"))


def test_all_but_the_documents_is_there_without_an_api(monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_data.clear()
    monkeypatch.setenv("TASHAN_API_URL", "http://127.0.0.1:9")
    test = open_at("help")
    shown = html(test)
    assert "现在连不上服务" in shown and "tashan serve" in shown
    assert all(f'id="{name}"' in shown for name in SECTIONS)
    assert len(test.get("page_link")) == 2 * len(JOBS) - sum(bool(job.basket) for job in JOBS)
    st.cache_resource.clear()


def test_a_service_that_is_loading_is_waited_for(double: Double) -> None:
    double.answers["GET", "/v1/documents"] = 503, error("not_ready", "正在载入向量模型")
    shown = html(open_at("help"))
    assert "服务正在准备" in shown and 'id="trouble"' in shown
