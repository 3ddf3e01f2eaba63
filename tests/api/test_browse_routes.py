from __future__ import annotations

import httpx
import pytest

from tests.api import made


def test_stats(http: httpx.Client) -> None:
    stats = http.get("/v1/stats").json()
    assert stats["documents"] == 3
    assert stats["practices"] == 9
    assert stats["plan_items"] == 3
    assert stats["passages"] == 12
    assert stats["regions"] == 13
    assert stats["themes"] == 0
    assert stats["model"]["name"] == stats["model"]["fingerprint"] == "test"
    assert stats["model"]["dimension"] > 0
    assert "Edge" in stats["store"]
    assert stats["version"] == http.get("/openapi.json").json()["info"]["version"]


def test_regions(http: httpx.Client) -> None:
    body = http.get("/v1/regions").json()
    tops = {node["adcode"]: node for node in body["regions"]}
    assert list(tops) == sorted(tops)
    guangdong = tops["440000"]
    assert guangdong["count"] == 5
    assert [child["adcode"] for child in guangdong["children"]] == ["440100", "440400", "440700"]
    assert guangdong["children"][2]["count"] == 3
    county = tops["410000"]["children"][0]["children"][0]
    assert county["name"] == "河南省信阳市固始县"
    assert county["label"] == "固始县"
    assert county["level"] == "county"
    assert body["unresolved"] == 1


def test_tasks(http: httpx.Client) -> None:
    tasks = http.get("/v1/tasks").json()["tasks"]
    assert tasks[0] == {
        "task": made.RIGHTS,
        "count": 5,
        "document_ids": ["list-1", "list-2"],
        "measures": [
            {"measure": made.PREVENT, "count": 2},
            {"measure": made.JOINT, "count": 3},
        ],
    }
    plan = next(node for node in tasks if node["task"] == "三、目标任务")
    assert plan["count"] == 1
    assert plan["measures"] == []


def test_documents(http: httpx.Client) -> None:
    documents = http.get("/v1/documents").json()["documents"]
    assert [one["id"] for one in documents] == ["list-1", "list-2", "plan"]
    assert documents[0]["practices"] == 6
    assert documents[0]["issuer"] is None
    assert documents[2]["plan_items"] == 3
    assert documents[2]["issued_on"] == "2023-08-08"
    assert documents[2]["region"]["name"] == "广东省江门市"


def test_document(http: httpx.Client) -> None:
    document = http.get("/v1/documents/list-2").json()
    assert document["practice_ids"] == ["list-2-1", "list-2-2", "list-2-3"]
    assert document["outline"][0]["practice_ids"] == ["list-2-1", "list-2-2"]
    report = document["parse_report"]
    assert report["practices"] == 3
    assert report["doubts"][0]["code"] == "region_unresolved"
    assert report["doubts"][0]["place"]["words"] == "有省"
    assert set(report["doubts"][0]["place"]["practice_ids"]) <= set(document["practice_ids"])
    assert report["left_out"][0]["why"] == "联系方式"
    assert report["empty_measures"] == []


def test_content(http: httpx.Client) -> None:
    body = http.get("/v1/documents/plan/content").json()
    assert body["document_id"] == "plan"
    assert [block["practice_id"] for block in body["blocks"]] == ["plan-1", "plan-2", "plan-3"]
    first = body["blocks"][0]
    assert first["role"] == "practice"
    assert first["end"] - first["start"] == len(first["text"])


def test_practice(http: httpx.Client) -> None:
    first = http.get("/v1/practices/list-1-1").json()
    assert first["text"].startswith("重庆市全面推行")
    assert first["citation"]
    assert first["registry"] == {}
    assert first["previous_id"] is None
    assert first["next_id"] == "list-1-2"
    assert "score" not in first
    assert "match" not in first
    last = http.get("/v1/practices/list-1-6").json()
    assert (last["previous_id"], last["next_id"]) == ("list-1-5", None)


def test_similar_looks_elsewhere_first(http: httpx.Client) -> None:
    hits = http.get("/v1/practices/list-2-1/similar", params={"limit": 5}).json()["hits"]
    assert 0 < len(hits) <= 5
    found = [hit["id"] for hit in hits]
    assert "list-2-1" not in found
    strong = [hit for hit in hits if not hit["weak"]]
    assert strong
    assert hits[: len(strong)] == strong
    plan = http.get("/v1/practices/plan-1/similar", params={"limit": 50}).json()["hits"]
    own = [hit["document"]["id"] == "plan" for hit in plan if not hit["weak"]]
    assert own == sorted(own)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/practices/none",
        "/v1/practices/none/similar",
        "/v1/practices/..%2F..%2Fetc%2Fpasswd",
        "/v1/documents/none",
        "/v1/documents/none/content",
        "/v1/nowhere",
        "/",
    ],
)
def test_not_found(http: httpx.Client, path: str) -> None:
    response = http.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
    assert response.json()["error"]["request_id"] == response.headers["x-request-id"]


def test_wrong_method(http: httpx.Client) -> None:
    response = http.put("/v1/stats")
    assert response.status_code == 405
    assert response.json()["error"]["code"] == "method_not_allowed"
    assert "GET" in response.headers["allow"]


def test_wrong_parameter(http: httpx.Client) -> None:
    response = http.get("/v1/practices/list-1-1/similar", params={"limit": 0})
    assert response.status_code == 422
    assert response.json()["error"]["field"] == "limit"
