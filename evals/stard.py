"""Search as a whole on STARD: lay legal questions over 60,726 articles of national law.

The benchmark (Su et al., *STARD: A Chinese Statute Retrieval Dataset with Real Queries Issued by
Non-professionals*, 2024) is no part of the project; its two files are given by path. Questions with
an even ``qid`` served for choosing, the odd ones report. Nothing of it is trained on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from api.schemas import Mode, SearchRequest
from corpus.settings import Settings
from evals.laws import parsed_laws
from evals.retrieval import DEPTH, METRICS, JudgedQuery, Ranked, Row, cell, interval, run
from evals.training.pairs import read_jsonl

if TYPE_CHECKING:
    from api.services import Services
    from ingest.intake import DocumentIntake

log = logging.getLogger(__name__)

PARTS = ("even", "odd")


def evaluate_stard(
    settings: Settings,
    corpus: Path,
    queries: Path,
    modes: Sequence[Mode] = ("hybrid", "keyword", "semantic"),
    parts: Sequence[str] = PARTS,
) -> dict[str, Any]:
    """Take the articles into a store of their own and ask every question.

    Args:
        settings: of which the model counts.
        corpus: the articles, JSON lines or ``.xz`` of them: ``id``, ``law``, ``no``, ``text``.
        queries: the questions: ``qid``, ``question``, ``gold``.
        modes: ways of searching.
        parts: even, odd or both.

    Returns:
        ``articles``, and by part and mode ``queries`` and by metric ``mean``, ``low``, ``high``.
    """
    from api.compose import load_services

    with TemporaryDirectory() as folder:
        fresh = settings.model_copy(update={"data_dir": Path(folder), "qdrant_url": None})
        services = load_services(fresh)
        try:
            for document in services.store.documents():
                services.store.delete_document(document.id)
            articles = list(_articles(corpus))
            documents = list(parsed_laws(articles))
            practices = [p.id for parsed in documents for p in parsed.practices]
            ids = {row["id"]: id_ for row, id_ in zip(articles, practices, strict=True)}
            cast("DocumentIntake", services.intake).ingest_parsed(documents, extract=False)
            services.store.optimize()
            log.info("%d articles of %d laws", len(ids), len(documents))
            return {
                "articles": len(ids),
                "parts": {part: _part(services, queries, part, modes, ids) for part in parts},
            }
        finally:
            services.store.close()


def _articles(path: Path) -> Iterator[dict[str, Any]]:
    """The articles as :func:`evals.laws.parsed_laws` takes them, those of one law together."""
    rows = sorted(read_jsonl(path), key=lambda row: row["law"])
    for row in rows:
        yield {**row, "path": row["law"], "chapter": None}


def _part(
    services: Services, path: Path, part: str, modes: Sequence[Mode], ids: dict[int, str]
) -> dict[str, Row]:
    wanted = PARTS.index(part)
    judged = [
        JudgedQuery(
            id=str(row["qid"]),
            kind="question",
            need="",
            query=row["question"],
            judgments={ids[number]: 3 for number in row["gold"]},
            shares_words=True,
        )
        for row in read_jsonl(path)
        if row["qid"] % 2 == wanted
    ]

    def search(query: str, mode: str) -> list[Ranked]:
        request = SearchRequest.model_validate(
            {"query": query, "mode": mode, "limit": DEPTH, "facets": False}
        )
        return [Ranked(id=hit.id) for hit in services.search.search(request).hits]

    rows: dict[str, Row] = {}
    for mode in modes:
        scored = run(search, judged, mode)
        rows[mode] = {"queries": len(scored)} | {
            name: interval([one.metrics[name] for one in scored]) for name in METRICS
        }
    return rows


def render(result: dict[str, Any]) -> str:
    """The scores as a text table."""
    lines = [
        f"STARD, {result['articles']:,} articles, means with 95 % intervals",
        f"{'questions':<11}{'mode':<10}{'':>8}" + "".join(f"{name:>20}" for name in METRICS),
    ]
    for part, modes in result["parts"].items():
        for mode, row in modes.items():
            cells = "".join(f"{cell(row[name]):>20}" for name in METRICS)
            lines.append(f"{part:<11}{mode:<10}{row['queries']:>8}{cells}")
    return "\n".join(lines)
