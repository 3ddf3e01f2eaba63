import pytest

from ingest.reporting import LONGEST
from tests.ingest.test_practice_list import table


def repairs(parsed, what):
    return [r for r in parsed.report.repairs if r.what == what]


@pytest.fixture
def second(shipped):
    return shipped["practice-list-2"]


@pytest.mark.parametrize(
    ("what", "after", "words", "before_ends", "after_begins"),
    [
        (
            "region",
            "广东省珠海市",
            "东省珠海市",
            "强化根治欠薪工作日常监管。",
            "对欠薪项目实施联合惩戒",
        ),
        ("numeral", "三", "Ξ", "推动行业企", "提升建筑工 人技能水平"),
        ("numeral", "一", "", "经验做法", "推进农民工的"),
        ("label", "推动实名制与日常监管联动管理", "推动实", "(三)", "名制管理硬件设施"),
        ("page_break", "导工人真签合", "导工人真签合", "经验做法", "同、签真合同"),
    ],
)
def test_a_repair_stands_beside_its_source_text(
    second, what, after, words, before_ends, after_begins
):
    (repair,) = [r for r in repairs(second[1], what) if r.after == after]
    assert repair.place.words == words
    assert repair.place.before.strip().endswith(before_ends)
    assert repair.place.after.strip().startswith(after_begins)


def test_a_doubt_stands_beside_its_source_text_and_names_its_practice(second):
    (doubt,) = [d for d in second[1].report.doubts if d.code == "region_unresolved"]
    assert doubt.place.words == "有省"
    assert doubt.place.before.endswith("实名制管: 实名 ")
    assert doubt.place.after.startswith("强化线上线下监管合力")
    assert doubt.place.practice_ids == ("practice-list-2.5.2.2",)


def test_the_words_are_the_source_s_own(shipped):
    for source, parsed in shipped.values():
        text = "".join(source.text.split())
        for one in (*parsed.report.repairs, *parsed.report.doubts):
            if one.place and "<" not in text:
                assert "".join(one.place.words.split()) in text


def test_repairs_of_spaces_and_signs_stand_nowhere_but_in_their_practice(second):
    for repair in repairs(second[1], "spacing"):
        assert (repair.place.before, repair.place.words, repair.place.after) == ("", "", "")
        assert len(repair.place.practice_ids) == 1


def test_a_repair_of_a_heading_names_all_its_practices(second):
    (heading,) = repairs(second[1], "heading")
    assert len(heading.place.practice_ids) == 7
    assert len(second[1].report.repairs) == len(set(second[1].report.repairs))


def test_what_stands_between_is_no_part_of_the_words(parse_text):
    parsed = parse_text(table("一\t任务\t（一）举措\t<p>1. 有省做了甲，成效明显。</p>"))
    (doubt,) = [d for d in parsed.report.doubts if d.code == "region_unresolved"]
    assert "<" not in doubt.place.before + doubt.place.after


def test_a_long_doubt_is_shown_by_its_beginning(parse_text):
    long = "甲做法推进落实见效" * 100
    parsed = parse_text(table(f"一\t任务\t（一）举措\t1. 重庆市“推进{long}。"))
    (doubt,) = [d for d in parsed.report.doubts if d.code == "quotes_unpaired"]
    assert len(doubt.place.words) == LONGEST
    assert doubt.place.after == ""


def test_a_doubt_about_the_whole_document_has_no_place(parse_text):
    parsed = parse_text("工作方案\n\n一、目标\n\n我市推进落实。\n")
    (doubt,) = parsed.report.doubts
    assert (doubt.code, doubt.place) == ("region_missing", None)
