"""States of the pages that a real API is hard to bring to, through Streamlit's ``AppTest``."""

from __future__ import annotations

import pytest
import streamlit as st

from tests.ui.apptest import html, markdown, open_at
from tests.ui.double import DOCUMENT, Double, error, found, hit, practice

HOSTILE = "<script>alert(1)</script> [点](javascript:alert(1)) $$x$$ :material/home: **粗** <b>"


def test_the_start_page_says_what_is_there_and_an_example_searches(double: Double) -> None:
    test = open_at()
    assert "83" in html(test) and "经验做法" in html(test)
    assert double.paths("/v1/search") == []
    test.button(key="example-工资专户代发").click().run()
    assert test.query_params["q"] == "工资专户代发"
    assert test.text_input(key="q").value == "工资专户代发"
    assert double.paths("/v1/search") == ["/v1/search"]


def test_enter_searches_with_one_call(double: Double) -> None:
    test = open_at()
    double.asked.clear()
    test.text_input(key="q").set_value("工资专户代发")
    test.button[0].click().run()
    assert [path for _, path, _ in double.asked] == ["/v1/search"]
    assert double.asked[0][2]["query"] == "工资专户代发"
    assert "全面推行<mark>工资</mark>专户管理" in html(test)
    assert "找到 <b>1</b> 条" in html(test)
    test.run()  # drawn again, not asked again
    assert len(double.asked) == 1


def test_an_address_brings_the_view_back(double: Double) -> None:
    test = open_at(
        q="工资", mode="keyword", group="region", page="2", region=["500000"], level="city"
    )
    _, _, body = double.asked[-1]
    assert body["mode"] == "keyword" and body["group_by"] == "region" and body["offset"] == 10
    assert body["filters"] == {"regions": ["500000"], "levels": ["city"]}
    assert test.multiselect(key="filter-region").value == ["500000"]
    assert test.button_group(key="filter-level").value == ["city"]
    assert test.button_group(key="mode").value == "keyword"


def test_the_first_page_is_also_found_by_its_name(double: Double) -> None:
    assert "找到 <b>1</b> 条" in html(open_at("search", q="工资"))


def test_a_filter_goes_into_the_address_and_the_request(double: Double) -> None:
    test = open_at(q="工资", page="2")
    test.multiselect(key="filter-region").select("500000").run()
    assert test.query_params["region"] == "500000" and "page" not in test.query_params
    assert double.asked[-1][2]["filters"] == {"regions": ["500000"]}
    test.button(key="clear-side").click().run()
    assert "region" not in test.query_params
    assert "filters" not in double.asked[-1][2]


def test_the_mode_goes_into_the_address_and_the_request(double: Double) -> None:
    test = open_at(q="工资")
    test.button_group(key="mode").set_value("semantic").run()
    assert test.query_params["mode"] == "semantic"
    assert double.asked[-1][2]["mode"] == "semantic"


def test_pages_of_ten(double: Double) -> None:
    double.answers["POST", "/v1/search"] = 200, found(hit(), total=25)
    test = open_at(q="工资")
    (pages,) = test.get("pagination")
    assert pages.proto.num_pages == 3


def test_groups_have_their_headings(double: Double) -> None:
    groups = [
        {"value": "500000", "label": "重庆市", "count": 4, "hit_ids": ["p1", "p2"]},
        {"value": None, "label": "", "count": 1, "hit_ids": ["p3"]},
    ]
    double.answers["POST", "/v1/search"] = 200, found(hit(1), hit(2), hit(3), groups=groups)
    shown = html(open_at(q="工资", group="region"))
    assert shown.count('class="ts-group"') == 2
    assert "重庆市<small>共 4 条</small>" in shown and "未归类" in shown


def test_expansions_are_said_and_can_be_switched_off(double: Double) -> None:
    query = {
        "text": "专户",
        "terms": ["专户"],
        "expansions": {"专户": ["专用账户"]},
        "phrases": [],
        "readings": [{"kind": "expansion", "words": "专户", "label": "专用账户"}],
    }
    double.answers["POST", "/v1/search"] = 200, found(hit(), query=query)
    test = open_at(q="专户")
    assert [option.content for option in test.pills(key="readings").proto.options] == [
        "同查 专户 → 专用账户"
    ]
    test.button(key="literal").click().run()
    assert test.query_params["without"] == "专户"
    assert double.asked[-1][2]["without"] == ["专户"]


def test_what_was_read_can_be_switched_off_one_by_one(double: Double) -> None:
    readings = [
        {"kind": "region", "words": "广东", "label": "广东省"},
        {"kind": "year", "words": "2023年", "label": "2023年"},
    ]
    query = {"text": "x", "terms": [], "expansions": {}, "phrases": [], "readings": readings}
    double.answers["POST", "/v1/search"] = 200, found(hit(), query=query)
    test = open_at(q="广东2023年")
    test.pills(key="readings").set_value(["2023年"]).run()
    assert test.query_params["without"] == "广东"
    assert double.asked[-1][2]["without"] == ["广东"]


