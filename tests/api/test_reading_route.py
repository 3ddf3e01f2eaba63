"""What a search reads from the query's own words, and that it can be undone."""

from __future__ import annotations

import httpx
import pytest

from api.search import near_identical
from tests.api.test_search_route import ids, search


def read(found: dict) -> list[tuple[str, str, str]]:  # type: ignore[type-arg]
    return [(one["kind"], one["words"], one["label"]) for one in found["query"]["readings"]]


def test_a_region_in_the_query_is_a_condition(http: httpx.Client) -> None:
    found = search(http, "广东的欠薪治理")
    assert found["query"]["regions"][0]["adcode"] == "440000"
    assert ("region", "广东", "广东省") in read(found)
    assert all("440000" <= hit["region"]["adcode"] < "450000" for hit in found["hits"])
    everywhere = search(http, "广东的欠薪治理", without=["广东"])
    assert everywhere["query"]["regions"] == []
    assert len(ids(everywhere)) > len(ids(found))


def test_regions_are_left_out(http: httpx.Client) -> None:
    found = search(http, "欠薪预警，不含安徽", limit=50)
    assert [one["name"] for one in found["query"]["exclude_regions"]] == ["安徽省"]
    assert "list-1-2" not in ids(found)
    assert "list-1-2" in ids(search(http, "欠薪预警", limit=50))


def test_levels(http: httpx.Client) -> None:
    found = search(http, "县级的做法")
    assert found["query"]["levels"] == ["county"]
    assert ids(found) == ["list-1-6"]
    assert found["weak"] is False


def test_conditions_alone_give_all_that_meets_them(http: httpx.Client) -> None:
    for mode in ("hybrid", "semantic", "keyword"):
        found = search(http, "直辖市的经验", mode=mode)
        assert ids(found) == ["list-1-1"]
        assert found["total"] == 1


def test_a_filter_of_the_request_goes_before_the_query(http: httpx.Client) -> None:
    found = search(http, "广东的培训", filters={"regions": ["江苏"]}, limit=50)
    assert ids(found) == ["list-2-3"]


def test_what_nobody_did_shows_the_nearest_as_weak(http: httpx.Client) -> None:
    found = search(http, "北京的工资专户代发")
    assert found["query"]["relaxed"] is True
    assert found["weak"] is True
    assert found["total"] == 0
    assert found["hits"]
    assert all(hit["weak"] for hit in found["hits"])
    assert search(http, "工资专户代发")["query"]["relaxed"] is False


def test_traditional_script(http: httpx.Client) -> None:
    assert ids(search(http, "工資專戶"))[0] == "list-1-1"
    assert ids(search(http, "“工資專戶”")) == ids(search(http, "“工资专户”"))


def test_the_years_named_are_said(http: httpx.Client) -> None:
    assert search(http, "2023年的试点项目")["query"]["years"] == [2023]


@pytest.mark.parametrize(
    "query", ["工", "的", "2023", "😀", "𠮷", "ＢＩＭ", "Ω", "a" * 2000, "工资" * 1000, "的了吗"]
)
@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_odd_queries_are_answered_or_refused_with_a_hint(
    http: httpx.Client, query: str, mode: str
) -> None:
    response = http.post("/v1/search", json={"query": query, "mode": mode})
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        assert response.json()["error"]["hint"]


DRAFT = """第一条 施工总承包企业应当开设农民工工资专用账户，委托银行代发工资。
第二条 设立建筑业人民调解委员会，与法院、仲裁机构建立诉调对接机制。"""


def test_precedents_clause_by_clause(http: httpx.Client) -> None:
    response = http.post("/v1/precedents", json={"text": DRAFT})
    assert response.status_code == 200, response.text
    first, second = response.json()["clauses"]
    assert DRAFT[first["start"] : first["end"]] == first["text"]
    assert first["text"].startswith("施工总承包企业")
    assert first["hits"][0]["id"] == "list-1-1"
    assert second["hits"][0]["id"] == "list-1-3"
    assert len(first["hits"]) == 5


def test_precedents_of_other_regions_come_first(http: httpx.Client) -> None:
    def order(region: str | None) -> list[str]:
        body = {"text": "建设实名制管理平台，开展考勤预警。", "region": region, "limit": 20}
        (clause,) = http.post("/v1/precedents", json=body).json()["clauses"]
        return [hit["id"] for hit in clause["hits"] if not hit["weak"]]

    first, *others = order(None)
    assert others
    own = {"list-1-4": "广西", "list-1-5": "广州", "list-1-2": "芜湖"}[first]
    assert order(own)[0] != first
    assert set(order(own)) == {first, *others}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "text"),
        ({"text": "。"}, 400, "text"),
        ({"text": "字" * 20_001}, 400, "text"),
        ({"text": "应当按时考勤。", "region": "亚特兰蒂斯"}, 400, "region"),
        ({"text": "应当按时考勤。", "limit": 0}, 422, "limit"),
        ({"text": "应当按时考勤。", "colour": 1}, 422, "colour"),
    ],
)
def test_drafts_that_cannot_be(
    http: httpx.Client, body: dict[str, object], status: int, field: str
) -> None:
    response = http.post("/v1/precedents", json=body)
    assert response.status_code == status, response.text
    assert response.json()["error"]["field"] == field


def test_the_same_practice_in_another_batch_is_known() -> None:
    first = "重庆市全面推行农民工工资专户管理。截至2023年底，专户开户率达97%，代发率达92%，基本实现全覆盖。"
    again = first.replace("2023", "2024").replace("97", "98")
    assert near_identical(first, again)
    assert not near_identical(first, "重庆市鼓励建筑企业培育自有工人，印发试点工作方案。")
    assert not near_identical("", "")
