"""What each part of the search adds: the judged queries with one part left out at a time.

Only the tuning split is asked, since what is chosen by this table is chosen on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from corpus.settings import Settings
from evals.retrieval import Row, cell, evaluate_search

if TYPE_CHECKING:
    from api.services import Services

PARTS: Mapping[str, str] = {
    "all parts": "",
    "dense vectors": "no vectors: keyword mode",
    "sparse vectors": "no words: semantic mode",
    "thesaurus": "no synonyms, no everyday words",
    "conditions": "regions, levels and so on are words like others",
    "headings": "only the text of a passage is indexed by words",
    "weak hits last": "order by score alone",
}


def ablate(settings: Settings) -> list[Row]:
    """nDCG@10 on the tuning split, all parts first.

    Returns:
        Rows of ``without``, ``overall`` and ``no_shared_words``: what
        :func:`evals.retrieval.interval` returns.
    """
    with _store(settings) as services:
        rows = [_row(part, services) for part in PARTS if part != "headings"]
    bare = dict.fromkeys(("title", "measure", "task"), 0.0)
    with patch.dict("corpus.sparse.BOOST", bare), _store(settings) as services:
        rows.insert(list(PARTS).index("headings"), _row("headings", services))
    return rows


def _row(part: str, services: Services) -> Row:
    mode = {"dense vectors": "keyword", "sparse vectors": "semantic"}.get(part, "hybrid")
    with _without(part, services):
        result = evaluate_search(services, "tune", (mode,))["modes"][mode]  # type: ignore[arg-type]
    return {
        "without": part,
        "overall": result["overall"]["nDCG@10"],
        "no_shared_words": result["no_shared_words"]["nDCG@10"],
    }


@contextmanager
def _without(part: str, services: Services) -> Iterator[None]:
    """One part of the search taken out, for as long as the context lasts."""
    from api import understanding
    from api.conditions import Conditions
    from api.ranking import Lines

    search = services.search
    off: dict[str, Callable[[], Any]] = {
        "thesaurus": lambda: patch.object(understanding.Understanding, "_readings", lambda *_: {}),
        "conditions": lambda: patch.object(
            understanding, "read_conditions", lambda query, _off=(): Conditions((), query)
        ),
        "weak hits last": lambda: patch.object(search, "lines", Lines(0.0, 0.0, 0.0)),
    }
    if part not in off:
        yield
        return
    with off[part]():
        yield


@contextmanager
def _store(settings: Settings) -> Iterator[Services]:
    from api.compose import load_services

    with TemporaryDirectory() as folder:
        fresh = settings.model_copy(update={"data_dir": Path(folder), "qdrant_url": None})
        services = load_services(fresh)
        try:
            yield services
        finally:
            services.store.close()


def render(rows: list[Row]) -> str:
    """The table as text."""
    lines = [
        "Ablation, tune split, nDCG@10 with 95 % intervals",
        f"{'without':<26}{'all':>20}{'no shared words':>20}",
    ]
    for row in rows:
        name = "–" if row["without"] == "all parts" else row["without"]
        cells = (cell(row[share]) for share in ("overall", "no_shared_words"))
        lines.append(f"{name:<26}" + "".join(f"{shown:>20}" for shown in cells))
    return "\n".join(lines)
