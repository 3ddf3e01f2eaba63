from decimal import Decimal

import pytest

from ingest.extract.numbers import chinese_value, fold, numbers

# text → the words of its numerals and their values
WELL_FORMED = [
    ("6.75万人", [("6.75万", "67500")]),
    ("165.01亿元", [("165.01亿", "16501000000")]),
    ("165.01 亿元", [("165.01 亿", "16501000000")]),
    ("1.03万亿元", [("1.03万亿", "1030000000000")]),
    ("328280人次", [("328280", "328280")]),
    ("1,568人", [("1,568", "1568")]),
    ("12,345,678.9元", [("12,345,678.9", "12345678.9")]),
    ("２０人", [("２０", "20")]),
    ("３．５万", [("３．５万", "35000")]),
    ("0.5‰", [("0.5", "0.5")]),
    ("3千元", [("3千", "3000")]),
    ("5百万元", [("5百万", "5000000")]),
    ("2千万元", [("2千万", "20000000")]),
    ("1亿2000万元", [("1亿2000万", "120000000")]),
    ("1万2千人", [("1万2千", "12000")]),
    ("1万2000人", [("1万2000", "12000")]),
    ("5千米", [("5", "5")]),
    ("三名", [("三", "3")]),
    ("两次", [("两", "2")]),
    ("十人", [("十", "10")]),
    ("十二项", [("十二", "12")]),
    ("二十家", [("二十", "20")]),
    ("三百二十人", [("三百二十", "320")]),
    ("一千零五人", [("一千零五", "1005")]),
    ("一万零五百元", [("一万零五百", "10500")]),
    ("两万五千人", [("两万五千", "25000")]),
    ("三百五", [("三百五", "350")]),
    ("一亿二千万元", [("一亿二千万", "120000000")]),
    ("三点五倍", [("三点五", "3.5")]),
    ("贰拾伍万元", [("贰拾伍万", "250000")]),
    ("廿五人", [("廿五", "25")]),
    ("二〇人", []),
    ("半年", [("半", "0.5")]),
    ("百分之六十", [("百分之六十", "60")]),
    ("百分之六十点五", [("百分之六十点五", "60.5")]),
    ("百分之百", [("百分之百", "100")]),
    ("百分之15", [("百分之15", "15")]),
    ("千分之三", [("千分之三", "3")]),
    ("四分之一", [("四分之一", "25")]),
    ("五分之二", [("五分之二", "40")]),
    ("上百家", [("百", "100")]),
    ("近千人", [("千", "1000")]),
    ("9个工种57个视频", [("9", "9"), ("57", "57")]),
]  # fmt: skip

VAGUE = [
    ("20余万人", "200000"), ("十余万人", "100000"), ("30多万名", "300000"), ("二十几万", "200000"), ("5来万", "50000"),
]  # fmt: skip

# what is broken, with the readings it is given
BROKEN = [
    ("36.73.2万人", ("36.732万", "3673.2万")),
    ("1..5亿元", ("1.5亿",)),
    ("1.2.3人", ("1.23", "12.3")),
    ("12,34人", ("1234", "12", "34")),
    ("1，568次", ("1568", "1", "568")),
    ("3万2", ("3万2",)),
    ("三五年", ("三", "五")),
    ("两三个", ("两", "三")),
    ("3十二人", ("3", "十二")),
    ("三分之二", ("2/3",)),
    ("007人", ()),
    ("三十二十人", ()),
    ("十十人", ()), ("十十一人", ()),
    ("一百零", ()),
    ("一二三四", ()),
    ("数十家", ()),
    ("几百人", ()),
    ("99999999999999999人", ("99999999999999999",)),
    ("1.23456789012345678万", ("1.23456789012345678万",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WELL_FORMED)
def test_numeral(text, expected):
    found = [(text[n.start : n.end], n.value) for n in numbers(text) if n.value is not None]
    assert found == [(words, Decimal(value)) for words, value in expected]


@pytest.mark.parametrize(("text", "value"), VAGUE)
def test_vague_numeral(text, value):
    (number,) = numbers(text)
    assert (number.value, number.vague) == (Decimal(value), True)


@pytest.mark.parametrize(("text", "readings"), BROKEN)
def test_broken_numeral_has_no_value(text, readings):
    number = numbers(text)[0]
    assert number.value is None
    assert number.readings == readings


def test_a_misread_dash_is_no_numeral():
    assert [n.value for n in numbers("80%一90%")] == [80, 90]
    assert [n.value for n in numbers("技能一竞赛一考证")] == [1, 1]


def test_a_run_too_long_for_a_numeral_is_none():
    assert numbers("1" * 41 + "人") == []


def test_figures_behind_the_fortieth_are_not_rounded_away():
    assert numbers("1" + "0" * 38 + "1人")[0].value is None


@pytest.mark.parametrize(
    "words", ["", "点", "三点", "点三", "三点四点五", "万", "零一", "一零", "百三"]
)
def test_what_is_no_chinese_numeral(words):
    assert chinese_value(words) is None


def test_folding_keeps_offsets():
    text = "１．５％～３（含）〇—−　㎡"
    assert fold(text) == "1.5%~3(含)零-- ㎡"
    assert len(fold(text)) == len(text)
