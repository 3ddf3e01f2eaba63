"""Form of the theme taxonomy: ids, levels, labels, definitions."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

import pytest

from corpus.settings import VOCABULARY

THEMES = tomllib.loads((VOCABULARY / "themes.toml").read_text(encoding="utf-8"))["theme"]
PARENTS = [theme for theme in THEMES if "parent" not in theme]
CHILDREN = [theme for theme in THEMES if "parent" in theme]


def test_fields_are_those_of_a_theme() -> None:
    allowed = {"id", "label", "parent", "definition"}
    assert [t for t in THEMES if not allowed - {"parent"} <= set(t) <= allowed] == []


def test_there_are_enough_themes_and_not_too_many() -> None:
    assert 7 <= len(PARENTS) <= 9
    assert 30 <= len(CHILDREN) <= 45


@pytest.mark.parametrize("field", ["id", "label"])
def test_ids_and_labels_are_unique(field: str) -> None:
    times = Counter(theme[field] for theme in THEMES)
    assert [value for value, count in times.items() if count > 1] == []


def test_ids_are_kebab_case() -> None:
    assert [t["id"] for t in THEMES if not re.fullmatch(r"[a-z]+(-[a-z]+)*", t["id"])] == []


def test_parents_are_themes_without_a_parent() -> None:
    tops = {theme["id"] for theme in PARENTS}
    assert [theme["id"] for theme in CHILDREN if theme["parent"] not in tops] == []


def test_every_parent_has_children() -> None:
    assert {theme["parent"] for theme in CHILDREN} == {theme["id"] for theme in PARENTS}


def test_children_follow_their_parent() -> None:
    above = None
    for theme in THEMES:
        above = theme["id"] if "parent" not in theme else above
        assert theme.get("parent", above) == above


def test_definitions_say_what_is_in_and_out() -> None:
    form = r"收.+；不收.+。"
    assert [t["id"] for t in THEMES if not re.fullmatch(form, t["definition"])] == []


def test_definitions_point_to_other_themes_by_their_labels() -> None:
    labels = {theme["label"] for theme in THEMES}
    for theme in THEMES:
        quoted = set(re.findall("“(.+?)”", theme["definition"]))
        assert quoted <= labels - {theme["label"]}, theme["id"]
