from __future__ import annotations

import math

import pytest

from api.ranking import (
    BESIDE,
    DENSE_SHARE,
    LINES,
    MOST_WORDS,
    UNWORDED,
    WORDS,
    Lines,
    attainable,
    facet_counts,
    fuse,
    grouped,
    strength,
    weak_below,
)
from api.schemas import FACET_VALUES, Mode
from corpus.store.base import Candidate, Candidates

ORDER = {"a": 0, "b": 1}


def passage(practice: str, score: float, part: int = 0, **fields: object) -> Candidate:
    base = Candidate(
        passage_id=f"{practice}#{part}",
        practice_id=practice,
        generation="",
        document_id="a",
        kind="practice",
        task="任务",
        measure="举措",
        theme=None,
        regions=("500000",),
        level="province",
        instruments=(),
        score=score,
    )
    return base._replace(**fields)  # type: ignore[arg-type]


def ids(candidates: Candidates, limit: float = 10.0) -> list[str]:
    return [one.practice_id for one in fuse(candidates, "hybrid", limit, ORDER)]


def test_a_practice_counts_once_by_its_best_passage() -> None:
    found = fuse(
        Candidates(
            dense=[passage("p", 0.9, 1), passage("q", 0.8), passage("p", 0.7)],
            sparse=[passage("p", 8.0), passage("p", 6.0, 1)],
        ),
        "hybrid",
        10.0,
        ORDER,
    )
    assert [(one.practice_id, one.dense, one.sparse) for one in found] == [
        ("p", 0.9, 8.0),
        ("q", 0.8, None),
    ]
    assert found[0].score == pytest.approx(1.0)


def test_both_channels_beat_one() -> None:
    both = Candidates(
        dense=[passage("d", 0.8), passage("both", 0.7), passage("z", 0.1)],
        sparse=[passage("s", 9.0), passage("both", 8.0)],
    )
    assert ids(both)[0] == "both"


def test_a_score_is_made_of_shares_of_the_best() -> None:
    dense = [passage("d", 0.8), passage("s", 0.4), passage("e", 0.2), passage("far", -0.1)]
    sparse = [passage("s", 9.0), passage("d", 3.0)]
    scores = {
        one.practice_id: one.score for one in fuse(Candidates(dense, sparse), "hybrid", 10.0, ORDER)
    }
    words = 1 - DENSE_SHARE
    assert scores == pytest.approx({
        "d": DENSE_SHARE + words / 3,
        "s": DENSE_SHARE / 2 + words,
        "e": DENSE_SHARE / 4,
        "far": 0.0,
    })  # fmt: skip


def test_a_score_does_not_hang_on_how_many_are_asked_for() -> None:
    dense = [passage("d", 0.8), passage("s", 0.4), passage("e", 0.2)]
    sparse = [passage("s", 9.0)]
    few, more = (fuse(Candidates(dense[:asked], sparse), "hybrid", 10.0, ORDER) for asked in (2, 3))
    assert [(one.practice_id, one.score) for one in more[:2]] == [
        (one.practice_id, one.score) for one in few
    ]


def test_one_channel_alone_keeps_its_order() -> None:
    scored = [passage("x", 0.9), passage("y", 0.5), passage("z", 0.2)]
    assert ids(Candidates(dense=scored)) == ["x", "y", "z"]
    assert ids(Candidates(sparse=scored)) == ["x", "y", "z"]
    assert ids(Candidates()) == []


def test_equals_stand_in_document_order_then_by_id() -> None:
    equal = [
        passage("b1", 0.5, document_id="b"),
        passage("a2", 0.5),
        passage("a1", 0.5 + 1e-9),
        passage("c1", 0.5, document_id="unknown"),
    ]
    assert ids(Candidates(dense=equal)) == ["a1", "a2", "b1", "c1"]
    assert ids(Candidates(dense=equal[::-1])) == ["a1", "a2", "b1", "c1"]


