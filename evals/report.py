"""``tashan eval``: every score that is recorded, against hand-read gold."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus.metadata import manifest
from corpus.settings import DOCUMENTS, SOURCES, Settings
from evals import registry, retrieval
from evals.ablation import ablate
from evals.ablation import render as render_ablation
from evals.parsing import DOCUMENT_FIELDS, ParseScore, score
from evals.registry_gold import Split
from evals.retrieval import evaluate_search
from evals.stard import evaluate_stard
from evals.stard import render as render_stard
from ingest.parse import parse
from ingest.readers import read_path


def evaluate(
    settings: Settings, *, ablation: bool = False, stard: tuple[Path, Path] | None = None
) -> dict[str, Any]:
    """Parse every shipped document as an upload without metadata would be, search and extract.

    Args:
        settings: of which the model counts.
        ablation: also leave out one part of the search after the other.
        stard: articles and questions of STARD, if it is to be searched too.

    Returns:
        ``parsing``: one row a document and one for all, with ``gold``, ``found``, ``extra``, and by
        field the share of gold entries that are exactly right; ``errors`` says what is wrong.
        ``search``: by split what :func:`evals.retrieval.evaluate_search` returns, of a store that
        holds the shipped corpus and nothing else. ``registry``: by split what
        :func:`evals.registry.evaluate` returns. Where asked, ``ablation`` and ``stard``.
    """
    result = {
        "parsing": _parsing(settings),
        "search": _search(settings),
        "registry": _registry(),
    }
    if ablation:
        result["ablation"] = ablate(settings)
    if stard:
        result["stard"] = evaluate_stard(settings, *stard)
    return result


def _registry() -> dict[str, Any]:
    from ingest.extract.measure import extract
    from ingest.extract.themes import assign

    splits: tuple[Split, ...] = ("tune", "test")
    return {
        split: registry.evaluate(split, lambda practice: list(extract(practice).rows), assign)
        for split in splits
    }


def _search(settings: Settings) -> dict[str, Any]:
    from api.compose import load_services

    with TemporaryDirectory() as folder:
        fresh = settings.model_copy(update={"data_dir": Path(folder), "qdrant_url": None})
        services = load_services(fresh)
        try:
            return {
                "tune": evaluate_search(services, "tune"),
                "test": evaluate_search(services, "test"),
            }
        finally:
            services.store.close()


def _parsing(settings: Settings) -> list[dict[str, Any]]:
    scores = []
    for entry in manifest(SOURCES):
        source = read_path(DOCUMENTS / entry.file, max_bytes=settings.max_file_mb * 2**20)
        scores.append(score(parse(source, entry.id or "")))
    return [_row(s) for s in scores] + [_row(_total(scores))]


def _row(result: ParseScore) -> dict[str, Any]:
    return {
        "document": result.document_id,
        "gold": result.gold,
        "found": result.found,
        "extra": result.extra,
        "right": dict(result.right),
        "facts_right": sum(result.facts.values()),
        "facts": len(result.facts),
        "errors": [
            {"entry": entry, "field": field, "gold": gold, "parsed": parsed}
            for entry, field, gold, parsed in result.errors
        ],
    }


def _total(scores: list[ParseScore]) -> ParseScore:
    total = ParseScore("all", sum(s.gold for s in scores))
    total.found = sum(s.found for s in scores)
    total.extra = sum(s.extra for s in scores)
    for result in scores:
        for name, right in result.right.items():
            total.right[name] = total.right.get(name, 0) + right
        for name in DOCUMENT_FIELDS:
            total.facts[f"{result.document_id}.{name}"] = result.facts[name]
    return total


def render(result: dict[str, Any]) -> str:
    """The scores as text tables."""
    names = ("task", "measure", "path", "ordinal", "region", "region_candidates", "title", "text")
    lines = [
        "Parsing, exact matches with the hand-read gold (evals/gold/parse)",
        f"{'document':<32}{'gold':>5}{'found':>6}{'extra':>6}  "
        + "".join(f"{name[:10]:>11}" for name in names)
        + f"{'facts':>9}",
    ]
    for row in result["parsing"]:
        cells = "".join(f"{row['right'].get(name, '–')!s:>11}" for name in names)
        facts = f"{row['facts_right']}/{row['facts']}"
        lines.append(
            f"{row['document']:<32}{row['gold']:>5}{row['found']:>6}{row['extra']:>6}  "
            f"{cells}{facts:>9}"
        )
    for row in result["parsing"][:-1]:
        lines += [
            f"  {row['document']}: {e['entry']} · {e['field']}: "
            f"gold {e['gold']!r}, parsed {e['parsed']!r}"
            for e in row["errors"]
        ]
    for split in result["search"].values():
        lines += ["", retrieval.render(split)]
    if "ablation" in result:
        lines += ["", render_ablation(result["ablation"])]
    for split in result["registry"].values():
        lines += ["", registry.render(split)]
    if "stard" in result:
        lines += ["", render_stard(result["stard"])]
    return "\n".join(lines)
