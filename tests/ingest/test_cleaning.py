import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning import clean
from ingest.mapped import Mapped

CASES = [
    # spaces of typesetting and OCR go, those between Latin words stay
    ("截至 2023 年底，6.75 万人", "截至2023年底，6.75万人"),
    ("完善建筑工 人实名制管 理", "完善建筑工人实名制管理"),
    ("同时,\n市住房", "同时，市住房"),
    ("BIM LAB 技术", "BIM LAB技术"),
    ('"人人持证 技能河南"工作', "“人人持证 技能河南”工作"),
    # tags and entities
    ("<b>1. 重庆市</b>加大", "1.重庆市加大"),
    ("甲&amp;乙&nbsp;丙", "甲&乙丙"),
    ("<p>一</p> <p>二</p>", "一二"),
    ("<script>x</script>", "x"),
    # punctuation, only where the text is Chinese
    ('推行"一人一码"、"一人一档"', "推行“一人一码”、“一人一档”"),
    ("技术(BIM),装配式", "技术（BIM），装配式"),
    ("(苏州)产业园", "（苏州）产业园"),
    ("http://www.mohurd.gov.cn/a.html上", "http://www.mohurd.gov.cn/a.html上"),
    ("36.73 万", "36.73万"),
    ("1+X,2.5%—4%", "1+X,2.5%—4%"),
    # a broken pair of quotes is left alone
    ('进行"回次薪企业', '进行"回次薪企业'),
    ("", ""),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_clean(source, expected):
    text, repairs = clean(Mapped.of(source))
    assert text.text == expected
    assert bool(repairs) == (source != expected) or "&" in source or "<p>" in source


def test_repairs_say_what_was_done():
    _, repairs = clean(Mapped.of('<b>上海市</b> 实行"一码",', 7))
    assert {(r.what, r.start) for r in repairs} == {
        ("tags", 7), ("spacing", 7), ("punctuation", 7)
    }  # fmt: skip
    assert all(r.why for r in repairs)


@given(st.text(alphabet='一二三ab12 \n\t,;:!?()"<>/p&amp。，“”', max_size=60))
def test_no_letter_or_digit_is_changed_or_moved(source):
    text, _ = clean(Mapped.of(source))
    if "<" in source or "&" in source:
        return  # tags and entities are markup, not letters
    letters = [c for c in source if c.isalnum()]
    assert [c for c in text.text if c.isalnum()] == letters
    assert all(source[at] == c for c, at in zip(text.text, text.at, strict=True) if c.isalnum())


@given(st.text(alphabet='一二三ab12 \n,()"。', max_size=60))
def test_cleaning_twice_is_cleaning_once(source):
    once, _ = clean(Mapped.of(source))
    assert clean(once)[0].text == once.text
