"""Form of the hand-read themes: every entry labelled once, with themes that exist, in one split."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpus.metadata import manifest
from corpus.settings import DOCUMENTS, SOURCES, VOCABULARY
from evals.parsing import gold_entries, score
from ingest.parse import parse
from ingest.readers import read_path

GOLD = Path(__file__).parents[2] / "evals" / "gold" / "registry"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (GOLD / "themes.jsonl").read_text(encoding="utf-8").splitlines()
]
SPLITS: dict[str, list[str]] = json.loads((GOLD / "themes.splits.json").read_text("utf-8"))
CHILDREN = {
    theme["id"]
    for theme in tomllib.loads((VOCABULARY / "themes.toml").read_text(encoding="utf-8"))["theme"]
    if "parent" in theme
}


@pytest.fixture(scope="module")
def documents() -> dict[str, list[str]]:
    """Document id → ids of its entries, in source order; as many as were read by hand."""
    ids = {}
    for entry in manifest(SOURCES):
        parsed = parse(read_path(DOCUMENTS / entry.file, max_bytes=2**20), entry.id or "")
        result = score(parsed)
        document = parsed.document.id
        assert (result.found, result.extra) == (len(gold_entries(document)), 0), document
        ids[document] = [practice.id for practice in parsed.practices]
    return ids


def test_every_entry_is_labelled_once_in_source_order(documents: dict[str, list[str]]) -> None:
    assert [row["id"] for row in ROWS] == [id_ for ids in documents.values() for id_ in ids]


def test_rows_have_the_fields_of_the_gold() -> None:
    assert [row for row in ROWS if set(row) != {"id", "theme", "secondary"}] == []


def test_themes_are_children_of_the_taxonomy() -> None:
    named = {theme for row in ROWS for theme in [row["theme"], *row["secondary"]]}
    assert named - CHILDREN == set()


def test_every_child_is_the_main_theme_of_something() -> None:
    assert CHILDREN - {row["theme"] for row in ROWS} == set()


def test_secondary_themes_are_few_and_differ_from_the_main_one() -> None:
    wrong = [
        row["id"]
        for row in ROWS
        if len(row["secondary"]) > 3
        or len({row["theme"], *row["secondary"]}) != 1 + len(row["secondary"])
    ]
    assert wrong == []


def test_splits_partition_the_entries() -> None:
    assert set(SPLITS) == {"tune", "test"}
    assert Counter(SPLITS["tune"] + SPLITS["test"]) == Counter(row["id"] for row in ROWS)


def test_splits_halve_every_document(documents: dict[str, list[str]]) -> None:
    tune = set(SPLITS["tune"])
    for document, ids in documents.items():
        assert abs(2 * len(tune & set(ids)) - len(ids)) <= 1, document


def test_themes_of_two_or_more_entries_are_in_both_splits() -> None:
    held = {name: {row["theme"] for row in ROWS if row["id"] in SPLITS[name]} for name in SPLITS}
    times = Counter(row["theme"] for row in ROWS)
    repeated = {theme for theme, count in times.items() if count > 1}
    assert repeated - (held["tune"] & held["test"]) == set()
