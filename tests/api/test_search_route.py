from __future__ import annotations

from itertools import chain
from typing import Any

import httpx
import pytest

from tests.api import made


def search(http: httpx.Client, query: str, **fields: Any) -> dict[str, Any]:
    response = http.post("/v1/search", json={"query": query, **fields})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in found["hits"]]


def test_a_hit_is_as_the_contract_says(http: httpx.Client) -> None:
    found = search(http, "工资专户代发")
    assert found["query"] | {"expansions": {}, "readings": []} == {
        "text": "工资专户代发",
        "terms": ["工资", "专户", "代发"],
        "expansions": {},
        "regions": [],
        "exclude_regions": [],
        "levels": [],
        "years": [],
        "phrases": [],
        "numbers": [],
        "readings": [],
        "relaxed": False,
    }
    assert "专用账户" in found["query"]["expansions"]["工资专户"]
    assert found["coverage"] == {"documents": 3, "practices": 9, "plan_items": 3}
    assert found["weak"] is False
    assert found["took_ms"] > 0
    assert found["undated_left_out"] == 0
    hit = found["hits"][0]
    assert hit["id"] == "list-1-1"
    assert hit["kind"] == "practice"
    assert hit["title"].startswith("全面推行农民工工资专户管理")
    assert hit["task"] == made.RIGHTS
    assert hit["measure"] == made.PREVENT
    assert hit["theme"] is None
    assert hit["path"] == [made.RIGHTS, made.PREVENT]
    assert hit["ordinal"] == 2
    assert hit["region"] == {
        "adcode": "500000",
        "name": "重庆市",
        "level": "province",
        "path": ["重庆市"],
    }
    assert hit["document"] == {
        "id": "list-1",
        "title": "做法清单（第一批）",
        "kind": "practice_list",
        "issuer": None,
        "number": None,
        "issued_on": None,
        "source_url": None,
    }
    assert 0 < hit["score"] <= 1
    assert hit["weak"] is False
    assert hit["match"]["terms"] == ["工资", "专户", "代发"]
    assert hit["match"]["dense"] is not None
    assert hit["match"]["sparse"] > 0
    assert hit["source"]["start"] == 0
    assert hit["citation"] == (
        f"《做法清单（第一批）》，{made.RIGHTS}—{made.PREVENT}—第2项（重庆市）"
    )
    assert hit["repairs"] == []
    assert hit["doubts"] == []


def test_highlights_index_the_text(http: httpx.Client) -> None:
    hit = search(http, "工资专户代发")["hits"][0]
    marked = [hit["text"][span["start"] : span["end"]] for span in hit["highlights"]]
    assert marked[0] == "农民工工资专户"
    assert "代发" in "".join(marked)
    flat = [edge for span in hit["highlights"] for edge in (span["start"], span["end"])]
    assert flat == sorted(set(flat))


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_modes(http: httpx.Client, mode: str) -> None:
    found = search(http, "红黄蓝牌预警机制", mode=mode)
    assert ids(found)[0] == "list-1-2"
    match = found["hits"][0]["match"]
    assert (match["dense"] is None) == (mode == "keyword")
    assert (match["sparse"] is None) == (mode == "semantic")


def test_everyday_words(http: httpx.Client) -> None:
    found = search(http, "老板拖工资不给怎么收拾")
    assert "欠薪" in found["query"]["expansions"]["拖工资"]
    hit = next(hit for hit in found["hits"] if hit["id"] == "list-2-1")
    assert "欠薪" in hit["match"]["expansions"]
    off = search(http, "老板拖工资不给怎么收拾", without=["拖工资"])
    assert "拖工资" not in off["query"]["expansions"]