@pytest.mark.parametrize(
    ("dense", "share", "mode", "expected"),
    [
        (0.4, 0.5, "hybrid", 0.4 + 0.5 * WORDS),
        (0.4, 9.0, "hybrid", 0.4 + MOST_WORDS * WORDS),
        (0.5, 0.0, "hybrid", 0.5 - UNWORDED),
        (0.5, 0.9, "semantic", 0.5),
        (0.5, 0.9, "keyword", 0.9),
        (0.5, 9.0, "keyword", MOST_WORDS),
    ],
)
def test_strength(dense: float, share: float, mode: Mode, expected: float) -> None:
    assert strength(dense, share, mode) == pytest.approx(expected)


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_below_the_line_all_are_weak_and_above_it_only_what_is_far_behind(mode: Mode) -> None:
    line = getattr(LINES, mode)
    assert weak_below([line - 0.01, 0.1], mode) == math.inf
    assert weak_below([], mode) == math.inf
    assert weak_below([line, 0.1], mode) == pytest.approx(BESIDE * line)
    assert weak_below([0.5], mode, Lines(0.6, 0.6, 0.6)) == math.inf


def test_the_weak_stand_last_whatever_their_score() -> None:
    found = fuse(
        Candidates(
            dense=[passage("near", 0.9), passage("far", 0.1)],
            sparse=[passage("word", 9.0), passage("near", 3.0)],
        ),
        "hybrid",
        100.0,
        ORDER,
    )
    assert [(one.practice_id, one.weak) for one in found] == [
        ("near", False),
        ("word", True),
        ("far", True),
    ]


def test_attainable_grows_with_the_query_and_the_corpus() -> None:
    assert attainable(2.0, 150) == pytest.approx(2 * attainable(1.0, 150))
    assert attainable(1.0, 150_000) > attainable(1.0, 150) > 0
    assert attainable(0.0, 150) == 0


def test_facets_count_the_strong() -> None:
    found = fuse(
        Candidates(
            dense=[
                passage("a", 0.9, regions=("440000", "440100"), level="city"),
                passage("b", 0.9, regions=("440000",)),
                passage("c", 0.01, regions=("310000",)),
                passage("d", 0.9, regions=(), level=None, task=None, document_id="b"),
            ]
        ),
        "semantic",
        10.0,
        ORDER,
    )
    counts = facet_counts(found)
    assert counts["regions"] == [("440000", 2), ("440100", 1)]
    assert counts["levels"] == [("city", 1), ("province", 1)]
    assert counts["documents"] == [("a", 2), ("b", 1)]
    assert counts["tasks"] == [("任务", 2)]
    assert counts["instruments"] == []


def test_facets_say_a_value_once_and_the_most_frequent_values() -> None:
    passages = [
        passage(
            f"p{i}", 0.9, document_id=f"d{i // 2 if i < 2 else i}", instruments=("补贴", "补贴")
        )
        for i in range(2 * FACET_VALUES)
    ]
    counts = facet_counts(fuse(Candidates(dense=passages), "semantic", 10.0, ORDER))
    assert counts["instruments"] == [("补贴", 2 * FACET_VALUES)]
    assert counts["documents"][0] == ("d0", 2)
    assert len(counts["documents"]) == FACET_VALUES


def test_groups_stand_together_in_order_of_their_best() -> None:
    found = fuse(
        Candidates(
            dense=[
                passage("x1", 0.9, regions=("x",)),
                passage("y1", 0.8, regions=("y",)),
                passage("x2", 0.7, regions=("x",)),
                passage("n1", 0.6, regions=()),
                passage("y2", 0.5, regions=("y",)),
            ]
        ),
        "hybrid",
        10.0,
        ORDER,
    )
    together = [one.practice_id for one in grouped(found, "region")]
    assert together == ["x1", "x2", "y1", "y2", "n1"]
