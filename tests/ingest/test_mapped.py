import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.mapped import Mapped

TEXT = st.text(alphabet="一二a1 ,<\n", max_size=40)


def test_offsets_survive_editing():
    text = Mapped.of("2023 年底", 10).sub(re.compile(" "), "")
    assert text.text == "2023年底"
    assert text.at == (10, 11, 12, 13, 15, 16)
    assert (text.start, text.end) == (10, 17)


def test_replacement_longer_than_what_it_replaces_stands_where_that_began():
    text = Mapped.of("东省珠海市对", 5).replace(0, 5, "广东省珠海市")
    assert text.text == "广东省珠海市对"
    assert text.at[:6] == (5, 6, 7, 8, 9, 5)
    assert text.at[6] == 10


def test_spans_are_joined_over_white_space_only():
    source = "甲乙 丙|丁"
    assert Mapped.of(source).keep(lambda i, c: c not in " |").spans(source) == ((0, 4), (5, 6))


def test_join_inserts_between():
    joined = Mapped.join([Mapped.of("甲", 3), Mapped.of("乙", 9)], "\n")
    assert (joined.text, joined.at) == ("甲\n乙", (3, 3, 9))


@given(TEXT, st.integers(0, 100))
def test_every_character_knows_its_place(text, start):
    source = "×" * start + text
    mapped = Mapped.of(text, start).strip().keep(lambda _, c: c != "1")
    assert all(source[at] == char for char, at in zip(mapped.text, mapped.at, strict=True))


def test_many_replacements_are_one_pass():
    text = "<b>字" * 50_000
    plain = Mapped.of(text).sub(re.compile("<b>"), "")
    assert plain.text == "字" * 50_000
    assert plain.at[-1] == len(text) - 1
