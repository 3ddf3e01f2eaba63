"""逐条找先例, and what a practice shows of its values, through ``AppTest``."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from tests.ui.apptest import html, open_at
from tests.ui.double import Double, error, hit, practice
from tests.ui.registered import ROWS_OF, TEXTS, register
from ui.draft_page import CLAUSES, LONGEST_ADDRESS, MAX_DRAFT

DRAFT = "第一条 按月代发工资。\n第二条 开展培训。"
HOSTILE = "<script>alert(1)</script>"


def clause(text: str, *hits: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"text": text, "start": 0, "end": 9, "hits": list(hits), "indicators": [], **changes}


@pytest.fixture
def drafts(double: Double) -> Double:
    found = hit(1, text=TEXTS["p1"], title="工资专户", highlights=[{"start": 7, "end": 9}])
    clauses = [
        clause("按月代发工资。", found, indicators=ROWS_OF["indicators"][:2]),
        clause("开展培训。", hit(2, weak=True)),
    ]
    double.answers["POST", "/v1/precedents"] = 200, {"clauses": clauses}
    return double


def test_nothing_is_asked_before_there_is_a_draft(drafts: Double) -> None:
    test = open_at("draft")
    assert drafts.asked == []
    test.button(key="draft-example").click().run()
    assert drafts.asked[-1][1] == "/v1/precedents" and "draft" in test.query_params


def test_a_draft_goes_into_the_address_and_comes_back_clause_by_clause(drafts: Double) -> None:
    test = open_at("draft")
    test.text_area(key="draft").set_value(DRAFT)
    test.text_input(key="draft-region").set_value("广东")
    test.button[0].click().run()
    assert test.query_params["draft"] == DRAFT and test.query_params["region"] == "广东"
    assert drafts.asked[-1][2] == {"text": DRAFT, "region": "广东", "limit": 3}
    shown = html(test)
    assert "共拆成 <b>2</b> 条，其中第 2 条没有找到先例" in shown
    assert "<small>第 1 条</small>按月代发工资。" in shown
    assert "没有找到先例，以下只是弱相关" in shown and "弱相关</span>" in shown
    for words in ("97%", "200元（每人）", "开户率达<mark>97%</mark>", 'scope="row">重庆市'):
        assert words in shown
    codes = [code.value for code in test.code]
    assert practice()["citation"] in codes and any("/v1/precedents" in code for code in codes)
    again = open_at("draft", draft=DRAFT, region="广东")
    assert again.text_area(key="draft").value == DRAFT
    assert again.text_input(key="draft-region").value == "广东"


def test_a_draft_too_long_for_an_address_is_kept_in_the_session(drafts: Double) -> None:
    long = "按月代发工资。" * (LONGEST_ADDRESS // 7)
    assert len(long) <= MAX_DRAFT
    test = open_at("draft")
    test.text_area(key="draft").set_value(long)
    test.button[0].click().run()
    assert "draft" not in test.query_params and drafts.asked[-1][2]["text"] == long
    assert "草稿较长，没有放进网址" in html(test)
    test.text_area(key="draft").set_value(DRAFT)
    test.button[0].click().run()
    assert test.query_params["draft"] == DRAFT


def test_a_region_that_is_none_can_be_left_out(drafts: Double) -> None:
    fine = drafts.answers["POST", "/v1/precedents"]
    drafts.answers["POST", "/v1/precedents"] = 400, error("bad_input", "地区“月球”不存在")
    test = open_at("draft", draft=DRAFT, region="月球")
    assert "地区“月球”不存在" in html(test)
    drafts.answers["POST", "/v1/precedents"] = fine
    test.button(key="draft-anywhere").click().run()
    assert "region" not in test.query_params and "第 1 条" in html(test)


def test_many_clauses_are_paged(drafts: Double) -> None:
    clauses = [clause(f"第{n}句。") for n in range(CLAUSES + 2)]
    drafts.answers["POST", "/v1/precedents"] = 200, {"clauses": clauses}
    test = open_at("draft", draft=DRAFT)
    (pages,) = test.get("pagination")
    assert pages.proto.num_pages == 2
    assert html(test).count('class="ts-clause"') == CLAUSES
    assert f"共拆成 <b>{CLAUSES + 2}</b> 条" in html(test)


def test_words_of_drafts_and_documents_stay_words(drafts: Double) -> None:
    row = dict(ROWS_OF["indicators"][0], subject=HOSTILE, region=HOSTILE, per=HOSTILE)
    found = hit(1, text=HOSTILE * 3, title=HOSTILE, id='p"1<')
    row["measure_id"] = 'p"1<'
    answer = {"clauses": [clause(HOSTILE, found, indicators=[row])]}
    drafts.answers["POST", "/v1/precedents"] = 200, answer
    shown = html(open_at("draft", draft=HOSTILE)).replace('<script data-jump="0">', "")
    assert "&lt;script&gt;" in shown and "<script>" not in shown
    assert 'href="practice?practice=p%221%3C"' in shown


def test_a_practice_shows_its_values_each_with_its_quote(double: Double) -> None:
    register(double)
    test = open_at("practice", practice="p1", view="data")
    shown = html(test)
    assert "开户率：97%" in shown and "补贴：200元" in shown and "<span>每人</span>" in shown
    assert "开户率达<mark>97%</mark>" in shown
    assert "专用账户与代发" in shown
    assert 'href="registry?table=indicators&amp;row=p1.indicators.1"' in shown
    double.answers["GET", "/v1/practices/p1"] = 200, practice(registry={})
    st.cache_data.clear()
    assert "没有读出数字" in html(open_at("practice", practice="p1", view="data"))


def test_a_theme_is_a_chip_and_the_nearly_identical_is_marked(double: Double) -> None:
    theme = {"id": "accounts", "label": "工资专户"}
    double.answers |= {
        ("GET", "/v1/practices/p1"): (200, practice(theme=theme, registry={})),
        ("GET", "/v1/practices/p1/similar"): (
            200,
            {"hits": [hit(5), hit(6, near_identical=True)]},
        ),
    }
    shown = html(open_at("practice", practice="p1", view="similar"))
    assert 'ts-chip-theme">工资专户<' in shown
    assert shown.count("与本条文字几乎相同") == 1
