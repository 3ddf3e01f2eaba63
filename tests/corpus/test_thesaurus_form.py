"""Form of the thesaurus: fields, distinct words, shared words, narrower terms, script."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from typing import Any

import pytest

from corpus.segment import STOPWORDS, read_words
from corpus.settings import VOCABULARY
from corpus.text import fold, simplified

FILES = sorted((VOCABULARY / "thesaurus").glob("*.toml"))
TABLES = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES}
GROUPS: list[dict[str, Any]] = [group for table in TABLES.values() for group in table["group"]]
LISTS = ("synonyms", "abbreviations", "everyday", "narrower", "shared")
FIELDS = {"preferred", "note", *LISTS}


def words(group: dict[str, Any]) -> list[str]:
    """The words that mean the group's thing, as written."""
    return [group["preferred"], *(w for field in LISTS[:3] for w in group.get(field, ()))]


def all_words(group: dict[str, Any]) -> list[str]:
    return [*words(group), *group.get("narrower", ())]


def groups_of_words() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for group in GROUPS:
        for word in dict.fromkeys(map(fold, words(group))):
            found[word].append(group)
    return found


def lists_as_shared(group: dict[str, Any], word: str) -> bool:
    return bool(group.get("note")) and word in map(fold, group.get("shared", ()))


def cycle(narrower: dict[str, list[str]], start: str) -> list[str]:
    """The way from ``start`` down to itself, or nothing."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        for below in narrower.get(way[-1], ()):
            if below == start:
                return [*way, below]
            if below not in seen:
                seen.add(below)
                ways.append([*way, below])
    return []


def test_files_hold_groups_only() -> None:
    assert [name for name, table in TABLES.items() if set(table) != {"group"}] == []


def test_there_are_enough_groups() -> None:
    assert len(GROUPS) >= 600


def test_fields_are_those_of_a_group() -> None:
    assert [g for g in GROUPS if not {"preferred"} <= set(g) <= FIELDS] == []


def test_fields_hold_words() -> None:
    wrong = [
        g
        for g in GROUPS
        if not all(isinstance(g.get(field, ""), str) for field in ("preferred", "note"))
        or not all(isinstance(word, str) for field in LISTS for word in g.get(field, []))
    ]
    assert wrong == []


def test_groups_say_one_thing_in_two_ways_at_least() -> None:
    assert [g["preferred"] for g in GROUPS if len(words(g)) < 2] == []


def test_words_of_a_group_are_distinct() -> None:
    repeated = {
        g["preferred"]: [
            word for word, times in Counter(map(fold, all_words(g))).items() if times > 1
        ]
        for g in GROUPS
    }
    assert {preferred: found for preferred, found in repeated.items() if found} == {}


def test_words_of_several_groups_are_shared_by_all_of_them_with_a_note() -> None:
    wrong = {
        word: [g["preferred"] for g in groups]
        for word, groups in groups_of_words().items()
        if len(groups) > 1 and not all(lists_as_shared(g, word) for g in groups)
    }
    assert wrong == {}


def test_shared_words_stand_in_the_group_and_in_another() -> None:
    found = groups_of_words()
    wrong = [
        (g["preferred"], word)
        for g in GROUPS
        for word in g.get("shared", ())
        if g not in found[fold(word)] or len(found[fold(word)]) < 2
    ]
    assert wrong == []


def test_words_have_two_characters_at_least() -> None:
    assert [word for g in GROUPS for word in all_words(g) if len(fold(word)) < 2] == []


def test_words_have_no_white_space_around() -> None:
    assert [word for g in GROUPS for word in all_words(g) if word != word.strip()] == []


def test_words_are_simplified() -> None:
    assert [word for g in GROUPS for word in all_words(g) if simplified(word) != word] == []


def test_words_are_no_stop_words() -> None:
    stop = set(read_words(STOPWORDS))
    assert [word for g in GROUPS for word in all_words(g) if fold(word) in stop] == []


def test_narrower_terms_lead_in_no_circle() -> None:
    narrower: dict[str, list[str]] = defaultdict(list)
    for group in GROUPS:
        narrower[fold(group["preferred"])] += map(fold, group.get("narrower", ()))
    circles = [way for start in list(narrower) if (way := cycle(narrower, start))]
    assert circles == []


@pytest.mark.parametrize(
    ("narrower", "expected"),
    [
        ({"甲": ["乙"], "乙": ["丙"]}, []),
        ({"甲": ["甲"]}, ["甲", "甲"]),
        ({"甲": ["乙"], "乙": ["丙"], "丙": ["甲"]}, ["甲", "乙", "丙", "甲"]),
        ({"甲": ["乙"], "乙": ["丙"], "丙": ["乙"]}, []),
    ],
)
def test_cycle_finds_the_way_back(narrower: dict[str, list[str]], expected: list[str]) -> None:
    assert cycle(narrower, "甲") == expected
