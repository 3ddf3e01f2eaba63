from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from api.routes_documents import MAX_NAME, safe_name

PLAN = """某市推进实名制管理工作实施方案

为推进实名制管理，制定本方案。

一、工作目标

全面落实建筑工人实名制管理，保障工人合法权益。

二、工作措施

（一）推行刷脸考勤。各项目应在出入口安装人脸识别考勤设备。

（二）推行电子合同。各企业应与工人签订电子劳动合同。
"""


def upload(
    http: httpx.Client, data: bytes = PLAN.encode(), name: str = "plan.txt", **fields: Any
) -> httpx.Response:
    metadata = fields.pop("metadata", None)
    form = {"metadata": json.dumps(metadata)} if metadata is not None else None
    files = {"file": (name, data, "text/plain")}
    return http.post("/v1/documents", files=files, data=form, params=fields)


def test_upload_find_and_delete(fresh: httpx.Client) -> None:
    preview = upload(fresh, preview=True)
    assert preview.status_code == 200, preview.text
    body = preview.json()
    assert body["stored"] is False
    assert body["practices"][0]["text"]
    assert len(body["practices"]) == len(body["practice_ids"])
    assert len(fresh.get("/v1/documents").json()["documents"]) == 3

    created = upload(fresh, metadata={"id": "new-plan", "title": "实名制方案", "region": "广州"})
    assert created.status_code == 201, created.text
    assert created.json()["document"]["title"] == "实名制方案"
    assert created.json()["changed"] is True
    assert created.json()["parse_report"]["plan_items"] > 0

    again = upload(fresh, metadata={"id": "new-plan", "title": "实名制方案", "region": "广州"})
    assert again.status_code == 200
    assert again.json()["changed"] is False

    found = fresh.post("/v1/search", json={"query": "人脸识别考勤设备"}).json()
    assert found["hits"][0]["document"]["id"] == "new-plan"
    assert found["coverage"]["documents"] == 4

    assert fresh.delete("/v1/documents/new-plan").json() == {"id": "new-plan", "deleted": True}
    assert fresh.get("/v1/documents/new-plan").status_code == 404
    assert fresh.delete("/v1/documents/new-plan").status_code == 404
    found = fresh.post("/v1/search", json={"query": "人脸识别考勤设备"}).json()
    assert all(hit["document"]["id"] != "new-plan" for hit in found["hits"])


LIST = """序号\t工作任务\t主要举措\t经验做法
一\t任务\t（一）举措\t1. 有省推行刷脸考勤，成效明显。
"""


def test_a_preview_shows_doubts_beside_their_source_text(fresh: httpx.Client) -> None:
    response = upload(fresh, LIST.encode(), "list.txt", preview=True)
    (doubt,) = [
        one
        for one in response.json()["parse_report"]["doubts"]
        if one["code"] == "region_unresolved"
    ]
    assert doubt["place"]["words"] == "有省"
    assert doubt["place"]["after"].startswith("推行刷脸考勤")
    assert doubt["place"]["practice_ids"] == response.json()["practice_ids"]


def test_the_same_file_under_another_id_is_a_conflict(fresh: httpx.Client) -> None:
    assert upload(fresh, metadata={"id": "one"}).status_code == 201
    response = upload(fresh, metadata={"id": "two"})
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "conflict"


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"", "a.txt", 400),
        (b"\x00\x01\x02\xff" * 100, "a.txt", 400),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "a.pdf", 415),
        (b"PK\x03\x04" + bytes(100), "a.docx", 415),
        ("只有一句话。".encode(), "a.txt", 422),
        (b"x" * (2**20 + 1), "a.txt", 413),
    ],
)
def test_files_that_cannot_be(fresh: httpx.Client, data: bytes, name: str, status: int) -> None:
    for preview in (True, False):
        response = upload(fresh, data, name, preview=preview)
        assert response.status_code == status, response.text
        error = response.json()["error"]
        assert error["message"]
        assert error["hint"]
    assert len(fresh.get("/v1/documents").json()["documents"]) == 3


def test_a_body_far_too_large_is_refused_and_the_server_lives(fresh: httpx.Client) -> None:
    response = upload(fresh, b"x" * (64 * 2**20))
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "file_too_large"
    assert fresh.get("/v1/stats").status_code == 200


def test_a_body_that_does_not_say_its_length_is_cut_off(fresh: httpx.Client) -> None:
    def chunks() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(64):
            yield b"x" * 2**20
        yield b"\r\n--b--\r\n"

    headers = {"content-type": "multipart/form-data; boundary=b"}
    response = fresh.post("/v1/documents", content=chunks(), headers=headers)
    assert response.status_code == 413
    assert response.json()["error"]["message"]
    assert fresh.get("/v1/stats").status_code == 200


@pytest.mark.parametrize(
    ("metadata", "status", "field"),
    [
        ({"colour": "red"}, 422, "metadata.colour"),
        ({"id": "../etc"}, 422, "metadata.id"),
        ({"issued_on": "gestern"}, 422, "metadata.issued_on"),
        ({"kind": "poem"}, 422, "metadata.kind"),
        ({"source_url": "javascript:alert(1)"}, 422, "metadata.source_url"),
        ({"region": "亚特兰蒂斯"}, 400, "region"),
        ([], 422, "metadata"),
    ],
)
def test_metadata_that_cannot_be(
    http: httpx.Client, metadata: object, status: int, field: str
) -> None:
    response = upload(http, metadata=metadata, preview=True)
    assert response.status_code == status, response.text
    assert response.json()["error"]["field"] == field


def test_metadata_that_is_no_json(http: httpx.Client) -> None:
    files = {"file": ("a.txt", PLAN.encode(), "text/plain")}
    response = http.post("/v1/documents", files=files, data={"metadata": "{"})
    assert response.status_code == 400
    assert response.json()["error"]["field"] == "metadata"


def test_no_file(http: httpx.Client) -> None:
    assert http.post("/v1/documents").status_code == 422
    assert http.post("/v1/documents", data={"file": "text"}).status_code == 422
    response = http.post(
        "/v1/documents",
        content=b"garbage",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert response.status_code in (400, 422)
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("清单.txt", "清单.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\方案.html", "方案.html"),
        ("a\x00b\n.txt", "ab.txt"),
        ("/", "upload"),
        ("..", "upload"),
        ("", "upload"),
        (None, "upload"),
    ],
)
def test_safe_name(name: str | None, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("长" * 300 + ".txt").endswith("长.txt")
    assert len(safe_name("长" * 300 + ".txt")) == MAX_NAME
    assert len(safe_name("长" * 300)) == MAX_NAME
    assert len(safe_name("a." + "长" * 300)) <= MAX_NAME
