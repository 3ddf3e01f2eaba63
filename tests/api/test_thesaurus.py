from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from api.thesaurus import Group, Thesaurus
from corpus.errors import InputError
from corpus.text import fold

WAGES = Group("专用账户", ("专户", "工资专户"), ("发钱的户头",))


def every(text: str) -> set[int]:
    return set(range(len(text) + 1))


def test_the_longest_word_is_read_and_everyday_words_are_not_looked_for() -> None:
    thesaurus = Thesaurus([WAGES, Group("工资", ("薪酬",))])
    text = "工资专户和工资"
    readings = thesaurus.readings(text, every(text))
    assert [(one.word, one.others) for one in readings] == [
        ("工资专户", ("专用账户", "专户")),
        ("工资", ("薪酬",)),
    ]
    everyday = thesaurus.readings("发钱的户头", every("发钱的户头"))
    assert everyday[0].others == ("专用账户", "专户", "工资专户")


def test_words_begin_and_end_where_words_do() -> None:
    thesaurus = Thesaurus([Group("工会", ("总工会",))])
    assert thesaurus.readings("分工会议", {0, 2, 4}) == []
    assert thesaurus.readings("分工会议", {0, 1, 3, 4}) != []


def test_broken_files(tmp_path: Path) -> None:
    broken = tmp_path / "t.toml"
    for text in ("[[group]]\nsynonyms = ['a']", "[[group]]\npreferred='a'\nother=1", "[[group"):
        broken.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="同义词表"):
            Thesaurus.read(broken)
    with pytest.raises(InputError):
        Thesaurus.read(tmp_path / "none.toml")


def test_the_shipped_thesaurus_is_well_formed() -> None:
    groups = Thesaurus.read().groups
    assert len(groups) >= 900
    counts = Counter(fold(word) for group in groups for word in group.words)
    assert [word for word, count in counts.items() if count > 1] == []
    assert all(len(word) > 1 for word in counts)
