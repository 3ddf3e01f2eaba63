"""The page 备课 through ``AppTest``: its basket, its address, its requests, and what it shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.apptest import html, markdown, open_at
from tests.ui.double import Double, error, found, hit, practice
from ui.course_state import CourseState

HOSTILE = "<script>alert(1)</script> [点](javascript:alert(1)) $$x$$ :material/home: <b>"
THEMES = [
    {
        "id": "rights", "label": "权益", "count": 3,
        "children": [
            {"id": "wages", "label": "工资专户", "count": 2, "children": []},
            {"id": "none", "label": "没有的", "count": 0, "children": []},
        ],
    }
]  # fmt: skip


def lesson(number: int, id_: str, theme: str = "工资专户", **changes: Any) -> dict[str, Any]:
    fact = {
        "label": "数字（比例）",
        "value": f"开户率：9{number}%",
        "quotes": [{"text": f"9{number}%"}],
    }
    return {
        "number": number, "practice_id": id_, "region": "重庆市", "heading": f"重庆市｜做法{id_}",
        "theme": theme, "facts": [fact | {"waiting": number == 2}], "citation": "《清单》", **changes,
    }  # fmt: skip


def pack(*lessons: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "sections": [{"title": "", "lessons": list(lessons)}],
        "contrasts": [],
        "discussions": [{"question": "怎样照搬？", "points": ["牵头：市财政局"]}],
        "checks": [
            {"question": "开户率达到多少？", "answer": "97%", "context": "开户率达97%。", "number": 1, "citation": "《清单》"}
        ],
        **changes,
    }  # fmt: skip


@pytest.fixture
def course(double: Double) -> Double:
    double.answers["GET", "/v1/themes"] = 200, {"themes": THEMES}
    double.answers["POST", "/v1/course-packs"] = 200, pack(lesson(1, "p1"), lesson(2, "p2"))
    return double


def bodies(double: Double) -> list[dict[str, Any]]:
    return [body for method, path, body in double.asked if path == "/v1/course-packs"]


def test_an_empty_basket_says_how_to_fill_it(course: Double) -> None:
    test = open_at("course")
    assert "加入备课" in html(test)
    assert bodies(course) == []
    assert test.selectbox(key="course-theme").options == ["工资专户（2）"]


def test_hits_go_into_the_basket_and_out_of_it(course: Double) -> None:
    course.answers["POST", "/v1/search"] = 200, found(hit(1), hit(2))
    test = open_at(q="工资")
    test.button(key="basket-p2").click().run()
    test.button(key="basket-p1").click().run()
    assert test.session_state["basket"] == ("p2", "p1")
    assert test.button(key="basket-p1").label == "移出备课"
    test.button(key="basket-p1").click().run()
    assert test.session_state["basket"] == ("p2",)
    assert not test.exception


def test_the_basket_becomes_the_address(course: Double) -> None:
    from streamlit.util import calc_hash

    course.answers["POST", "/v1/search"] = 200, found(hit(1), hit(2))
    test = open_at(q="工资")
    test.button(key="basket-p2").click().run()
    test._page_hash = calc_hash("course")
    test.query_params.clear()
    test.run()
    assert test.query_params["basket"] == "p2"
    assert bodies(course)[-1]["practice_ids"] == ["p2"]


def test_a_full_basket_takes_no_more(course: Double) -> None:
    course.answers["POST", "/v1/search"] = 200, found(hit(1))
    test = open_at()
    test.session_state["basket"] = tuple(f"x{number}" for number in range(100))
    test.query_params["q"] = "工资"
    test.run()
    assert test.button(key="basket-p1").disabled


def test_a_practice_page_has_the_button(course: Double) -> None:
    course.answers["GET", "/v1/practices/p1"] = 200, practice(1, registry={})
    course.answers["GET", "/v1/documents/d1/content"] = 200, {"document_id": "d1", "blocks": []}
    test = open_at("practice", practice="p1")
    test.button(key="basket-p1").click().run()
    assert test.session_state["basket"] == ("p1",)


def test_an_address_brings_the_pack_back(course: Double) -> None:
    test = open_at("course", basket="p1~p2", title="工资专题", audience="学员", questions="no")
    (body,) = bodies(course)
    assert body == {
        "title": "工资专题", "practice_ids": ["p1", "p2"], "format": "json", "audience": "学员",
        "questions": False,
    }  # fmt: skip
    assert test.text_input(key="course-title").value == "工资专题"
    assert test.session_state["basket"] == ("p1", "p2")
    assert "重庆市｜做法p1" in html(test) and "重庆市｜做法p2" in html(test)


def test_order_and_removal(course: Double) -> None:
    test = open_at("course", basket="p1~p2")
    assert test.button(key="上移-p1").disabled and test.button(key="下移-p2").disabled
    test.button(key="下移-p1").click().run()
    assert test.query_params["basket"] == "p2~p1"
    assert bodies(course)[-1]["practice_ids"] == ["p2", "p1"]
    test.button(key="drop-p1").click().run()
    assert test.query_params["basket"] == "p2"
    test.button(key="course-clear").click().run()
    assert "basket" not in test.query_params and test.session_state["basket"] == ()
    assert "加入备课" in html(test)


def test_a_theme_is_added_as_a_whole(course: Double) -> None:
    rows = [{"id": "p2"}, {"id": "p3"}]
    course.answers["GET", "/v1/registry/measures"] = 200, {"total": 2, "rows": rows, "columns": []}
    test = open_at("course", basket="p1~p2")
    test.selectbox(key="course-theme").select("wages").run()
    test.button(key="course-add").click().run()
    asked = ("/v1/registry/measures", {"themes": ["wages"], "limit": ["100"]})
    assert asked in course.queries
    assert test.query_params["basket"] == "p1~p2~p3"


def test_chapters_go_into_the_outline(course: Double) -> None:
    lessons = [lesson(1, "p1", "甲"), lesson(2, "p2", "乙"), lesson(3, "p3", "甲")]
    course.answers["POST", "/v1/course-packs"] = 200, pack(*lessons)
    open_at("course", basket="p1~p2~p3", chapters="theme")
    assert bodies(course)[-1]["outline"] == [
        {"title": "甲", "practice_ids": ["p1", "p3"]},
        {"title": "乙", "practice_ids": ["p2"]},
    ]


def test_what_is_in_the_pack_is_shown_before_it_is_downloaded(course: Double) -> None:
    case = {
        "number": 1,
        "heading": "重庆市｜做法p1",
        "instruments": ["专用账户"],
        "actors": [],
        "figures": [],
    }
    course.answers["POST", "/v1/course-packs"] = 200, pack(
        lesson(1, "p1"), lesson(2, "p2"), contrasts=[{"matter": "工资专户", "shared": [], "cases": [case, case]}]
    )  # fmt: skip
    test = open_at("course", basket="p1~p2", view="facts")
    assert "开户率：91%" in html(test) and "“91%”" in html(test)
    assert html(test).count("待核对") == 1
    test.button_group(key="course-view").set_value("questions").run()
    assert (
        "开户率达到多少？" in html(test)
        and "<b>97%</b>" in html(test)
        and "怎样照搬？" in html(test)
    )
    assert test.query_params["view"] == "questions"
    test.button_group(key="course-view").set_value("contrasts").run()
    assert "<td>专用账户</td><td>—</td>" in html(test)


def test_a_file_is_made_once_a_format_is_chosen(course: Double) -> None:
    test = open_at("course", basket="p1", title="工资/专题")
    control = test.button_group(key="course-format")
    assert control.options == ["Word", "PowerPoint", "Markdown"]
    assert not test.get("download_button")
    assert [body["format"] for body in bodies(course)] == ["json"]
    control.set_value("pptx").run()
    (offered,) = test.get("download_button")
    assert offered.proto.label.startswith("下载 工资 专题.pptx（")
    assert [body["format"] for body in bodies(course)] == ["json", "pptx"]
    assert bodies(course)[-1]["title"] == "工资/专题"


def test_a_file_that_cannot_be_made_is_explained(course: Double) -> None:
    test = open_at("course", basket="p1", title="别的")
    course.answers["POST", "/v1/course-packs"] = 404, error("not_found", "没有编号为“p1”的做法")
    test.button_group(key="course-format").set_value("docx").run()
    assert "没有编号为“p1”的做法" in html(test) and not test.get("download_button")


def test_practices_that_are_gone_can_be_dropped(course: Double) -> None:
    course.answers["POST", "/v1/course-packs"] = (
        404,
        error("not_found", "没有编号为“p9”的做法或条目"),
    )
    course.answers["GET", "/v1/practices/p1"] = 200, practice(1)
    test = open_at("course", basket="p1~p9")
    assert "没有编号为“p9”的做法或条目" in html(test)
    course.answers["POST", "/v1/course-packs"] = 200, pack(lesson(1, "p1"))
    test.button(key="course-drop").click().run()
    assert test.query_params["basket"] == "p1"
    assert "重庆市｜做法p1" in html(test)


@pytest.mark.parametrize("view", ["outline", "facts", "contrasts", "questions"])
def test_words_of_documents_are_shown_as_they_are(course: Double, view: str) -> None:
    fact = {"label": HOSTILE, "value": HOSTILE, "quotes": [{"text": HOSTILE}]}
    case = {
        "number": 1,
        "heading": HOSTILE,
        "instruments": [HOSTILE],
        "actors": [HOSTILE],
        "figures": [HOSTILE],
    }
    course.answers["POST", "/v1/course-packs"] = 200, pack(
        lesson(1, "p1", theme=HOSTILE, heading=HOSTILE, region=HOSTILE, facts=[fact], citation=HOSTILE),
        contrasts=[{"matter": HOSTILE, "shared": [HOSTILE], "cases": [case]}],
        discussions=[{"question": HOSTILE, "points": [HOSTILE]}],
        checks=[{"question": HOSTILE, "answer": HOSTILE, "context": HOSTILE, "number": 1, "citation": HOSTILE}],
    )  # fmt: skip
    test = open_at("course", basket="p1", view=view, title=HOSTILE, chapters="theme")
    assert "<script>alert" not in html(test) and "&lt;script&gt;alert" in html(test)
    assert "javascript:" not in markdown(test)


STATES = [
    CourseState(),
    CourseState(("a", "b"), "题", "人", "region", False, "facts"),
]


@pytest.mark.parametrize("state", STATES)
def test_an_address_is_a_state_and_back(state: CourseState) -> None:
    params = {k: v if isinstance(v, list) else [v] for k, v in state.params().items()}
    assert CourseState.read(params) == state


def test_what_an_address_says_wrongly_counts_as_not_said() -> None:
    said = {
        "view": ["x"],
        "chapters": ["y"],
        "basket": ["a~~a"],
        "title": [" " * 3],
        "questions": ["?"],
    }
    assert CourseState.read(said) == CourseState(ids=("a",))
