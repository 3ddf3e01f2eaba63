"""Cells that no spreadsheet runs, and that give back what was in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.export.cells import guarded, joined, number, risky, split, unguarded
from tests.api.export.made import texts


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "-1", "@x", "\t=1", "\r=1", "\n1", "\x00", " =1", "\u3000＝1", '"=1', "“=1", "''=1", "\ufeff=1", "＋1", "－1",
     "＠x", " '\" +1", "--08-15", "=", "-"],
)  # fmt: skip
def test_what_might_be_run_is_guarded(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    [
        "工资",
        "1-2",
        "2023-08-08",
        "（=）",
        "—1",
        "≥3",
        "a=b",
        "“三库”",
        " 文",
        "500000",
        "[=]",
        "；-1",
    ],
)
def test_what_is_not_run_is_left_alone(text):
    assert guarded(text) == text


@given(texts)
def test_guarding_is_undone(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text) != ""
    assert not risky(guarded(text)) or guarded(text).startswith("'")


@given(st.lists(texts, min_size=1))
def test_joining_is_undone(items):
    assert split(joined(items)) == tuple(items)


@pytest.mark.parametrize(
    ("items", "text"),
    [(["a", "b"], "a；b"), (["a；b"], "a\\;b"), (["a\\", "b"], "a\\\\；b"), ([""], ""), (["", ""], "；"), (["a\\;"], "a\\\\;")],
)  # fmt: skip
def test_joined(items, text):
    assert joined(items) == text


@pytest.mark.parametrize(
    ("value", "digits"),
    [(16501000000.0, "16501000000"), (2.5, "2.5"), (-1.0, "-1"), (0.1 + 0.2, "0.30000000000000004"), (1e300, "1e+300"), (-0.0, "0")],
)  # fmt: skip
def test_number(value, digits):
    assert number(value) == digits
    assert float(digits) == value
