"""The page 比较 through ``AppTest``: its address, its requests, and what it writes."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.ui.apptest import html, markdown, open_at
from tests.ui.double import Double, error, practice
from ui.compare_answers import CompareAnswer
from ui.compare_html import STEPS, heat
from ui.compare_page import matrix_csv
from ui.compare_state import CompareState, Opened
from ui.tiles import TILES

HOSTILE = "<script>alert(1)</script> [点](javascript:alert(1)) $$x$$ :material/home: <b>"
SKILLS = {"id": "skills", "label": "技能提升"}


def region(adcode: str, name: str, total: int, level: str = "province") -> dict[str, Any]:
    return {
        "adcode": adcode, "name": name, "label": name, "level": level, "total": total,
        "practices": total, "plan_items": 0, "in_corpus": total, "peers": 5,
    }  # fmt: skip


def theme(id_: str, label: str, total: int, parent: Any = None) -> dict[str, Any]:
    return {"id": id_, "label": label, "parent": parent, "total": total}


def cell(adcode: str, theme_id: str, *ids: str, also: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "adcode": adcode, "theme": theme_id, "count": len(ids), "practice_ids": list(ids),
        "also_ids": list(also),
    }  # fmt: skip


def compared(**changes: Any) -> dict[str, Any]:
    return {
        "level": "province",
        "theme_level": "upper",
        "total": 3,
        "unsettled": 1,
        "unsettled_ids": ["p9"],
        "unthemed": 0,
        "regions": [region("440000", "广东省", 2), region("310000", "上海市", 1)],
        "themes": [theme("skills", "技能提升", 2), theme("welfare", "关爱与生活保障", 1)],
        "cells": [
            cell("440000", "skills", "p1", "p2"),
            cell("310000", "welfare", "p3"),
            cell("310000", "skills", also=("p3",)),
        ],
        "gaps": [
            {
                "adcode": "310000", "theme": "skills", "held_by": ["440000", "500000"],
                "practice_ids": ["p1", "p4"],
            }
        ],
        "comparable": {"definition": "可比地区：同级。", "least": 2, "peers": "corpus"},
        "details": [],
        **changes,
    }  # fmt: skip


def detail(adcode: str, **fields: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"actors": [], "instruments": [], "platforms": [], "indicators": []}
    return {"adcode": adcode, "theme": "skills", "practice_ids": ["p1"], **plain, **fields}


@pytest.fixture
def served(double: Double) -> Double:
    """Answers for everything that the page asks."""
    nodes = [
        {
            "adcode": "440000", "name": "广东省", "label": "广东省", "level": "province",
            "count": 2, "children": [],
        },
        {
            "adcode": "500000", "name": "重庆市", "label": "重庆市", "level": "province",
            "count": 1, "children": [],
        },
    ]  # fmt: skip
    groups = [{"name": "长三角", "adcodes": ["310000", "320000"]}]
    lower = {**theme("skill-training", "技能培训", 2), "definition": "", "count": 2}
    upper = {**SKILLS, "definition": "", "count": 2, "children": [lower | {"children": []}]}
    double.answers |= {
        ("GET", "/v1/regions"): (200, {"regions": nodes, "groups": groups, "unresolved": 1}),
        ("GET", "/v1/themes"): (200, {"themes": [upper]}),
        ("POST", "/v1/compare"): (200, compared()),
    }
    for n in (1, 2, 3, 4, 9):
        double.answers["GET", f"/v1/practices/p{n}"] = 200, practice(n, text=f"第{n}条做法。")
    return double


def bodies(double: Double) -> list[dict[str, Any]]:
    return [body for _, path, body in double.asked if path == "/v1/compare"]


def test_the_matrix_says_counts_and_leads_to_the_evidence(served: Double) -> None:
    test = open_at("compare")
    shown = html(test)
    assert "<b>2</b> 个地区" in shown and "<b>3</b> 条" in shown
    assert "地区未确定的 1 条</a>不在其中" in shown
    (link,) = re.findall(r'<td class="ts-heat-2"><a class="ts-go " href="\?([^"]+)"', shown)
    opened = parse_qs(link.replace("&amp;", "&"))["open"]
    assert opened == ["cell.440000.skills"]
    assert "○" in shown and 'aria-label="上海市，技能提升：兼及 1 条"' in shown
    assert "第1条" not in shown
    shown = html(open_at("compare", open=opened[0]))
    assert "第1条做法" in shown and "第2条做法" in shown and "第3条" not in shown


@pytest.mark.parametrize(
    ("opened", "view", "found", "title"),
    [
        ("cell.310000.skills", "matrix", {3}, "上海市，技能提升"),
        ("cell.440000.", "matrix", {1, 2}, "广东省"),
        ("cell..welfare", "matrix", {3}, "关爱与生活保障"),
        ("unsettled..", "matrix", {9}, "地区未确定的条目"),
        ("gap.310000.skills", "gaps", {1, 4}, "其他地区怎样做：技能提升"),
        ("map.440000.", "map", {1, 2}, "广东省"),
        ("cell.110000.skills", "matrix", set(), None),
        ("nonsense", "matrix", set(), None),
    ],
)
def test_evidence(
    served: Double, opened: str, view: str, found: set[int], title: str | None
) -> None:
    test = open_at("compare", open=opened, view=view)
    shown = html(test)
    assert {n for n in (1, 2, 3, 4, 9) if f"第{n}条做法" in shown} == found
    dialogs = test.get("dialog")
    assert [one.proto.dialog.title for one in dialogs] == ([title] if title else [])
    assert len(test.get("page_link")) == len(found)


def test_an_address_brings_the_view_back(served: Double) -> None:
    test = open_at(
        "compare",
        region=["440000", "长三角"], theme="skills", level="city", depth="lower", view="gaps",
        least="3", peers="chosen",
    )  # fmt: skip
    assert bodies(served)[0] == {
        "regions": ["440000", "长三角"], "themes": ["skills"], "level": "city",
        "theme_level": "lower", "peers": "chosen", "least": 3,
    }  # fmt: skip
    assert test.multiselect(key="compare-region").value == ["440000", "长三角"]
    assert test.button_group(key="compare-level").value == "city"
    assert test.selectbox(key="compare-least").value == 3


def test_choices_go_into_the_address_and_the_request(served: Double) -> None:
    test = open_at("compare", open="cell.440000.skills")
    test.multiselect(key="compare-region").select("长三角").run()
    assert test.query_params["region"] == "长三角" and "open" not in test.query_params
    assert bodies(served)[-1]["regions"] == ["长三角"]
    test.button_group(key="compare-depth").set_value("lower").run()
    assert test.query_params["depth"] == "lower"
    assert bodies(served)[-1]["theme_level"] == "lower"
    test.button_group(key="compare-view").set_value("map").run()
    assert bodies(served)[-1]["regions"] == [], "the map has all provinces"
    assert test.query_params["region"] == "长三角"


def test_regions_stand_side_by_side(served: Double) -> None:
    actors = [
        {"role": "lead", "label": "牵头", "name": "住建局", "practice_ids": ["p1"]},
        {"role": "support", "label": "配合", "name": HOSTILE, "practice_ids": ["p1"]},
    ]
    figure = {"subject": "覆盖率", "value": 97.0, "unit": "%", "comparator": "≥", "quote": "x"}
    details = [detail("440000", actors=actors, indicators=[figure]), detail("310000")]
    served.answers["POST", "/v1/compare"] = 200, compared(details=details)
    test = open_at("compare", view="side")
    assert bodies(served)[-1]["details"] == ["440000", "310000"]
    shown = html(test)
    assert "<b>牵头</b> 住建局" in shown and "覆盖率 <b>≥ 97%</b>" in shown
    assert 'data-place="上海市"><span class="ts-none">—</span>' in shown
    assert "<script>alert" not in shown and "alert(1)" in shown
    assert "alert(1)" not in markdown(test)


def test_too_many_regions_are_to_be_chosen_from(served: Double) -> None:
    many = [region(f"{n}0000", f"第{n}省", 1) for n in range(11, 17)]
    cells = [cell(one["adcode"], "skills", "p1") for one in many]
    served.answers["POST", "/v1/compare"] = 200, compared(regions=many, cells=cells)
    test = open_at("compare", view="side")
    assert "请选 2 至 4 个地区" in html(test)
    test.multiselect(key="compare-side").set_value(["110000", "130000"]).run()
    assert test.query_params["side"] == ["110000", "130000"]
    assert bodies(served)[-1]["details"] == ["110000", "130000"]


def test_gaps_say_what_they_are_measured_by(served: Double) -> None:
    shown = html(open_at("compare", view="gaps"))
    assert "可比地区：同级。" in shown
    assert "广东省、重庆市" in shown, "names of regions that are not compared too"
    assert "库中有 1 条" in shown and "说明不了什么" in shown
    served.answers["POST", "/v1/compare"] = 200, compared(gaps=[])
    assert "没有发现空白" in html(open_at("compare", view="gaps", level="city"))


def test_the_tiles_are_all_provinces_each_in_a_place_of_its_own(served: Double) -> None:
    assert len({tile.adcode for tile in TILES}) == len(TILES) == 34
    assert len({(tile.row, tile.column) for tile in TILES}) == 34
    shown = html(open_at("compare", view="map"))
    assert shown.count("<li class=") == 34
    assert "广东<b>2</b>" in shown and '<span>台湾<b class="ts-unseen">0 条</b></span>' in shown


def test_the_tiles_say_which_theme_they_count(served: Double) -> None:
    assert "全部主题：全库按省汇总" in html(open_at("compare", view="map"))
    test = open_at("compare", view="map", theme="skill-training")
    shown = html(test)
    assert "“技能培训”：全库按省汇总" in shown
    assert 'aria-label="各省条数：“技能培训”"' in shown
    assert bodies(served)[-1] == {
        "regions": [], "themes": ["skill-training"], "level": "province", "theme_level": "upper",
    }  # fmt: skip


def test_a_theme_of_the_lower_level_is_shown_as_itself(served: Double) -> None:
    test = open_at("compare")
    test.multiselect(key="compare-theme").select("skill-training").run()
    assert test.query_params["depth"] == "lower"
    assert bodies(served)[-1]["theme_level"] == "lower"


def test_nothing_to_compare_is_said(served: Double) -> None:
    nothing = compared(total=0, regions=[], themes=[], cells=[], gaps=[])
    served.answers["POST", "/v1/compare"] = 200, nothing
    assert "没有可比较的内容：库中还没有条目" in html(open_at("compare"))
    nothing["regions"] = [region("650000", "新疆维吾尔自治区", 0)]
    assert "所选地区在库中没有条目" in html(open_at("compare", region="新疆"))


def test_a_theme_that_nobody_has_still_has_its_gaps(served: Double) -> None:
    row = region("310000", "上海市", 0) | {"in_corpus": 5}
    served.answers["POST", "/v1/compare"] = 200, compared(total=0, regions=[row], cells=[])
    assert "0 条" in html(open_at("compare", theme="skills"))
    assert "广东省、重庆市" in html(open_at("compare", theme="skills", view="gaps"))


def test_what_is_refused_can_be_cleared(served: Double) -> None:
    refused = error("bad_input", "地区“月球”不存在", "请写全称")
    served.answers["POST", "/v1/compare"] = 400, refused
    test = open_at("compare", region="月球")
    assert "地区“月球”不存在" in html(test)
    served.answers["POST", "/v1/compare"] = 200, compared()
    test.button(key="clear").click().run()
    assert "region" not in test.query_params and "<b>3</b> 条" in html(test)


def test_hostile_names_reach_the_page_only_escaped(served: Double) -> None:
    hostile = compared(
        regions=[region("440000", HOSTILE, 2), region("310000", HOSTILE, 1)],
        themes=[theme("skills", HOSTILE, 2), theme("welfare", HOSTILE, 1)],
        comparable={"definition": HOSTILE},
    )
    served.answers["POST", "/v1/compare"] = 200, hostile
    for view in ("matrix", "gaps", "side", "map"):
        test = open_at("compare", view=view, open="cell.440000.skills")
        assert "<script>alert" not in html(test)
        assert "$$" not in markdown(test)
        for dialog in test.get("dialog"):
            title = dialog.proto.dialog.title
            assert all(mark not in title.replace("\\" + mark, "") for mark in "<[]($")


def test_the_call_behind_it_can_be_copied(served: Double) -> None:
    codes = [code.value for code in open_at("compare", region="440000").code]
    assert any(code.startswith("curl") and "/v1/compare" in code for code in codes)


def test_the_matrix_as_csv() -> None:
    answer = CompareAnswer.model_validate(compared())
    text = matrix_csv(answer, CompareState()).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["区划代码", "地区", "技能提升", "关爱与生活保障", "合计"],
        ["440000", "广东省", "2", "0", "2"],
        ["310000", "上海市", "0", "1", "1"],
    ]


@pytest.mark.parametrize(
    "state",
    [
        CompareState(),
        CompareState(regions=("粤", "长三角"), themes=("skills",), level="city", depth="lower"),
        CompareState(view="side", side=("440000", "310000")),
        CompareState(view="gaps", of="440000", peers="chosen", least=5),
        CompareState(opened=Opened("gap", "440000", "skills")),
        CompareState(opened=Opened("unsettled", "", "")),
    ],
)
def test_a_state_comes_back_from_its_address(state: CompareState) -> None:
    params = {
        name: values if isinstance(values, list) else [values]
        for name, values in state.params().items()
    }
    assert CompareState.read(params) == state


def test_an_address_that_says_nonsense_says_nothing() -> None:
    params = {
        "level": ["village"], "view": ["x"], "least": ["-1"], "open": ["cell.."], "peers": [""],
    }  # fmt: skip
    assert CompareState.read(params) == CompareState()


def test_more_is_darker() -> None:
    assert [heat(n) for n in (0, *STEPS)] == [f"ts-heat-{n}" for n in range(len(STEPS) + 1)]
