"""Retrieval metrics: an example computed by hand, intervals, regressions, and the recorded scores."""

from __future__ import annotations

import copy
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evals.retrieval import (
    BASELINE,
    DEPTH,
    JudgedQuery,
    Ranked,
    Split,
    evaluate_search,
    interval,
    load,
    read_baseline,
    regressions,
    render,
    run,
    scores,
    summarise,
)

if TYPE_CHECKING:
    from api.services import Services


def judged(id_: str, grades: dict[str, int], **fields: Any) -> JudgedQuery:
    values = {"kind": "keyword", "need": id_, "query": id_, "shares_words": True, **fields}
    return JudgedQuery(id=id_, judgments=grades, **values)


QUERIES = [
    judged("found", {"a": 3, "b": 2, "c": 1}),
    judged("missed", {"a": 3}, kind="everyday", shares_words=False),
    judged("empty", {"a": 3}, kind="everyday", shares_words=False),
    judged("nothing", {}, kind="unanswerable", shares_words=False),
    judged("nothing too", {}, kind="unanswerable", shares_words=False),
]
# c, x, a: gains 1, 0, 3 at ranks 1, 2, 3, of the ideal 3, 2, 1.
ANSWERS = {
    "found": [Ranked(id="c"), Ranked(id="x"), Ranked(id="a")],
    "missed": [Ranked(id="x"), Ranked(id="y")],
    "empty": [],
    "nothing": [Ranked(id="a", weak=True)],
    "nothing too": [Ranked(id="a")],
}


def answer(query: str, mode: str) -> Sequence[Ranked]:
    assert mode == "hybrid"
    return ANSWERS[query]


def test_metrics_are_those_computed_by_hand() -> None:
    scored = {one.query.id: one for one in run(answer, QUERIES, "hybrid")}
    gained = 1 / math.log2(2) + 3 / math.log2(4)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert scored["found"].metrics == pytest.approx(
        {"nDCG@10": gained / ideal, "R@5": 1 / 2, "RR@10": 1 / 3}
    )
    for id_ in ("missed", "empty"):
        assert scored[id_].metrics == {"nDCG@10": 0.0, "R@5": 0.0, "RR@10": 0.0}
    assert scored["nothing"].metrics == {}


def test_order_of_the_results_counts_and_not_their_number() -> None:
    query = judged("long", {"last": 3})

    def late(query: str, mode: str) -> list[Ranked]:
        return [Ranked(id=f"x{i}") for i in range(DEPTH)] + [Ranked(id="last")]

    def tenth(query: str, mode: str) -> list[Ranked]:
        return [Ranked(id=f"x{i}") for i in range(DEPTH - 1)] + [Ranked(id="last")]

    assert run(late, [query], "hybrid")[0].metrics["RR@10"] == 0
    assert run(tenth, [query], "hybrid")[0].metrics["RR@10"] == pytest.approx(1 / 10)
    assert run(tenth, [query], "hybrid")[0].metrics["R@5"] == 0


def test_an_answer_is_weak_when_it_is_empty_or_marked_so() -> None:
    scored = {one.query.id: one.weak for one in run(answer, QUERIES, "hybrid")}
    assert scored == {
        "found": False, "missed": False, "empty": True, "nothing": True, "nothing too": False,
    }  # fmt: skip


def test_summary_keeps_kinds_and_unanswerable_queries_apart() -> None:
    summary = summarise(run(answer, QUERIES, "hybrid"))
    assert summary["overall"]["queries"] == 3
    assert summary["overall"]["R@5"]["mean"] == pytest.approx(1 / 6)
    assert summary["no_shared_words"]["queries"] == 2
    assert set(summary["kinds"]) == {"keyword", "everyday"}
    assert summary["unanswerable"] == {"queries": 2, "weak": 0.5}
    assert summary["answerable"] == {"queries": 3, "weak": pytest.approx(1 / 3)}


def test_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = [0.0, 1.0] * 50
    first = interval(values)
    assert first == interval(values)
    # Of 100 fair coins the standard error is .05, so that 95 % lie within about .1.
    assert first["mean"] == 0.5
    assert first["low"] == pytest.approx(0.4, abs=0.03)
    assert first["high"] == pytest.approx(0.6, abs=0.03)


def test_interval_of_equal_values_has_no_width() -> None:
    assert interval([0.5, 0.5, 0.5]) == {"mean": 0.5, "low": 0.5, "high": 0.5}


def made_result(mean: float, low: float, high: float) -> dict[str, Any]:
    spread = {"mean": mean, "low": low, "high": high}
    return {"split": "tune", "modes": {"hybrid": {"overall": {"queries": 9, "nDCG@10": spread}}}}


@pytest.mark.parametrize(
    ("mean", "fell"), [(0.9, False), (0.8, False), (0.76, False), (0.74, True), (0.5, True)]
)
def test_a_fall_counts_when_it_exceeds_the_noise(mean: float, fell: bool) -> None:
    result = made_result(mean, mean - 0.05, mean + 0.05)
    found = regressions(result, {"tune": {"hybrid": 0.8}})
    assert bool(found) == fell
    if fell:
        assert "tune hybrid" in found[0]
        assert "0.800" in found[0]


def test_a_mode_or_split_without_a_baseline_is_named() -> None:
    result = made_result(0.9, 0.8, 1.0)
    assert regressions(result, {"tune": {"keyword": 0.1}})
    assert regressions(result, {"test": {"hybrid": 0.1}})


def test_importing_loads_no_model() -> None:
    code = (
        "import sys, evals.retrieval; print([m for m in ('torch', 'haystack') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("split", ["tune", "test"])
def test_no_score_fell(services: Services, split: Split) -> None:
    result = evaluate_search(services, split)
    if os.environ.get("TASHAN_UPDATE_GOLDEN") == "1":
        _record(BASELINE, split, scores(result))
    assert regressions(result, read_baseline()) == []
    for mode, summary in result["modes"].items():
        assert summary["unanswerable"]["queries"] == 10
        # Nobody is to look at single queries of the test split.
        assert ("queries" in summary) == (split == "tune")
        assert summary["overall"]["queries"] + 10 == len(load(split))
        assert f"{mode:<10}no shared words" in render(result)


def test_forgetting_half_of_the_answers_is_a_regression(services: Services) -> None:
    result = copy.deepcopy(evaluate_search(services, "tune", ("hybrid",)))
    spread = result["modes"]["hybrid"]["overall"]["nDCG@10"]
    for name in spread:
        spread[name] /= 2
    assert regressions(result, read_baseline())


def _record(path: Path, split: str, values: dict[str, float]) -> None:
    baseline = json.loads(path.read_text("utf-8")) if path.exists() else {}
    text = json.dumps({**baseline, split: values}, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