def test_no_precedent_is_said_honestly_with_the_nearest_marked(double: Double) -> None:
    weak = found(hit(weak=True), total=0, weak=True)
    double.answers["POST", "/v1/search"] = 200, weak
    shown = html(open_at(q="火星移民"))
    assert "未找到先例：143 条做法、5 份文件中没有与之相符的内容" in shown
    assert "弱相关" in shown and "找到 <b>" not in shown


def test_where_the_weak_hits_begin_is_said_once(double: Double) -> None:
    double.answers["POST", "/v1/search"] = 200, found(hit(1), hit(2, weak=True), hit(3, weak=True))
    shown = html(open_at(q="工资"))
    assert shown.count("以下只是弱相关") == 1
    assert shown.index("以下只是弱相关") < shown.index("ts-chip-weak")


def test_nothing_under_filters_offers_to_clear_them(double: Double) -> None:
    double.answers["POST", "/v1/search"] = 200, found(total=0, weak=True, facets={})
    test = open_at(q="工资", region="440000")
    assert "已按当前筛选条件检索" in html(test)
    test.button(key="clear-main").click().run()
    assert "region" not in test.query_params


def test_the_figures_of_a_hit_stand_with_it(double: Double) -> None:
    row = {
        "measure_id": "p1",
        "subject": "<b>开户率</b>",
        "value": 97.0,
        "unit": "%",
        "comparator": "≥",
        "per": "每年",
    }
    several = [row | {"measure_id": "p2", "subject": f"第{n}项"} for n in range(7)]
    shared = [row | {"measure_id": "p2", "region": name} for name in ("蓬江区", "江海区")]
    double.answers["POST", "/v1/search"] = (
        200,
        found(hit(1), hit(2), indicators=[row, *shared, *several]),
    )
    shown = html(open_at(q="工资"))
    assert "<span>&lt;b&gt;开户率&lt;/b&gt; <b>≥ 97%</b>（每年）</span>" in shown
    assert shown.count("<b>≥ 97%</b>") == 7 and "等 8 个" in shown
    assert "<b>≥ 97%</b>（每年）（蓬江区、江海区）</span>" in shown


def test_documents_without_a_date_are_counted(double: Double) -> None:
    double.answers["POST", "/v1/search"] = 200, found(hit(), undated_left_out=3)
    assert "有 3 份文件没有写明印发日期" in html(open_at(q="2023年的做法"))


def test_loading_waits_and_goes_on_by_itself(double: Double) -> None:
    loading = 503, error("not_ready", "正在载入向量模型", "请稍候")
    double.answers["POST", "/v1/search"] = double.answers["GET", "/readyz"] = loading
    test = open_at(q="工资")
    assert "服务正在准备" in html(test) and "正在载入向量模型" in html(test)
    double.answers["POST", "/v1/search"] = 200, found(hit())
    double.answers["GET", "/readyz"] = 200, {"status": "ready"}
    test.run()
    assert "找到 <b>1</b> 条" in html(test)


def test_an_api_that_is_down_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_data.clear()
    monkeypatch.setenv("TASHAN_API_URL", "http://127.0.0.1:9")
    test = open_at(q="工资")
    assert "现在连不上服务" in html(test) and "tashan serve" in html(test)
    assert test.button(key="retry")
    assert test.text_input(key="q").value == "工资"
    st.cache_resource.clear()


def test_a_refused_request_shows_message_and_hint(double: Double) -> None:
    refused = error("bad_input", "查询太长，最多 2000 字", "请缩短后再试")
    double.answers["POST", "/v1/search"] = 422, refused
    shown = html(open_at(q="工资"))
    assert "查询太长，最多 2000 字" in shown and "请缩短后再试" in shown
    assert "请求编号" not in shown, "there is nothing to be looked up in a log"
    assert 'role="alert"' in shown


def test_a_failure_of_the_service_has_its_number(double: Double) -> None:
    double.answers["POST", "/v1/search"] = 500, error("internal", "服务内部出错", "请稍后再试")
    shown = html(open_at(q="工资"))
    assert "服务内部出错" in shown and "请求编号：r-17" in shown


def test_a_refused_filter_can_be_cleared(double: Double) -> None:
    refused = error("invalid", "filters.levels：只能是 province、city 或 county")
    double.answers["POST", "/v1/search"] = 422, refused
    test = open_at(q="工资", level="village")
    assert "只能是 province" in html(test)
    double.answers["POST", "/v1/search"] = 200, found(hit())
    test.button(key="clear-main").click().run()
    assert "找到 <b>1</b> 条" in html(test)


