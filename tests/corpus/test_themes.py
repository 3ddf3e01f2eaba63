"""The taxonomy's loader: what it gives of the shipped file, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.themes import read_taxonomy, taxonomy

TOP = '[[theme]]\nid = "a"\nlabel = "甲"\ndefinition = "收甲；不收乙。"\n'
CHILD = '[[theme]]\nid = "a-b"\nlabel = "乙"\nparent = "a"\ndefinition = "收乙；不收甲。"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "themes.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_themes() -> None:
    themes = taxonomy()
    assert themes is taxonomy()
    assert [theme.id for theme in themes.parents][:2] == ["workforce", "real-name"]
    assert len(themes.parents) + len(themes.children) == len(themes.theme) == len(themes.by_id)
    assert themes["attendance"].label == "考勤与进出场"
    assert themes["attendance"].parent == "real-name"


def test_children_of_a_parent_in_order(tmp_path: Path) -> None:
    other = CHILD.replace("a-b", "a-a")
    themes = read_taxonomy(written(tmp_path, TOP + CHILD + other))
    assert [theme.id for theme in themes.below("a")] == ["a-b", "a-a"]
    assert themes.below("a-b") == themes.below("unknown") == ()


def test_an_unknown_theme() -> None:
    with pytest.raises(KeyError):
        taxonomy()["unknown"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "theme"),
        ("theme = []", "theme"),
        ("[[theme]", "读不出"),
        (TOP, "没有下级"),
        (TOP + CHILD + CHILD, "a-b 重复"),
        (TOP + CHILD.replace('parent = "a"', 'parent = "z"'), "上级 z"),
        (TOP + CHILD + CHILD.replace("a-b", "a-c").replace('"a"', '"a-b"'), "上级 a-b"),
        (TOP + CHILD.replace('id = "a-b"', 'id = "A B"'), "theme.1.id"),
        (TOP + CHILD.replace('label = "乙"', 'label = ""'), "theme.1.label"),
        (TOP + CHILD.replace("definition", "meaning"), "theme.1.definition"),
        (TOP + CHILD + 'note = "多"\n', "theme.1.note"),
    ],
)
def test_malformed_themes_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_taxonomy(written(tmp_path, text))
    assert caught.value.hint


def test_missing_themes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="读不出"):
        read_taxonomy(tmp_path / "none.toml")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "themes.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="读不出"):
        read_taxonomy(path)
