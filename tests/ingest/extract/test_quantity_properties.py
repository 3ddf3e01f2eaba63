"""What holds of quantities and dates for any text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract.deadlines import deadlines
from ingest.extract.indicators import indicators
from tests.ingest.extract.practices import practice

PIECES = (
    *"0123456789０５９一二三四五六七八九十百千万亿零两半〇",
    *"，。；、：.,%％‰（）()《》“”〔〕-—~～/+\n　 第每各由从至到近约超前内",
    "人", "名", "家", "个", "次", "元", "万元", "亿元", "平方米", "㎡", "学时", "工作日", "小时", "个月", "年", "月", "日", "天",
    "以上", "以下", "不少于", "不超过", "不足", "至少", "余", "多", "左右", "提高到", "降低至", "百分之", "分之", "点", "分别",
    "每人", "每年", "每培训1名", "截至", "底", "起", "以来", "上半年", "季度", "2023年", "12月", "31日", "年底", "上旬",
    "蓬江", "江海", "新会区", "广东省", "江门市", "号", "〔2022〕132号", "培训", "建筑工人", "企业", "应", "补贴",
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join),
    st.text(min_size=1, max_size=60),
)
FIGURES = str.maketrans(
    "０１２３４５６７８９零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖半",
    "01234567890012234567891234567895",
)


def digits_of(number):
    """The significant digits of a number: 67500 → 675."""
    return f"{number:.15g}".replace(".", "").replace("e+", "e").split("e")[0].strip("0")


def is_derivable(number, quote):
    """Whether the digits of a number follow each other in the quote, 十 counting as 1."""
    plain = quote.translate(FIGURES)
    plain = re.sub("[十拾百佰千仟万亿廿]", lambda sign: "2" if sign.group() == "廿" else "1", plain)
    there = iter(re.sub("[^0-9]", "", plain))
    return all(digit in there for digit in digits_of(number).replace("0", ""))


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from([None, "广东省江门市"]))
def test_any_text_is_read_with_its_evidence(text, region):
    made = practice(text, region)
    for row in [*indicators(made), *deadlines(made)]:
        assert row.quote == text[row.quote_start : row.quote_end]
        assert row.quote


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_no_figure_says_more_than_the_text(text):
    for row in indicators(practice(text)):
        if "分之" in row.quote:
            continue
        figures = [row.value, row.low, row.high, row.before, row.after]
        for figure in figures:
            assert figure is None or is_derivable(figure, row.quote), (figure, row.quote)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_a_row_is_settled_or_for_review(text):
    for row in indicators(practice(text)):
        settled = [row.value, row.low, row.before]
        known = [figure is not None for figure in settled]
        assert (row.status == "needs_review") == (not any(known))
        assert (row.low is None) == (row.high is None)
        if row.low is not None:
            assert row.low <= row.high


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_dates_are_iso(text):
    iso = re.compile(r"(?:\d{4}|-)(?:-\d\d(?:-\d\d)?)?|---\d\d")
    for row in deadlines(practice(text)):
        assert all(iso.fullmatch(date) for date in (row.start, row.end) if date is not None)
        assert (row.status == "needs_review") == (row.start is None and row.end is None)


@given(st.integers(1, 10**12), st.sampled_from(["人", "家", "元", "平方米"]))
def test_a_plain_number_comes_back(value, unit):
    for words in (f"{value}{unit}", f"{value:,}{unit}"):
        (row,) = indicators(practice(f"培训{words}"))
        assert (row.value, row.unit, row.quote) == (value, unit, words)


@pytest.mark.parametrize(
    "piece",
    ["1", "一", "每", "1.", "1，234", "一个", "3人", "3-", "不少于", "由3人提高到", "每1", "第", "《", "“", "（",
     "2023年", "3月5日", "2023年至", "年底", "各1名、", "蓬江、", "百分之", "10、", "\n1.5个", "3人以上5人以下"],
)  # fmt: skip
def test_long_monotonous_texts_are_read_in_the_end(piece):
    made = practice(piece * (10_000 // len(piece)), "广东省江门市")
    assert len(indicators(made)) <= 10_000
    assert len(deadlines(made)) <= 2
