"""Retrieval metrics against the judged queries in ``evals/gold/search``.

nDCG@10 takes the grade as its gain and log2 of rank + 1 as its discount, as trec_eval does; recall
and reciprocal rank count grades 2 and 3 as relevant. Importing this loads no model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from pydantic import Field

from api.schemas import Mode, SearchRequest
from corpus.model import Frozen

if TYPE_CHECKING:
    from api.services import Services

GOLD = Path(__file__).parent / "gold" / "search"
BASELINE = GOLD / "baseline.json"

Split = Literal["tune", "test"]
Kind = Literal[
    "keyword", "question", "everyday", "clause", "region", "figure", "name", "compound",
    "unanswerable",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
METRICS = ("nDCG@10", "R@5", "RR@10")
DEPTH = 10
RELEVANT = 2
RESAMPLES = 1000
SEED = 20240601


class JudgedQuery(Frozen):
    """A query and what answers it."""

    id: str
    kind: Kind
    need: str = Field(description="What the asker is after; each need is in one split only.")
    query: str
    judgments: dict[str, int] = Field(description="Practice id → grade 1 to 3; unlisted is 0.")
    shares_words: bool = Field(description="Whether a text of grade 2 or 3 has a word of it.")
    note: str = ""


class Ranked(Frozen):
    """One result, in the order in which results are returned."""

    id: str
    weak: bool = Field(False, description="Whether the answer it is part of is marked weak.")


class Scored(Frozen):
    """What one query scored."""

    query: JudgedQuery
    metrics: dict[str, float] = Field(description="Metric → 0 to 1; empty for unanswerable ones.")
    weak: bool = Field(description="Whether the answer was empty or marked weak as a whole.")


Search = Callable[[str, str], Sequence[Ranked]]
Row = dict[str, Any]


def load(split: Split) -> list[JudgedQuery]:
    """The judged queries of a split, in file order."""
    lines = (GOLD / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [JudgedQuery.model_validate_json(line) for line in lines]


def run(search: Search, queries: Iterable[JudgedQuery], mode: str) -> list[Scored]:
    """Ask every query and score what comes back, in the order of the queries.

    Args:
        search: (query, mode) → results, best first; only the first 10 count.
        queries: judged queries with distinct ids.
        mode: passed on to ``search``.
    """
    answers = [(query, list(search(query.query, mode))[:DEPTH]) for query in queries]
    metrics = _metrics([(q, found) for q, found in answers if q.judgments])
    return [
        Scored(query=q, metrics=metrics.get(q.id, {}), weak=all(one.weak for one in found))
        for q, found in answers
    ]


def _metrics(answers: Sequence[tuple[JudgedQuery, list[Ranked]]]) -> dict[str, dict[str, float]]:
    """Query id → metric → value."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    names = {
        nDCG @ 10: "nDCG@10",
        R(rel=RELEVANT) @ 5: "R@5",
        RR(rel=RELEVANT): "RR@10",  # results are cut at 10 before
    }
    values = {q.id: dict.fromkeys(METRICS, 0.0) for q, _ in answers}
    grades = {q.id: q.judgments for q, _ in answers}
    # Scores that fall with the rank keep the order in which results were returned.
    ranks = {
        q.id: {one.id: float(DEPTH - rank) for rank, one in enumerate(found)}
        for q, found in answers
        if found
    }
    for value in ir_measures.iter_calc(list(names), grades, ranks):
        values[value.query_id][names[value.measure]] = float(value.value)
    return values


def summarise(scored: Sequence[Scored]) -> dict[str, Any]:
    """Means with 95 % intervals, over all queries, by kind, and for those without shared words.

    Returns:
        ``overall``, ``no_shared_words`` and by kind ``kinds``: rows of ``queries`` and, by metric,
        ``mean``, ``low`` and ``high``; ``unanswerable`` and ``answerable``: ``queries`` and the
        share of them whose answer was ``weak``.
    """
    answerable = [one for one in scored if one.query.judgments]
    unanswerable = [one for one in scored if not one.query.judgments]
    kinds = {kind: [one for one in answerable if one.query.kind == kind] for kind in KINDS}
    return {
        "overall": _row(answerable),
        "no_shared_words": _row([one for one in answerable if not one.query.shares_words]),
        "kinds": {kind: _row(members) for kind, members in kinds.items() if members},
        "unanswerable": _weak(unanswerable),
        "answerable": _weak(answerable),
    }


def _row(scored: Sequence[Scored]) -> Row:
    row: Row = {"queries": len(scored)}
    for name in METRICS:
        row[name] = interval([one.metrics[name] for one in scored])
    return row


