"""The weak lines are found out for whatever model is in use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.ranking import LINES, Lines
from api.services import Services
from api.weakness import QUESTIONS, calibrated, measured
from corpus.segment import read_words
from corpus.store.base import SearchFilter


@pytest.fixture
def shipped(services: Services) -> tuple[str, ...]:
    return tuple(document.id for document in services.store.documents())


def test_most_questions_on_other_matters_stay_below_the_lines(
    services: Services, shipped: tuple[str, ...]
) -> None:
    lines = measured(services.search, shipped)
    where = SearchFilter(documents=shipped)
    reached = [services.search.strengths(question, where) for question in read_words(QUESTIONS)]
    above = sum(one.hybrid >= lines.hybrid for one in reached)
    assert 0 < above <= 0.15 * len(reached)
    asked = services.search.strengths("工资专户代发", where)
    assert all(mine > line for mine, line in zip(asked, lines, strict=True))


def test_the_lines_are_remembered_until_something_changes(
    services: Services, shipped: tuple[str, ...], tmp_path: Path
) -> None:
    record = tmp_path / "lines.json"
    lines = calibrated(services.search, shipped, record, "one")
    kept = json.loads(record.read_text()) | {"lines": Lines(1, 2, 3)._asdict()}
    record.write_text(json.dumps(kept))
    assert calibrated(services.search, shipped, record, "one") == Lines(1, 2, 3)
    assert calibrated(services.search, shipped, record, "two") == lines


@pytest.mark.parametrize("text", ["", "{", "[]", '{"fingerprint": "x"}'])
def test_a_broken_record_is_made_anew(
    services: Services, shipped: tuple[str, ...], tmp_path: Path, text: str
) -> None:
    record = tmp_path / "lines.json"
    record.write_text(text)
    lines = calibrated(services.search, shipped, record, "x")
    assert json.loads(record.read_text())["lines"] == lines._asdict()


def test_without_the_shipped_documents_the_lines_are_the_bundled_models(
    services: Services, tmp_path: Path
) -> None:
    assert calibrated(services.search, (), tmp_path / "lines.json", "x") == LINES


def test_the_questions_are_distinct() -> None:
    questions = read_words(QUESTIONS)
    assert len(questions) == len(set(questions)) >= 80