def test_phrases_are_filters(http: httpx.Client) -> None:
    found = search(http, "“诉调对接”机制")
    assert found["query"]["phrases"] == ["诉调对接"]
    assert ids(found) == ["list-1-3"]
    assert search(http, "“诉调 对接 裁调”")["hits"] == []
    widths = search(http, "“ＡＩ视频监控”")
    assert ids(widths) == ["list-1-5"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"regions": ["广东省"]}, {"list-1-5", "list-2-1", "plan-1", "plan-2", "plan-3"}),
        ({"regions": ["广东", "江西"]}, {"list-1-3", "list-1-5", "list-2-1", "plan-1", "plan-2", "plan-3"}),
        ({"regions": ["440100"]}, {"list-1-5"}),
        ({"regions": ["广东"], "exclude_regions": ["江门市"]}, {"list-1-5", "list-2-1"}),
        ({"levels": ["county"]}, {"list-1-6"}),
        ({"kinds": ["plan_item"]}, {"plan-1", "plan-2", "plan-3"}),
        ({"documents": ["list-2"]}, {"list-2-1", "list-2-2", "list-2-3"}),
        ({"tasks": [made.SKILL]}, {"list-1-6", "list-2-3"}),
        ({"measures": [made.JOINT]}, {"list-1-3", "list-2-1", "list-2-2"}),
        ({"measures": [made.JOINT], "regions": ["珠海"]}, {"list-2-1"}),
        ({"themes": ["none"]}, set()),
        ({"documents": ["none"]}, set()),
    ],
)  # fmt: skip
def test_filters(http: httpx.Client, filters: dict[str, Any], expected: set[str]) -> None:
    assert set(ids(search(http, "建筑工人管理", filters=filters, limit=50))) == expected


def test_dates_leave_the_undated_out_and_say_so(http: httpx.Client) -> None:
    found = search(http, "建筑工人", filters={"issued_from": "2024-01-01"}, limit=50)
    assert {hit["document"]["id"] for hit in found["hits"]} == {"list-2"}
    assert found["undated_left_out"] == 1
    early = search(http, "建筑工人", filters={"issued_to": "2023-08-08"}, limit=50)
    assert {hit["document"]["id"] for hit in early["hits"]} == {"plan"}
    elsewhere = {"issued_from": "2023-01-01", "documents": ["plan"]}
    assert search(http, "建筑工人", filters=elsewhere)["undated_left_out"] == 0


def test_facets(http: httpx.Client) -> None:
    found = search(http, "欠薪工资", limit=1)
    assert found["total"] > 1
    facets = {name: {f["value"]: f for f in values} for name, values in found["facets"].items()}
    assert facets["regions"]["440000"]["label"] == "广东省"
    assert facets["regions"]["440400"]["label"] == "广东省珠海市"
    assert facets["levels"]["city"]["label"] == "市级"
    assert facets["documents"]["list-1"]["label"] == "做法清单（第一批）"
    assert facets["kinds"]["practice"]["label"] == "经验做法"
    assert facets["tasks"][made.RIGHTS]["count"] >= 3
    assert facets["themes"] == facets["instruments"] == {}
    counts = [f["count"] for f in found["facets"]["tasks"]]
    assert counts == sorted(counts, reverse=True)
    assert search(http, "欠薪工资", facets=False)["facets"]["regions"] == []


def test_pages_make_up_the_whole(http: httpx.Client) -> None:
    whole = ids(search(http, "建筑工人", limit=12))
    pages = [ids(search(http, "建筑工人", limit=5, offset=offset)) for offset in (0, 5, 10)]
    assert list(chain.from_iterable(pages)) == whole
    assert len(whole) == len(set(whole)) == 12
    assert search(http, "建筑工人", limit=5, offset=900)["hits"] == []


def test_groups(http: httpx.Client) -> None:
    found = search(http, "建筑工人", group_by="document", limit=12)
    order = [hit["document"]["id"] for hit in found["hits"]]
    assert order == sorted(order, key=order.index)
    assert [group["value"] for group in found["groups"]] == list(dict.fromkeys(order))
    assert list(chain.from_iterable(group["hit_ids"] for group in found["groups"])) == ids(found)
    regions = search(http, "建筑工人", group_by="region", limit=12)["groups"]
    assert {group["value"] for group in regions} >= {"440700", None}
    assert next(g["label"] for g in regions if g["value"] is None) == "地区未定"
    assert search(http, "建筑工人")["groups"] == []