def _weak(scored: Sequence[Scored]) -> Row:
    share = sum(one.weak for one in scored) / len(scored) if scored else 0.0
    return {"queries": len(scored), "weak": share}


def interval(values: Sequence[float]) -> dict[str, float]:
    """The mean of per-query values and its 95 % percentile bootstrap interval (Efron, 1979)."""
    if not values:
        return {"mean": 0.0, "low": 0.0, "high": 0.0}
    sample = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(SEED).integers(0, len(sample), (RESAMPLES, len(sample)))
    low, high = np.percentile(sample[draws].mean(axis=1), [2.5, 97.5])
    return {"mean": float(sample.mean()), "low": float(low), "high": float(high)}


def evaluate_search(
    services: Services,
    split: Split,
    modes: Sequence[Mode] = ("hybrid", "keyword", "semantic"),
) -> dict[str, Any]:
    """Score the search service, which must hold the shipped corpus and nothing else.

    Returns:
        ``split`` and ``modes``: mode → what :func:`summarise` returns, and of the tuning split
        ``queries``, each query's own scores. Those of the test split are left out, since nobody
        is to look at them.
    """

    def search(query: str, mode: str) -> list[Ranked]:
        request = SearchRequest.model_validate(
            {"query": query, "mode": mode, "limit": DEPTH, "facets": False}
        )
        response = services.search.search(request)
        return [Ranked(id=hit.id, weak=response.weak) for hit in response.hits]

    queries = load(split)
    result: dict[str, Any] = {"split": split, "modes": {}}
    for mode in modes:
        scored = run(search, queries, mode)
        summary = summarise(scored)
        if split == "tune":
            summary["queries"] = [
                {"id": s.query.id, "query": s.query.query, "weak": s.weak, **s.metrics}
                for s in scored
            ]
        result["modes"][mode] = summary
    return result


def scores(result: Mapping[str, Any]) -> dict[str, float]:
    """Mode → nDCG@10 over all answerable queries: what the baseline records of a result."""
    modes = result["modes"].items()
    return {mode: round(summary["overall"]["nDCG@10"]["mean"], 4) for mode, summary in modes}


def read_baseline() -> dict[str, dict[str, float]]:
    """The recorded nDCG@10, by split and mode."""
    baseline: dict[str, dict[str, float]] = json.loads(BASELINE.read_text(encoding="utf-8"))
    return baseline


def regressions(
    result: Mapping[str, Any], baseline: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """What fell below the baseline by more than its noise, a line each.

    The noise of a score is half the width of its 95 % interval. A mode that the baseline does not
    have is named too, since nothing would notice its fall.
    """
    recorded = baseline.get(result["split"], {})
    found = []
    for mode, score in scores(result).items():
        place = f"{result['split']} {mode}"
        if mode not in recorded:
            found.append(f"{place}: no baseline is recorded")
            continue
        spread = result["modes"][mode]["overall"]["nDCG@10"]
        noise = (spread["high"] - spread["low"]) / 2
        if score < recorded[mode] - noise:
            found.append(
                f"{place}: nDCG@10 {score:.3f}, recorded {recorded[mode]:.3f}, noise {noise:.3f}"
            )
    return found


def render(result: Mapping[str, Any]) -> str:
    """The scores as a text table."""
    lines = [
        f"Search, {result['split']} split (evals/gold/search), means with 95 % intervals",
        f"{'mode':<10}{'kind':<17}{'queries':>8}" + "".join(f"{name:>20}" for name in METRICS),
    ]
    for mode, summary in result["modes"].items():
        rows = {
            "all": summary["overall"],
            "no shared words": summary["no_shared_words"],
            **summary["kinds"],
        }
        lines += [_line(mode, kind, row) for kind, row in rows.items()]
        asked, answered = summary["unanswerable"], summary["answerable"]
        lines.append(
            f"{mode:<10}weak: {asked['weak']:.0%} of {asked['queries']} unanswerable, "
            f"{answered['weak']:.0%} of {answered['queries']} answerable"
        )
    return "\n".join(lines)


def _line(mode: str, kind: str, row: Row) -> str:
    cells = "".join(f"{cell(row[name]):>20}" for name in METRICS)
    return f"{mode:<10}{kind:<17}{row['queries']:>8}{cells}"


def cell(score: Mapping[str, float]) -> str:
    """A mean and its interval, as tables show them."""
    return f"{score['mean']:.3f} [{score['low']:.2f}, {score['high']:.2f}]"
