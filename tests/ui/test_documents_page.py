"""文档 in states that a real API is hard to bring to: reports of every kind, refusals, an empty store."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from tests.ui.apptest import html, markdown, open_at
from tests.ui.double import DOCUMENT, STATS, Double, error, practice
from tests.ui.registered import answer, review
from tests.ui.test_pages import HOSTILE, practice_answers

PLACE = {
    "before": "推动行业企",
    "words": "Ξ",
    "after": "提升建筑工人",
    "practice_ids": ["p0", "p1"],
}
WHOLE = {"before": "", "words": "", "after": "", "practice_ids": ["p1"]}
REPORT = {
    "practices": 2,
    "plan_items": 0,
    "repairs": [
        {"what": "numeral", "before": "Ξ", "after": "三", "why": "形近误识", "place": PLACE},
        {"what": "spacing", "before": " ", "after": "", "why": "删去多余的空白2处", "place": WHOLE},
    ],
    "doubts": [{"code": "cut_off", "message": HOSTILE, "candidates": [], "start": 5, "end": 6}],
    "empty_measures": ["引导劳务企业转型发展"],
    "left_out": [{"text": "联系人：某某", "why": "联系方式", "start": 0, "end": 6}],
}


OUTLINE = [
    {
        "title": "一、保障合法权益",
        "practice_ids": [],
        "children": [{"title": "（一）防范拖欠", "practice_ids": ["p0", "p1"], "children": []}],
    }
]


def document_answers(double: Double, **changes: Any) -> None:
    listed = DOCUMENT | {"practices": 2, "plan_items": 0}
    detail = {"outline": OUTLINE, "parse_report": REPORT, "practice_ids": ["p0", "p1"]}
    detail = DOCUMENT | detail | changes
    practice_answers(double)
    double.answers |= {
        ("GET", "/v1/documents"): (200, {"documents": [listed]}),
        ("GET", "/v1/documents/d1"): (200, detail),
        ("DELETE", "/v1/documents/d1"): (200, {"id": "d1", "deleted": True}),
    }


def test_documents_are_listed_with_their_counts(double: Double) -> None:
    document_answers(double)
    shown = html(open_at("documents"))
    assert "经验做法清单" in shown and "做法 2 条" in shown


def test_a_document_shows_its_parse_report(double: Double) -> None:
    document_answers(double)
    test = open_at("document", document="d1")
    shown = html(test)
    for words in (
        "<del>Ξ</del>",
        "引导劳务企业转型发展",
        "联系人：某某",
        "<mark>甲做法</mark></blockquote>",
    ):
        assert words in shown
    assert "<script>" not in shown.replace('<script data-jump="0">', "")


def test_a_document_is_deleted_only_when_confirmed(double: Double) -> None:
    document_answers(double)
    test = open_at("document", document="d1")
    test.button(key="delete").click().run()
    assert not [method for method, _, _ in double.asked if method == "DELETE"]
    test.button(key="delete-confirmed").click().run()
    assert ("DELETE", "/v1/documents/d1") in [(m, p) for m, p, _ in double.asked]
    assert "《经验做法清单》已删除。" in html(test)
    assert "document" not in test.query_params


def uploaded(**changes: Any) -> dict[str, Any]:
    return {
        "document": DOCUMENT | changes,
        "parse_report": REPORT,
        "practice_ids": ["p1"],
        "practices": [practice()],
        "stored": False,
        "changed": True,
        "outline": OUTLINE,
    }


def posts(double: Double) -> list[Any]:
    return [body for method, _, body in double.asked if method == "POST"]


def chosen(double: Double, answered: tuple[int, Any]) -> Any:
    """The page with a file chosen that the API answers so."""
    double.answers["POST", "/v1/documents"] = answered
    test = open_at("documents")
    test.file_uploader[0].upload("清单.txt", "内容".encode(), "text/plain").run()
    assert not test.exception
    return test


def test_an_upload_is_previewed_before_it_is_stored(double: Double) -> None:
    document_answers(double)
    double.answers["POST", "/v1/documents"] = 200, uploaded()
    test = open_at("documents")
    test.file_uploader[0].upload("清单.txt", "内容".encode(), "text/plain").run()
    assert len(posts(double)) == 1 and "内容".encode() in posts(double)[0]
    assert "自2017年开始推进" in html(test)
    test.button(key="store").click().run()
    assert "《经验做法清单》已入库。" in html(test)
    assert len(posts(double)) == 2
    assert next(each.proto.label for each in test.get("page_link")) == "查看解析结果"


@pytest.mark.parametrize(
    ("status", "code", "message", "hint"),
    [
        (415, "unsupported_file", "读不了 .exe 文件", "请另存为 txt"),
        (413, "file_too_large", "文件有 30 MB，上限 20 MB", "请拆成几份"),
        (400, "unreadable_file", "无法确定文字编码", "请另存为 UTF-8"),
        (400, "unreadable_file", "《a.txt》是空文件。", "请确认选对了文件"),
        (422, "nothing_found", "里面没有找到经验做法或条款", "请确认它是清单或方案"),
        (409, "conflict", "同一个文件已经入库，编号是“d1”", "不必再次上传"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_and_what_to_do(
    double: Double, status: int, code: str, message: str, hint: str
) -> None:
    document_answers(double)
    test = chosen(double, (status, error(code, message, hint)))
    assert message in html(test) and hint in html(test) and 'role="alert"' in html(test)
    assert not [button for button in test.button if button.key == "store"]


def test_what_fails_to_be_stored_stays_chosen(double: Double) -> None:
    document_answers(double)
    test = chosen(double, (200, uploaded(id="d2")))
    double.answers["POST", "/v1/documents"] = 503, error("store_full", "磁盘已满", "请清理磁盘")
    test.button(key="store").click().run()
    assert "“清单.txt”没有入库" in html(test) and "请清理磁盘" in html(test)
    assert "已入库" not in html(test)
    double.answers["POST", "/v1/documents"] = 201, uploaded(id="d2")
    test.button(key="store").click().run()
    assert "《经验做法清单》已入库。" in html(test)


def test_the_same_file_again_is_said(double: Double) -> None:
    document_answers(double)
    assert "这份文件已在库中" in html(chosen(double, (200, uploaded())))


def test_what_would_be_replaced_is_said(double: Double) -> None:
    document_answers(double)
    test = chosen(double, (200, uploaded(sha256="1" * 64, title="新清单")))
    assert "编号 d1 已有文件《经验做法清单》，入库会用这份替换它" in html(test)


def test_another_file_of_the_same_name_is_said(double: Double) -> None:
    document_answers(double)
    test = chosen(double, (200, uploaded(sha256="1" * 64, id="d2")))
    assert "库中已有同名文件" in html(test) and "填写编号 d1" in html(test)


def test_what_is_said_of_a_file_goes_with_it(double: Double) -> None:
    document_answers(double)
    test = chosen(double, (200, uploaded(id="d2")))
    (box,) = [each for each in test.text_input if each.label == "来源网址"]
    box.set_value("https://example.gov.cn/a")
    next(each for each in test.button if each.label == "按此重新解析").click().run()
    test.button(key="store").click().run()
    stated = b'{"source_url": "https://example.gov.cn/a"}'
    assert [stated in body for body in posts(double)] == [False, True, True]


def test_a_preview_links_to_nothing_that_is_not_stored(double: Double) -> None:
    document_answers(double)
    shown = html(chosen(double, (200, uploaded(id="d2"))))
    assert "<mark>Ξ</mark>" in shown and "（一）防范拖欠" in shown
    assert 'href="practice' not in shown


def test_a_repair_stands_beside_its_source_and_leads_to_its_practices(double: Double) -> None:
    document_answers(double)
    shown = html(open_at("document", document="d1"))
    assert "…推动行业企<mark>Ξ</mark>提升建筑工人…</blockquote>" in shown
    assert '<a class="ts-link" href="practice?practice=p0" target="_blank">甲做法</a>' in shown
    assert shown.count("删去多余的空白2处") == 1


def test_words_that_are_missing_are_marked_where_they_would_stand(double: Double) -> None:
    place = {"before": "日常监管。", "words": "", "after": "珠海市对", "practice_ids": []}
    repair = {"what": "ordinal", "before": "", "after": "3", "why": "序号补出", "place": place}
    document_answers(double, parse_report=REPORT | {"repairs": [repair]})
    shown = html(open_at("document", document="d1"))
    assert '日常监管。<span class="ts-gap">（缺）</span>珠海市对' in shown


def test_the_report_counts_tasks_and_measures(double: Double) -> None:
    document_answers(double)
    shown = html(open_at("document", document="d1"))
    for label, count in (("工作任务", 1), ("主要举措", 1), ("经验做法", 2), ("空缺举措", 1)):
        assert f"<dt>{label}</dt><dd>{count}<small>" in shown


def test_a_document_says_what_it_states_by_which_words_and_what_it_does_not(
    double: Double,
) -> None:
    region = {"adcode": "420100", "name": "湖北省武汉市", "level": "city"}
    document_answers(double, region=region, evidence={"region": "我市"})
    shown = html(open_at("document", document="d1"))
    assert "<dd>湖北省武汉市<small>依据：我市</small></dd>" in shown
    assert "文件没有写明：发文机关、文号、印发日期、批次、来源网址" in shown


@pytest.mark.parametrize("page", ["document", "documents", "help"])
def test_hostile_documents_are_shown_escaped(double: Double, page: str) -> None:
    region = {"adcode": "1", "name": HOSTILE, "level": "city"}
    hostile = {
        "title": HOSTILE,
        "issuer": HOSTILE,
        "number": HOSTILE,
        "region": region,
        "source_url": "javascript:alert(1)",
        "file_name": HOSTILE,
        "evidence": {"issuer": HOSTILE},
    }
    place = {"before": HOSTILE, "words": HOSTILE, "after": HOSTILE, "practice_ids": ["<b>"]}
    doubt = {"code": HOSTILE, "message": HOSTILE, "candidates": [HOSTILE], "place": place}
    repair = {"what": HOSTILE, "before": HOSTILE, "after": HOSTILE, "why": HOSTILE, "place": place}
    left_out = {"text": HOSTILE, "why": HOSTILE}
    report = {"doubts": [doubt], "repairs": [repair, repair | {"what": "tags"}]}
    report |= {"left_out": [left_out], "empty_measures": [HOSTILE]}
    outline = [{"title": HOSTILE, "practice_ids": ["<b>", "p0"], "children": []}]
    document_answers(double, **hostile, parse_report=report, outline=outline)
    listed = {"documents": [DOCUMENT | hostile | {"practices": 2}]}
    double.answers["GET", "/v1/documents"] = 200, listed
    test = open_at(page, document="d1")
    assert "alert(1)" in html(test)
    assert "<script>alert" not in html(test) and "<b> " not in html(test)
    assert 'href="javascript' not in html(test)
    assert "javascript:" not in markdown(test) and "$$" not in markdown(test)


def test_a_deletion_says_what_is_lost(double: Double) -> None:
    document_answers(double)
    double.answers["GET", "/v1/registry/indicators"] = 200, answer("indicators")
    reviews = {"reviews": [review(), review(2, measure_id="elsewhere")]}
    double.answers["GET", "/v1/reviews"] = 200, reviews
    test = open_at("document", document="d1")
    test.button(key="delete").click().run()
    shown = html(test)
    assert "会一并删除：经验做法 2 条，从中读出的登记表 3 行（指标 3）。" in shown
    assert "对它作过的 1 个核对决定会留下" in shown and "填写原编号 d1" in shown
    test.button(key="delete-cancelled").click().run()
    assert "确定删除" not in html(test) and test.button(key="delete")
    assert not [method for method, _, _ in double.asked if method == "DELETE"]


def test_a_deletion_that_fails_says_so(double: Double) -> None:
    document_answers(double)
    double.answers["DELETE", "/v1/documents/d1"] = 404, error("not_found", "没有这份文件：d1")
    test = open_at("document", document="d1")
    test.button(key="delete").click().run()
    test.button(key="delete-confirmed").click().run()
    assert "没有这份文件：d1" in html(test) and "已删除" not in html(test)


def test_an_empty_store_says_how_to_begin(double: Double) -> None:
    empty = dict.fromkeys(STATS, 0)
    double.answers["GET", "/v1/documents"] = 200, {"documents": []}
    double.answers["GET", "/v1/stats"] = 200, empty
    shown = html(open_at("documents"))
    assert "还没有文件" in shown and "服务正常" in shown


def test_the_service_s_health_and_counts(double: Double) -> None:
    document_answers(double)
    stats = STATS | {
        "model": {"name": "bundled", "fingerprint": "x", "dimension": 512},
        "reranker": HOSTILE,
        "store": "Qdrant Edge /data",
        "version": "9.8.7",
    }
    double.answers["GET", "/v1/stats"] = 200, stats
    test = open_at("documents")
    for words in ("服务正常", "9.8.7", "Qdrant Edge /data", "随附模型（512 维）", ">150<small>"):
        assert words in html(test)
    assert "<script>alert" not in html(test)
    loading = 503, error("not_ready", "正在载入")
    double.answers["GET", "/readyz"] = loading
    asked = len(double.paths("/v1/stats"))
    test.button(key="check").click().run()
    assert "正在准备" in html(test) and len(double.paths("/v1/stats")) == asked + 1


@pytest.mark.parametrize("page", ["document", "documents"])
def test_an_api_that_is_down_says_what_to_do(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    st.cache_data.clear()
    monkeypatch.setenv("TASHAN_API_URL", "http://127.0.0.1:9")
    test = open_at(page, document="d1")
    assert "现在连不上服务" in html(test) and "tashan serve" in html(test)
    st.cache_resource.clear()
