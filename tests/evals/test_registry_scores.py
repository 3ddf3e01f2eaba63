"""No score of the registry falls by more than its noise, and every value is grounded."""

from __future__ import annotations

import json
import os
from typing import Any, get_args

import pytest

from evals.registry import evaluate
from evals.registry_gold import GOLD, Split
from ingest.extract.measure import extract
from ingest.extract.themes import assign

BASELINE = GOLD / "baseline.json"


def scores(result: dict[str, Any]) -> dict[str, dict[str, float]]:
    """F1 by table and the accuracy of main themes, with their intervals."""
    found = {name: row["f1"] for name, row in result["tables"].items()}
    return {**found, "themes, main": result["themes"]["main"]}


@pytest.fixture(scope="module", params=get_args(Split))
def result(request: pytest.FixtureRequest) -> dict[str, Any]:
    return evaluate(request.param, lambda practice: list(extract(practice).rows), assign)


def test_no_score_fell(result: dict[str, Any]) -> None:
    split, found = result["split"], scores(result)
    if os.environ.get("TASHAN_UPDATE_GOLDEN") == "1":
        known = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
        known[split] = {name: round(row["value"], 4) for name, row in found.items()}
        text = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
        BASELINE.write_text(text + "\n", encoding="utf-8")
    recorded = json.loads(BASELINE.read_text("utf-8"))[split]
    assert recorded.keys() == found.keys()
    fallen = {
        name: (row["value"], recorded[name])
        for name, row in found.items()
        if row["value"] < recorded[name] - max(0.01, (row["high"] - row["low"]) / 2)
    }
    assert fallen == {}


def test_every_value_is_grounded(result: dict[str, Any]) -> None:
    assert result["grounding"]["value"] == 1.0
    assert result["grounding"]["of"] > 200
