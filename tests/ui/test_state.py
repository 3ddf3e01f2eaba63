from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from ui.state import SearchState


def again(state: SearchState) -> SearchState:
    """The state after a trip through an address."""
    return SearchState.read(parse_qs(urlencode(state.params(), doseq=True)))


@pytest.mark.parametrize(
    "state",
    [
        SearchState(),
        SearchState(query="工资专户代发"),
        SearchState(query="a&b=c#d 100%", mode="keyword", group="region", page=3),
        SearchState(query="工资", filters={"region": ("440000", "500000"), "kind": ("practice",)}),
        SearchState(query="工资", without=("专户",), practice="p/1?x", view="similar"),
    ],
)
def test_an_address_brings_its_view_back(state: SearchState) -> None:
    assert again(state) == state


def test_an_address_says_no_defaults() -> None:
    assert SearchState(query="工资").params() == {"q": "工资"}
    assert SearchState().params() == {}


@pytest.mark.parametrize(
    "params",
    [
        {"mode": ["magic"]},
        {"group": ["theme2"]},
        {"view": ["x"]},
        {"page": ["0"]},
        {"page": ["-3"]},
        {"page": ["三"]},
        {"page": ["²"]},
        {"page": ["9" * 5000]},
        {"unknown": ["1"]},
        {"q": ["  "]},
    ],
)
def test_what_an_address_says_wrongly_counts_as_not_said(params: dict[str, list[str]]) -> None:
    assert SearchState.read(params) == SearchState()


def test_the_last_page_the_api_answers_is_the_last_page() -> None:
    assert SearchState.read({"page": ["5000"]}).request()["offset"] == 990


def test_a_request_carries_what_the_address_says() -> None:
    state = SearchState(
        query="工资",
        mode="semantic",
        group="document",
        page=2,
        filters={"region": ("440000",), "task": ()},
        without=("专户",),
    )
    expected: dict[str, Any] = {
        "query": "工资",
        "mode": "semantic",
        "limit": 10,
        "offset": 10,
        "facets": True,
        "figures": True,
        "group_by": "document",
        "filters": {"regions": ["440000"]},
        "without": ["专户"],
    }
    assert state.request() == expected


def test_another_question_keeps_filters_and_starts_at_page_one() -> None:
    state = SearchState(query="a", page=4, filters={"region": ("1",)}, without=("x",), practice="p")
    assert state.searching(" b ") == SearchState(query="b", filters={"region": ("1",)})


def test_filtering_starts_at_page_one() -> None:
    state = SearchState(query="a", page=4, filters={"region": ("1",)})
    assert state.filtered("kind", ["plan_item"]) == SearchState(
        query="a", filters={"region": ("1",), "kind": ("plan_item",)}
    )
    assert state.unfiltered() == SearchState(query="a")


def test_opening_and_closing_a_practice_returns_to_the_same_search() -> None:
    state = SearchState(query="a", page=2, filters={"region": ("1",)})
    assert state.opening("p1", "similar").closing() == state
