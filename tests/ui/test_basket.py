"""The basket: what addresses say of it, that every page keeps it, and what it shows."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.ui.apptest import html, markdown, open_at
from tests.ui.double import Double, error, found, hit, practice
from ui.basket import MOST, packed, unpacked

LIST, PLAN = "practice-list-1", "wuhan-real-name-plan"
HOSTILE = "<script>alert(1)</script> [点](javascript:alert(1)) $$x$$"


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ((), ""),
        ((f"{LIST}.5.1.2",), f"{LIST}.5.1.2"),
        ((f"{LIST}.5.1.2", f"{LIST}.5.1.10"), f"{LIST}.5.1.2~.5.1.10"),
        ((f"{LIST}.1", f"{PLAN}.2", f"{LIST}.3"), f"{LIST}.1~{PLAN}.2~{LIST}.3"),
        (("p1", "p2"), "p1~p2"),
    ],
)
def test_ids_are_said_shortly_and_in_order(ids: tuple[str, ...], said: str) -> None:
    assert packed(ids) == said
    assert unpacked(said) == ids


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("~~", ()),
        (".5.1", ()),
        ("a.1~a.1~.1~~ ~b.2", ("a.1", "b.2")),
        ("a~.1", ("a", "a.1")),
        ("~".join(f"x.{place}" for place in range(MOST + 5)), tuple(f"x.{i}" for i in range(MOST))),
    ],
)
def test_what_an_address_says_wrongly_counts_as_not_said(said: str, ids: tuple[str, ...]) -> None:
    assert unpacked(said) == ids


def test_a_full_basket_leaves_room_in_an_address() -> None:
    ids = [f"doc-{'0' * 12}.{place}.{place}" for place in range(MOST)]
    assert len(packed(ids)) < 1_000
    apart = [f"doc-{place:012}.{place}.1" for place in range(MOST)]
    assert len(packed(apart)) < 2_500


@pytest.fixture
def shop(double: Double) -> Double:
    double.answers["POST", "/v1/search"] = 200, found(hit(1), hit(2))
    for number in (1, 2):
        double.answers["GET", f"/v1/practices/p{number}"] = 200, practice(number, registry={})
    double.answers["GET", "/v1/documents/d1/content"] = 200, {"document_id": "d1", "blocks": []}
    double.answers["GET", "/v1/themes"] = 200, {"themes": []}
    return double


def go_to(test: AppTest, url_path: str, **params: Any) -> AppTest:
    """As the browser does: another page, and an address without the basket."""
    test._page_hash = calc_hash(url_path)
    test.query_params.clear()
    test.query_params.update(params)
    return test.run()


def opened(test: AppTest) -> AppTest:
    """With the basket open."""
    test.session_state["basket-box-"] = True
    return test.run()


def test_an_address_fills_the_basket_of_a_new_session(shop: Double) -> None:
    test = open_at(q="工资", basket="p2~p1~p2")
    assert test.session_state["basket"] == ("p2", "p1")
    assert test.query_params["basket"] == "p2~p1"
    assert test.button(key="basket-p1").label == "移出备课"


def test_links_to_the_course_page_of_old_still_fill_it(shop: Double) -> None:
    shop.answers["POST", "/v1/course-packs"] = 200, {"sections": []}
    test = open_at("course", id=["p2", "p1"])
    assert test.session_state["basket"] == ("p2", "p1")
    assert test.query_params["basket"] == "p2~p1" and "id" not in test.query_params


def test_every_page_says_what_is_in_it(shop: Double) -> None:
    test = open_at(q="工资")
    test.button(key="basket-p2").click().run()
    assert test.query_params == {"q": "工资", "basket": "p2"}
    go_to(test, "practice", practice="p1")
    assert test.query_params == {"practice": "p1", "basket": "p2"}
    test.button(key="basket-p1").click().run()
    assert test.query_params == {"practice": "p1", "basket": "p2~p1"}
    assert any("basket=p2~p1" in code.value for code in test.code)  # 本页链接


def test_a_step_back_in_history_gives_up_nothing(shop: Double) -> None:
    test = open_at(q="工资", basket="p1")
    test.button(key="basket-p2").click().run()
    test.query_params["basket"] = "p1"
    test.run()
    assert test.session_state["basket"] == ("p1", "p2")
    assert test.query_params["basket"] == "p1~p2"


def test_the_basket_is_shown_copied_and_emptied(shop: Double) -> None:
    test = opened(open_at(q="工资", basket="p1~p2"))
    shown = html(test)
    assert shown.count('class="ts-lesson"') == 2
    codes = [code.value for code in test.code]
    one = practice()
    assert "\n".join([one["citation"]] * 2) in codes
    assert "\n\n".join([f"{one['text']}\n——{one['citation']}"] * 2) in codes
    test.button(key="basket-out-p1").click().run()
    assert test.query_params["basket"] == "p2"
    opened(test).button(key="basket-clear").click().run()
    assert "basket" not in test.query_params and test.session_state["basket"] == ()
    assert 'class="ts-lesson"' not in html(test)


def test_what_is_gone_is_said_and_dropped(shop: Double) -> None:
    test = opened(open_at(q="工资", basket="gone.1~p2"))
    assert "有 1 条已不在库中" in html(test)
    test.button(key="basket-drop").click().run()
    assert test.query_params["basket"] == "p2"
    assert "已不在库中" not in html(test)


def test_a_former_id_becomes_the_present_one(shop: Double) -> None:
    shop.answers["GET", "/v1/practices/former"] = shop.answers["GET", "/v1/practices/p2"]
    test = opened(open_at(q="工资", basket="former~p2"))
    assert test.session_state["basket"] == ("p2",)
    assert html(test).count('class="ts-lesson"') == 1


def test_a_service_that_fails_is_explained(shop: Double) -> None:
    shop.answers["GET", "/v1/practices/p1"] = 500, error("internal", "服务内部错误", "请稍后重试")
    test = opened(open_at(q="工资", basket="p1"))
    assert "服务内部错误" in html(test) and "请稍后重试" in html(test)
    assert not test.exception


def test_words_of_documents_stay_words(shop: Double) -> None:
    shop.answers["GET", "/v1/practices/p1"] = 200, practice(1, title=HOSTILE, registry={})
    test = opened(open_at(q="工资", basket="p1"))
    assert "&lt;script&gt;alert" in html(test) and "<script>alert" not in html(test)
    assert "javascript:" not in markdown(test)
