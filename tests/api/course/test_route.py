from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import docx
import pptx
import pytest

from tests.api.registered import Served

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "md": "text/markdown; charset=utf-8",
}


def post(served: Served, **body: Any) -> Any:
    return served.http.post("/v1/course-packs", json={"title": "专题", **body})


@pytest.mark.parametrize("fmt", MEDIA)
def test_a_file_named_by_its_title(served: Served, ids: list[str], fmt: str) -> None:
    answer = post(served, title="工资/保障“专题”", practice_ids=ids[:2], format=fmt)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA[fmt]
    said = answer.headers["content-disposition"]
    assert said.startswith(f'attachment; filename="tashan-course.{fmt}"; ')
    assert unquote(said.partition("filename*=UTF-8''")[2]) == f"工资 保障“专题”.{fmt}"
    readers: dict[str, Any] = {
        "docx": lambda: docx.Document(BytesIO(answer.content)).paragraphs,
        "pptx": lambda: pptx.Presentation(BytesIO(answer.content)).slides,
        "md": answer.text.splitlines,
    }
    assert len(readers[fmt]()) > 5


def test_a_word_file_if_nothing_is_said(served: Served, ids: list[str]) -> None:
    assert post(served, practice_ids=ids[:1]).headers["content-type"] == MEDIA["docx"]


def test_json_says_what_the_files_say(served: Served, ids: list[str]) -> None:
    chosen = [ids[3], ids[1], ids[3], ids[2]]
    outline = [{"title": "先", "practice_ids": [ids[2]]}]
    pack = post(served, practice_ids=chosen, format="json", outline=outline).json()
    assert [section["title"] for section in pack["sections"]] == ["先", "其他"]
    order = [one["practice_id"] for section in pack["sections"] for one in section["lessons"]]
    assert order == [ids[2], ids[3], ids[1]]
    detail = served.http.get(f"/v1/practices/{ids[2]}").json()
    lesson = pack["sections"][0]["lessons"][0]
    assert (lesson["citation"], lesson["text"]) == (detail["citation"], detail["text"])
    assert pack["checks"] and pack["discussions"]


def test_unknown_ids_are_named(served: Served, ids: list[str]) -> None:
    answer = post(served, practice_ids=[ids[0], "<b>无</b>", "nowhere\x00.1"])
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["code"] == "not_found" and error["field"] == "practice_ids"
    assert "“<b>无</b>”、“nowhere\ufffd.1”" in error["message"] and ids[0] not in error["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"practice_ids": []}, "practice_ids"),
        ({"practice_ids": ["x"] * 101}, "practice_ids"),
        ({"practice_ids": [""]}, "practice_ids.0"),
        ({"format": "exe"}, "format"),
        ({"outline": [{"title": "章", "practice_ids": ["y"]}]}, "outline"),
        ({"outline": [{"title": "长" * 101, "practice_ids": ["x"]}]}, "outline.0.title"),
        ({"audience": "长" * 101}, "audience"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be(served: Served, change: dict[str, Any], field: str) -> None:
    answer = post(served, **({"practice_ids": ["x"]} | change))
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["field"] == field


def test_a_correction_by_a_person_counts(served: Served, ids: list[str]) -> None:
    row = next(
        r for r in served.rows("indicators") if r["quote"] == "97%" and r["status"] == "extracted"
    )
    served.decided("indicators", row["id"], "correct", field="value", value=96.5)
    pack = post(served, practice_ids=[row["measure_id"]], format="json").json()
    assert any(check["answer"].startswith("96.5%") for check in pack["checks"])
    served.decided("indicators", row["id"], "correct", field="value", value=97.0)


def test_json_has_no_character_that_xml_cannot_hold(served: Served) -> None:
    answer = post(served, title="题\x01", practice_ids=["hostile-1", "hostile-2"], format="json")
    told = json.dumps(answer.json(), ensure_ascii=False)
    assert "\\u0000" not in told and "\\u000b" not in told and "\u202e" not in told