def test_a_page_beyond_the_last_is_not_taken_for_no_precedent(double: Double) -> None:
    double.answers["POST", "/v1/search"] = 200, found(total=12)
    test = open_at(q="工资", page="9")
    assert "共 12 条，这一页已在最后一条之后" in html(test) and "未找到先例" not in html(test)
    assert len(test.get("pagination")) == 1


def test_a_missing_token_says_where_to_set_it(double: Double) -> None:
    double.answers["POST", "/v1/search"] = 401, error("unauthorized", "需要令牌")
    assert "TASHAN_API_TOKEN" in html(open_at(q="工资"))


def test_an_api_of_another_version_is_said(double: Double) -> None:
    double.answers["POST", "/v1/search"] = 200, {"results": []}
    assert "版本不符" in html(open_at(q="工资"))


def test_hostile_text_reaches_the_page_only_escaped(double: Double) -> None:
    document = DOCUMENT | {"title": HOSTILE, "issuer": HOSTILE, "source_url": "javascript:alert(1)"}
    hostile = hit(title=HOSTILE, text=HOSTILE, task=HOSTILE, measure=HOSTILE, document=document)
    facets = {"tasks": [{"value": HOSTILE, "label": HOSTILE, "count": 1}]}
    query = {"text": "x", "terms": [], "expansions": {HOSTILE: [HOSTILE]}, "phrases": [HOSTILE]}
    query["readings"] = [{"kind": "phrase", "words": HOSTILE, "label": HOSTILE}]
    double.answers["POST", "/v1/search"] = 200, found(hostile, facets=facets, query=query)
    test = open_at(q=HOSTILE)
    (pill,) = test.pills(key="readings").proto.options
    assert all(mark not in pill.content.replace("\\" + mark, "") for mark in "<[]($")
    assert "alert(1)" in html(test)
    assert "<script>alert" not in html(test) and "<b> " not in html(test)
    assert "<a href" not in html(test)
    assert "javascript:" not in markdown(test) and "$$" not in markdown(test)


def test_the_citation_and_the_text_with_it_can_be_copied(double: Double) -> None:
    codes = [code.value for code in open_at(q="工资").code]
    assert practice()["citation"] in codes
    assert f"{practice()['text']}\n——{practice()['citation']}" in codes
    assert any("/v1/search" in code and code.startswith("curl") for code in codes)


def practice_answers(double: Double) -> None:
    blocks = [
        {"role": "heading", "text": "防范拖欠", "start": 0, "end": 4},
        {"role": "practice", "text": "甲做法", "start": 4, "end": 9, "practice_id": "p0"},
        {"role": "practice", "text": "乙做法", "start": 9, "end": 20, "practice_id": "p1"},
    ]
    double.answers |= {
        ("GET", "/v1/practices/p1"): (200, practice(previous_id="p0", next_id=None, registry={})),
        ("GET", "/v1/practices/p1/similar"): (200, {"hits": [hit(5)]}),
        ("GET", "/v1/documents/d1/content"): (200, {"document_id": "d1", "blocks": blocks}),
    }


def test_a_practice_is_shown_in_its_document(double: Double) -> None:
    practice_answers(double)
    test = open_at("practice", q="工资", practice="p1")
    assert 'ts-current">乙做法' in html(test) and "甲做法" in html(test)
    (back,) = test.get("page_link")
    assert back.proto.label == "← 返回检索结果"
    assert [button.label for button in test.button] == ["加入备课", "← 上一条"]
    double.answers["GET", "/v1/practices/p0"] = 200, practice(0, next_id="p1", text="前一条")
    test.button(key="previous").click().run()
    assert test.query_params["practice"] == "p0" and test.query_params["q"] == "工资"
    assert "前一条" in html(test) and 'ts-current">甲做法' in html(test)


def test_similar_practices_have_their_own_address(double: Double) -> None:
    practice_answers(double)
    test = open_at("practice", practice="p1")
    test.button_group(key="view").set_value("similar").run()
    assert test.query_params["view"] == "similar"
    assert "/v1/practices/p1/similar" in double.paths()
    double.answers["GET", "/v1/practices/p5"] = 200, practice(5)
    test.button(key="open-p5").click().run()
    assert test.query_params["practice"] == "p5" and "view" not in test.query_params
    assert test.button_group(key="view").value == "document"


def test_a_practice_that_is_gone_is_said(double: Double) -> None:
    gone = error("not_found", "没有这条做法：p9", "可能已被删除")
    double.answers["GET", "/v1/practices/p9"] = 404, gone
    assert "没有这条做法：p9" in html(open_at("practice", practice="p9"))
