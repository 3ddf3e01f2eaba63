from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.clauses import MAX_CLAUSES, MAX_DRAFT, cut
from corpus.errors import InputError

DRAFT = """某市建筑工人管理办法

第一章 总则
第三条 施工总承包企业应当开设农民工工资专用账户，由银行代发工资。每月公示一次！
（一）建立欠薪预警机制。
1. 培训补贴每人200元；2.5 万人参加培训。
"""


def test_a_draft_is_cut_into_its_sentences_without_headings_and_numbers() -> None:
    assert [clause.text for clause in cut(DRAFT)] == [
        "施工总承包企业应当开设农民工工资专用账户，由银行代发工资。",
        "每月公示一次！",
        "建立欠薪预警机制。",
        "培训补贴每人200元；2.5 万人参加培训。",
    ]


@pytest.mark.parametrize(
    ("draft", "texts"),
    [
        ("工资专户", ["工资专户"]),
        (
            "1. 建立专户制度\n2. 推行银行代发工资\n3. 加强监督检查，严肃追责。",
            ["建立专户制度", "推行银行代发工资", "加强监督检查，严肃追责。"],
        ),
        (
            "一、总则\n（一）开展培训\n（二）建设基地\n二、附则\n应当考勤，不得代打卡。",
            ["开展培训", "建设基地", "应当考勤，不得代打卡。"],
        ),
        ("加强实名制管理\n推行电子合同", ["加强实名制管理", "推行电子合同"]),
        ("好。施工单位应当每日考勤。", ["好。施工单位应当每日考勤。"]),
        ("……。\n\n应当考勤，不得代打卡。", ["应当考勤，不得代打卡。"]),
        ("甲" * 100 + "；" + "乙" * 100 + "。", ["甲" * 100 + "；", "乙" * 100 + "。"]),
    ],
)
def test_cutting(draft: str, texts: list[str]) -> None:
    assert [clause.text for clause in cut(draft)] == texts


@given(st.text(alphabet="工资专户。；\n 1.（一）第条！?“”a", max_size=300))
def test_clauses_are_stretches_of_the_draft_in_order(draft: str) -> None:
    try:
        clauses = cut(draft)
    except InputError:
        assert not any(char in "工资专户a" for char in draft)  # the rest may be numbering
        return
    at = 0
    for clause in clauses:
        assert draft[clause.start : clause.end] == clause.text
        assert clause.start >= at
        at = clause.end


@pytest.mark.parametrize(
    "draft", ["", " \n", "，。", "字" * (MAX_DRAFT + 1), "应当按时如实考勤。" * (MAX_CLAUSES + 1)]
)
def test_what_cannot_be_cut_says_why(draft: str) -> None:
    with pytest.raises(InputError) as caught:
        cut(draft)
    assert caught.value.hint
