import pytest

from ingest.plan_head import normal_number

LETTER = """某市住房和城乡建设局

某市住房和城乡建设局关于印发《某某行动实施方案》的通知

某建〔2023〕7号

各县（市、区）住房和城乡建设局：

现将《某某行动实施方案》印发给你们。

某市住房和城乡建设局

2023年8月8日

（联系人：王某；联系电话：0750-1234567）

某某行动实施方案

为做好某某工作，制定本方案。

一、目标
到2025年建成10个。
二、步骤
各单位按下列步骤开展：
（一）动员（2023年7-8月）。制定计划，从企

业实际出发，稳步推进。
（二）推广。全面推广。
1.宣传
多宣传。
三、要求
（一）对象：全市工地。

附件：情况表

附件

情况表

序号\t名称\t状况

手机号码：
"""


@pytest.fixture(scope="module")
def plan(parse_text):
    return parse_text(LETTER)


def test_head_is_told_from_body(plan):
    document = plan.document
    assert document.title == "某某行动实施方案"
    assert document.issuer == "某市住房和城乡建设局"
    assert document.number == "某建〔2023〕7号"
    assert document.issued_on.isoformat() == "2023-08-08"
    assert document.evidence["issued_on"] == "2023年8月8日"


def test_items_are_leaves_and_parents_with_words_of_their_own(plan):
    assert [(p.id, p.title, p.text) for p in plan.practices] == [
        ("doc.0", "前言", "为做好某某工作，制定本方案。"),
        ("doc.1", "目标", "目标\n到2025年建成10个。"),
        ("doc.2", "步骤", "步骤\n各单位按下列步骤开展："),
        (
            "doc.2.1",
            "动员（2023年7-8月）",
            "动员（2023年7-8月）。制定计划，从企业实际出发，稳步推进。",
        ),
        ("doc.2.2", "推广", "推广。全面推广。"),
        ("doc.2.2.1", "宣传", "宣传\n多宣传。"),
        ("doc.3.1", "对象", "对象：全市工地。"),
        ("doc.a1", "情况表", "情况表\n序号｜名称｜状况"),
    ]


def test_task_measure_and_path(plan):
    item = next(p for p in plan.practices if p.id == "doc.2.2.1")
    assert (item.task, item.measure) == ("步骤", "推广")
    assert item.path == ("二、步骤", "（二）推广")


def test_contact_lines_and_letter_are_not_items(plan):
    assert not any("1234567" in p.text or "印发给你们" in p.text for p in plan.practices)
    assert {piece.why for piece in plan.report.left_out} == {
        "联系人和电话，不进入检索", "附件目录"
    }  # fmt: skip


def test_outline_is_the_tree_of_headings(plan):
    outline = {node.title: [child.title for child in node.children] for node in plan.outline}
    assert outline["二、步骤"] == ["（一）动员（2023年7-8月）", "（二）推广"]


def test_region_follows_from_the_words_of_the_document(parse_text):
    parsed = parse_text(
        "全市某某工作方案\n为推进我市工作，建立“武汉市某某平台”。\n一、目标\n做好。\n"
    )
    assert parsed.document.region.adcode == "420100"
    assert "武汉市" in parsed.document.evidence["region"]
    assert parsed.practices[0].region == parsed.document.region


def test_a_city_that_is_not_named_stays_null_with_a_doubt(parse_text):
    parsed = parse_text("某某工作方案\n为推进我市工作，制定本方案。\n一、目标\n做好。\n")
    assert parsed.document.region is None
    assert {d.code for d in parsed.report.doubts} == {"region_missing"}


def test_numerals_that_repeat_get_ids_of_their_own(parse_text):
    parsed = parse_text("某某方案\n一、目标\n做好。\n一、目标\n再做好。\n")
    assert [p.id for p in parsed.practices] == ["doc.1", "doc.1-2"]


@pytest.mark.parametrize(
    "written", ["豫建〔2022〕19号", "豫建[2022]19号", "豫建（2022） 19 号", "豫建［2022］19号"]
)
def test_number_brackets_are_normalised(written):
    assert normal_number(written) == "豫建〔2022〕19号"


def test_an_impossible_date_states_nothing(parse_text):
    parsed = parse_text("某某方案\n一、目标\n做好。\n2023年13月8日\n")
    assert parsed.document.issued_on is None
