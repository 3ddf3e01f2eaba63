"""Parse accuracy against the hand-read gold in ``evals/gold/parse``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from corpus.model import ParsedDocument, Practice

GOLD = Path(__file__).parent / "gold" / "parse"
FIELDS = {
    "practice": ("task", "measure", "ordinal", "region", "region_candidates", "title", "text"),
    "plan_item": ("path", "ordinal", "region", "title", "text"),
}
DOCUMENT_FIELDS = (
    "title", "kind", "issuer", "number", "issued_on", "region", "batch", "empty_measures",
    "practices", "plan_items",
)  # fmt: skip
# Two texts this alike are the same practice, however the parser cut or mended it.
SAME = 0.6


@dataclass
class ParseScore:
    """How one document's parse compares with its gold.

    ``right`` counts, by field, the gold entries whose value is exactly the gold's; ``errors`` say
    what was found instead: (gold title, field, gold value, parsed value).
    """

    document_id: str
    gold: int
    found: int = 0
    extra: int = 0
    right: dict[str, int] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    errors: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    @property
    def perfect(self) -> bool:
        """Whether nothing differs from the gold."""
        return not self.errors and not self.extra and self.found == self.gold


def gold_entries(document_id: str) -> list[dict[str, Any]]:
    """The hand-read entries of a document, in source order."""
    lines = (GOLD / f"{document_id}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def gold_facts(document_id: str) -> dict[str, Any]:
    """The hand-read facts of a document."""
    facts: dict[str, dict[str, Any]] = json.loads((GOLD / "documents.json").read_text("utf-8"))
    return facts[document_id]


def score(parsed: ParsedDocument) -> ParseScore:
    """Compare a parse with the gold of the same document id."""
    document_id = parsed.document.id
    entries = gold_entries(document_id)
    result = ParseScore(document_id, len(entries))
    matches = _pair(entries, parsed.practices)
    result.extra = len(parsed.practices) - len(matches)
    for place, entry in enumerate(entries):
        practice = matches.get(place)
        if practice is None:
            result.errors.append((entry["title"], "found", True, False))
            continue
        result.found += 1
        _compare(entry, practice, result)
    facts = _facts(parsed)
    for name in DOCUMENT_FIELDS:
        wanted = gold_facts(document_id)[name]
        result.facts[name] = facts[name] == wanted
        if facts[name] != wanted:
            result.errors.append(("document", name, wanted, facts[name]))
    return result


def _pair(entries: Sequence[dict[str, Any]], practices: Sequence[Practice]) -> dict[int, Practice]:
    """Gold entry → the parsed practice that is it, each taken once, in gold order."""
    free = list(practices)
    pairs: dict[int, Practice] = {}
    for place, entry in enumerate(entries):
        best = max(free, key=lambda p: _alike(entry["text"], p.text), default=None)
        if best is not None and _alike(entry["text"], best.text) >= SAME:
            pairs[place] = best
            free.remove(best)
    return pairs


def _alike(first: str, second: str) -> float:
    matcher = SequenceMatcher(None, first[:200], second[:200], autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= SAME else 0.0


def _compare(entry: dict[str, Any], practice: Practice, result: ParseScore) -> None:
    unresolved = [d for d in practice.doubts if d.code == "region_unresolved"]
    values: dict[str, Any] = {
        "task": practice.task,
        "measure": practice.measure,
        "path": list(practice.path),
        "ordinal": practice.ordinal,
        "region": practice.region.name if practice.region else None,
        "region_candidates": sorted(c for d in unresolved for c in d.candidates),
        "title": practice.title,
        "text": practice.text,
    }
    for name in FIELDS[entry["kind"]]:
        wanted = sorted(entry[name]) if name == "region_candidates" else entry[name]
        right = values[name] == wanted and practice.kind == entry["kind"]
        result.right[name] = result.right.get(name, 0) + right
        if not right:
            result.errors.append((entry["title"], name, wanted, values[name]))


def _facts(parsed: ParsedDocument) -> dict[str, Any]:
    document = parsed.document
    return {
        "title": document.title,
        "kind": document.kind,
        "issuer": document.issuer,
        "number": document.number,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "region": document.region.name if document.region else None,
        "batch": document.batch,
        "empty_measures": list(parsed.report.empty_measures),
        "practices": parsed.report.practices,
        "plan_items": parsed.report.plan_items,
    }