def test_an_unsettled_region_is_null_with_a_doubt(http: httpx.Client) -> None:
    found = search(http, "强化线上线下监管合力")
    assert ids(found)[0] == "list-2-2"
    hit = found["hits"][0]
    assert hit["region"] is None
    assert hit["doubts"][0]["candidates"] == ["湖南省", "湖北省"]
    assert hit["citation"].endswith("—第2项")


@pytest.mark.parametrize(
    "query", ["企业境外上市融资备案", "幼儿园招生片区划分", "量子通信卫星", "qwerty"]
)
def test_nothing_answers(http: httpx.Client, query: str) -> None:
    found = search(http, query)
    assert found["weak"] is True
    assert found["total"] == 0
    assert all(hit["weak"] for hit in found["hits"])
    assert found["facets"]["regions"] == []


@pytest.mark.parametrize("query", ["专", "的", "怎么办", "ＢＩＭ", "hello", "工资😀", "a" * 2000])
@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_odd_queries_are_answered(http: httpx.Client, query: str, mode: str) -> None:
    search(http, query, mode=mode)


@pytest.mark.parametrize(
    "query", ["", " ", "，。", "\x00", "\ud800", "工" * 10_000, "“”"], ids=lambda q: repr(q[:4])
)
def test_queries_that_cannot_be(http: httpx.Client, query: str) -> None:
    import json

    body = json.dumps({"query": query})
    response = http.post("/v1/search", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["field"] == "query"
    assert error["hint"]
    assert error["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "query"),
        ({"query": 7}, 422, "query"),
        ({"query": "a", "surprise": 1}, 422, "surprise"),
        ({"query": "a", "mode": "magic"}, 422, "mode"),
        ({"query": "a", "limit": 0}, 422, "limit"),
        ({"query": "a", "limit": 101}, 422, "limit"),
        ({"query": "a", "limit": "many"}, 422, "limit"),
        ({"query": "a", "offset": -1}, 422, "offset"),
        ({"query": "a", "offset": 995}, 422, "offset"),
        ({"query": "a", "group_by": "colour"}, 422, "group_by"),
        ({"query": "a", "filters": {"colour": []}}, 422, "filters.colour"),
        ({"query": "a", "filters": {"levels": ["village"]}}, 422, "filters.levels.0"),
        ({"query": "a", "filters": {"issued_from": "gestern"}}, 422, "filters.issued_from"),
        (
            {"query": "a", "filters": {"issued_from": "2024-01-02", "issued_to": "2024-01-01"}},
            422,
            "filters.issued_to",
        ),
        ({"query": "a", "filters": {"regions": ["亚特兰蒂斯"]}}, 400, "filters.regions"),
        (
            {"query": "a", "filters": {"exclude_regions": ["999999"]}},
            400,
            "filters.exclude_regions",
        ),
        ([], 422, None),
    ],
)
def test_requests_that_cannot_be(
    http: httpx.Client, body: object, status: int, field: str | None
) -> None:
    response = http.post("/v1/search", json=body)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["field"] == field
    assert error["message"]


def test_an_ambiguous_region_names_its_candidates(http: httpx.Client) -> None:
    response = http.post("/v1/search", json={"query": "a", "filters": {"regions": ["朝阳区"]}})
    assert response.status_code == 400
    hint = response.json()["error"]["hint"]
    assert "北京市朝阳区" in hint
    assert "长春市朝阳区" in hint


def test_region_groups(http: httpx.Client) -> None:
    found = search(http, "建筑工人", filters={"regions": ["直辖市"]}, limit=50)
    assert set(ids(found)) == {"list-1-1"}


@pytest.mark.parametrize("body", [b"", b"{", b'{"query": ', b"\xff\xfe", b"nonsense"])
def test_bodies_that_are_no_json(http: httpx.Client, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = http.post("/v1/search", content=body, headers=headers)
    assert response.status_code in (400, 422)
    assert response.json()["error"]["message"]
