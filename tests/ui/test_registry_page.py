"""The registry page in states that a real API is hard to bring to, through ``AppTest``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.apptest import html, markdown, open_at
from tests.ui.double import Double, error, practice
from tests.ui.registered import ROWS_OF, TEXTS, answer, child, register, review

ROW = "p1.indicators.1"
HOSTILE = "<script>alert(1)</script> [点](javascript:alert(1)) **粗**"


@pytest.fixture
def registry(double: Double) -> Double:
    register(double)
    return double


def at(**params: Any) -> AppTest:
    return open_at("registry", **params)


def cells(test: AppTest, column: str) -> list[Any]:
    return list(test.dataframe[0].value[column])


def posted(double: Double) -> list[dict[str, Any]]:
    return [
        body for method, path, body in double.asked if (method, path) == ("POST", "/v1/reviews")
    ]


def asked_of(double: Double, table: str) -> dict[str, list[str]]:
    return [query for path, query in double.queries if path == f"/v1/registry/{table}"][-1]


def test_the_measures_are_shown_in_words(registry: Double) -> None:
    test = at()
    assert cells(test, "region") == ["重庆市", "广东省江门市"]
    assert cells(test, "theme") == ["工资专户", "技能培训"]
    assert cells(test, "kind") == ["经验做法", "经验做法"]
    assert cells(test, "review_status") == ["已提取", "待核对"]
    assert "<b>2</b> 行，2 条做法和条目，2 个地区，待核对 1 行" in html(test)


def test_figures_stand_beside_the_place_they_are_of(registry: Double) -> None:
    test = at(table="indicators")
    assert cells(test, "measure_region") == ["重庆市", "重庆市", "广东省江门市"]
    assert cells(test, "as.quantity") == ["97%", "200元", "≥ 10课时"]


def test_the_headers_are_the_columns_titles(registry: Double) -> None:
    config = json.loads(at(table="indicators").dataframe[0].proto.columns)
    assert config["subject"]["label"] == "对象" and config["as_of"]["label"] == "时点或时段"


def test_filters_go_to_the_api_and_into_the_address(registry: Double) -> None:
    test = at(table="indicators", page="3")
    test.multiselect(key="filter-region").select("440700").run()
    assert test.query_params["region"] == "440700" and "page" not in test.query_params
    assert asked_of(registry, "indicators")["regions"] == ["440700"]
    test.multiselect(key="filter-theme").select("skills").run()
    assert asked_of(registry, "indicators")["themes"] == ["skills"]
    test.button(key="clear-side").click().run()
    assert dict(test.query_params) == {"table": "indicators"}
    codes = [code.value for code in test.code]
    assert any("/v1/registry/indicators?" in code for code in codes)


@pytest.mark.parametrize(
    ("params", "asked"),
    [
        ({"find": "江门 培训"}, {"find": ["江门 培训"]}),
        ({"sort": "-value"}, {"sort": ["-value"]}),
        (
            {"sort": "measure_region", "region": "500000"},
            {"sort": ["measure_region"], "regions": ["500000"]},
        ),
        ({"sort": "nothing"}, {}),
        ({"sort": "as.quantity"}, {}),
    ],
)
def test_rows_are_found_and_ordered_by_the_api(
    registry: Double, params: dict[str, str], asked: dict[str, list[str]]
) -> None:
    test = at(table="indicators", **params)
    assert cells(test, "as.quantity") == ["97%", "200元", "≥ 10课时"]
    queries = [query for path, query in registry.queries if path == "/v1/registry/indicators"]
    assert asked | {"limit": ["1000"]} in queries


def test_a_file_is_asked_for_as_the_table_is_shown(registry: Double) -> None:
    test = at(table="indicators", region="500000", find="重庆", sort="-value")
    test.session_state["export"] = True
    test.run()
    shown = {
        "regions": ["500000"],
        "find": ["重庆"],
        "sort": ["-value"],
        "format": ["csv"],
        "bom": ["true"],
    }
    query = asked_of(registry, "indicators")
    assert query.pop("columns") == [
        "measure_region", "subject", "comparator", "value", "low", "high", "before",
        "before_comparator", "after", "after_comparator", "unit", "kind", "per", "as_of",
        "measure_title",
    ]  # fmt: skip
    assert query == shown
    test.session_state["export"] = True
    test.checkbox(key="export-every").check().run()
    assert asked_of(registry, "indicators") == shown


def test_the_columns_chosen_are_shown(registry: Double) -> None:
    test = at(table="indicators", column=["quote", "subject"])
    assert list(test.dataframe[0].value.columns) == ["quote", "subject"]
    test.multiselect(key="columns-quote-subject").select("status").run()
    assert test.query_params["column"] == ["quote", "subject", "status"]
    assert cells(test, "status") == ["已提取", "已提取", "待核对"]


def test_another_table_keeps_the_filters(registry: Double) -> None:
    test = at(table="indicators", region="440700", sort="value", row=ROW)
    test.button_group(key="registry-table").set_value("instruments").run()
    assert dict(test.query_params) == {"table": "instruments", "region": "440700"}
    assert cells(test, "type") == ["专用账户与代发", "培训"]


def test_more_than_a_page_is_turned(registry: Double) -> None:
    many = [ROWS_OF["indicators"][0] | {"id": f"p1.indicators.{n}"} for n in range(250)]
    registry.answers["GET", "/v1/registry/indicators"] = 200, answer("indicators", many)
    test = at(table="indicators", page="3")
    (pages,) = test.get("pagination")
    assert pages.proto.num_pages == 3 and len(cells(test, "subject")) == 50


def test_what_is_not_there_is_said(registry: Double) -> None:
    registry.answers["GET", "/v1/registry/platforms"] = 200, answer("platforms", [])
    assert "“平台”表还是空的" in html(at(table="platforms"))
    test = at(table="platforms", region="500000")
    assert "没有符合筛选条件的行" in html(test)
    test.button(key="clear-main").click().run()
    assert "region" not in test.query_params
    registry.answers["GET", "/v1/registry/indicators"] = 200, answer("indicators", [])
    assert "没有同时含有这些字词的行" in html(at(table="indicators", find="月球"))


def test_a_refused_filter_can_be_cleared(registry: Double) -> None:
    fine = registry.answers["GET", "/v1/registry/measures"]
    registry.answers["GET", "/v1/registry/measures"] = 400, error("bad_input", "地区“月球”不存在")
    test = at(region="月球")
    assert "地区“月球”不存在" in html(test)
    registry.answers["GET", "/v1/registry/measures"] = fine
    test.button(key="clear-main").click().run()
    assert "<b>2</b> 行" in html(test)


# Evidence and decisions


def test_a_row_opens_its_evidence(registry: Double) -> None:
    registry.answers["GET", "/v1/reviews"] = 200, {"reviews": [review(note="看表")]}
    shown = html(at(table="indicators", row=ROW))
    assert "开户率达<mark>97%</mark>，补贴" in shown
    assert "开户率：97%" in shown and "原文没有写明：每" in shown
    assert "张三 更正数值：<del>97</del> → <ins>98</ins>。看表" in shown


def test_words_of_a_document_stay_words(registry: Double) -> None:
    text = TEXTS["p1"].replace("补贴", HOSTILE)
    row = child(
        "indicators", "p1", "97%", subject=HOSTILE, value=97.0, comparator="=", kind="ratio"
    )
    registry.answers["GET", "/v1/practices/p1"] = (
        200,
        practice(text=text, registry={"indicators": [row]}),
    )
    registry.answers["GET", "/v1/registry/indicators"] = 200, answer("indicators", [row])
    test = at(table="indicators", row=ROW)
    shown = html(test).replace('<script data-jump="0">', "")
    assert "alert(1)" in shown and "<script>" not in shown
    assert "javascript:" not in markdown(test)


def correct(test: AppTest, value: str, who: str = "李四") -> None:
    test.button_group(key=f"decision-{ROW}").set_value("correct").run()
    test.selectbox(key=f"field-{ROW}").set_value("value").run()
    test.text_input(key=f"value-{ROW}-value").set_value(value)
    test.text_input(key="reviewer").set_value(who)
    test.button(key="review-save").click().run()


def test_a_value_is_corrected_in_place(registry: Double) -> None:
    test = at(table="indicators", row=ROW)
    correct(test, "1,098.5")
    (body,) = posted(registry)
    assert body == {
        "table": "indicators",
        "row_id": ROW,
        "field": "value",
        "decision": "correct",
        "value": 1098.5,
        "reviewer": "李四",
        "note": "",
        "seen": "",
    }
    assert "已更正并保存" in html(test)
    other = at(table="indicators", row="p1.indicators.2")
    other.session_state["reviewer-kept"] = test.session_state["reviewer-kept"]
    other.button_group(key="decision-p1.indicators.2").set_value("accept").run()
    assert other.text_input(key="reviewer").value == "李四"


def test_what_can_be_corrected_is_what_the_api_says(registry: Double) -> None:
    test = at(table="indicators", row=ROW)
    test.button_group(key=f"decision-{ROW}").set_value("correct").run()
    offered = test.selectbox(key=f"field-{ROW}").options
    assert "数值" in offered and "类型" in offered
    assert not {"原文", "编号", "状态"} & set(offered)


@pytest.mark.parametrize(
    ("value", "who", "said"),
    [("九十八", "李四", "“九十八”不是数字"), ("98", "", "请填写核对人")],
)
def test_a_decision_that_cannot_be_is_not_sent(
    registry: Double, value: str, who: str, said: str
) -> None:
    test = at(table="indicators", row=ROW)
    correct(test, value, who)
    assert said in html(test) and not posted(registry)


def test_a_conflict_with_somebody_else_is_said(registry: Double) -> None:
    registry.answers["GET", "/v1/reviews"] = 200, {"reviews": [review(7)]}
    conflict = error("conflict", "核对冲突：张三已经作了决定", "请刷新")
    registry.answers["POST", "/v1/reviews"] = 409, conflict
    test = at(table="indicators", row=ROW)
    correct(test, "98")
    assert posted(registry)[0]["seen"] == "r7"
    assert "张三已经作了决定" in html(test)


def test_a_rejected_row_can_be_taken_back(registry: Double) -> None:
    gone = review(9, row_id="p1.indicators.8", field=None, decision="reject", value=None)
    registry.answers["GET", "/v1/reviews"] = 200, {"reviews": [gone]}
    test = at(table="indicators", row="p1.indicators.8")
    assert "已被驳回" in html(test)
    test.button(key="review-restore").click().run()
    (body,) = posted(registry)
    assert body["decision"] == "accept" and body["seen"] == "r9"


def test_a_measure_shows_its_text_and_takes_a_theme(registry: Double) -> None:
    test = at(row="p1")
    assert TEXTS["p1"] in html(test)
    test.button_group(key="decision-p1").set_value("correct").run()
    test.selectbox(key="field-p1").set_value("theme").run()
    test.selectbox(key="value-p1-theme").set_value("skills")
    test.text_input(key="reviewer").set_value("李四")
    test.button(key="review-save").click().run()
    (body,) = posted(registry)
    assert (body["table"], body["field"], body["value"]) == ("measures", "theme", "skills")


# Queue and pictures


def test_what_waits_and_what_was_decided_are_listed(registry: Double) -> None:
    queue = [
        {"table": "indicators", **ROWS_OF["indicators"][2]},
        {"table": "measures", **ROWS_OF["measures"][1]},
    ]
    conflict = review(2, reviewer="王五", row_id="p1.indicators.77")
    answers = {"reviews": [review(), conflict], "conflicts": [conflict], "queue": queue}
    registry.answers["GET", "/v1/reviews"] = 200, answers
    test = at(view="review")
    assert cells(test, "what") == ["培训：≥ 10课时", "广东省江门市开展培训"]
    assert cells(test, "value") == ["不少于10课时", "主题：技能培训"]
    assert "所依据的文字已不在原文中" in html(test) and "王五 更正数值" in html(test)


def test_nothing_waits_is_said(registry: Double) -> None:
    assert "没有待核对的值" in html(at(view="review"))


def test_the_pictures_count_what_meets_the_filters(registry: Double) -> None:
    test = at(view="charts", region="440700")
    titles = [heading.value for heading in test.subheader]
    assert titles[:2] == [
        "做法和条目：按主题和地区层级（2 条）",
        "政策工具：按类型和上级主题（2 处）",
    ]
    assert asked_of(registry, "instruments")["regions"] == ["440700"]
    test.selectbox(key="chart-unit").set_value("元").run()
    assert test.subheader[2].value == "指标：数值的大小和类型（单位：元，1 个）"
