"""Practices as the API shows them, hits and why they matched; the columns of the registry."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from api.citation import cite
from api.corrections import decidable
from api.export.columns import columns
from api.ranking import Found
from api.schemas import (
    DocumentRef,
    Highlight,
    Hit,
    Match,
    PracticeView,
    RegistryColumn,
    ThemeRef,
)
from api.understanding import Understood
from corpus.model import Document, Practice
from corpus.registry import Row
from corpus.text import Folded, fold, merge_spans, occurrences
from corpus.themes import taxonomy


def practice_view(practice: Practice, document: Document) -> PracticeView:
    """A practice without regard to any query."""
    return PracticeView.model_construct(**_shown(practice, document), highlights=[])


def hit(found: Found, practice: Practice, document: Document, query: Understood) -> Hit:
    """A practice as an answer to a query."""
    match, highlights = explain(practice, query, found)
    return Hit.model_construct(
        **_shown(practice, document),
        highlights=highlights,
        score=round(found.score, 4),
        weak=found.weak,
        match=match,
    )


def _shown(practice: Practice, document: Document) -> dict[str, Any]:
    """The fields that every view has; valid already, so nothing is validated again."""
    return {
        "id": practice.id,
        "kind": practice.kind,
        "title": practice.title,
        "text": practice.text,
        "task": practice.task,
        "measure": practice.measure,
        "theme": theme_ref(practice.theme),
        "path": list(practice.path),
        "ordinal": practice.ordinal,
        "region": practice.region,
        "document": document_ref(document),
        "source": practice.source,
        "citation": cite(practice, document),
        "repairs": list(practice.repairs),
        "doubts": list(practice.doubts),
    }


def theme_ref(theme: str | None) -> ThemeRef | None:
    """A theme by its id; one that is not in our taxonomy is called by its id."""
    if not theme:
        return None
    known = taxonomy().by_id.get(theme)
    return ThemeRef(id=theme, label=known.label if known else theme)


def column_views(shown: type[Row], table: type[Row] | None = None) -> list[RegistryColumn]:
    """Columns with what people call them and their values.

    Args:
        shown: rows with the columns shown.
        table: rows of the registry's table that these are of; the same if None.
    """
    editable = decidable(table or shown)
    return [
        RegistryColumn(
            name=column.name,
            title=column.title,
            description=column.description,
            kind=column.kind,
            codes=dict(column.codes),
            required=column.required,
            editable=column in editable,
        )
        for column in columns(shown)
    ]


def document_ref(document: Document) -> DocumentRef:
    """What a hit says of its document."""
    return DocumentRef.model_construct(
        id=document.id,
        title=document.title,
        kind=document.kind,
        issuer=document.issuer,
        number=document.number,
        issued_on=document.issued_on,
        source_url=document.source_url,
    )


def explain(practice: Practice, query: Understood, found: Found) -> tuple[Match, list[Highlight]]:
    """Which words a practice has, in its text or its headings, and where in its text."""
    text = folded(practice.text)
    region = practice.region.name if practice.region else ""
    labels = folded_labels(f"{region}|{practice.task or ''}|{practice.measure or ''}")
    terms = [term for term in query.terms if _has(text, labels, term)]
    added = [(word, needle) for word, needle in query.added if _has(text, labels, needle)]
    match = Match.model_construct(
        terms=terms,
        expansions=[word for word, _ in added],
        dense=None if found.dense is None else round(found.dense, 4),
        sparse=None if found.sparse is None else round(found.sparse, 4),
        rerank=None if found.rerank is None else round(found.rerank, 4),
    )
    needles = [*terms, *query.folded_phrases, *(needle for _, needle in added)]
    return match, _highlights(text, needles)


def _has(text: Folded, labels: str, needle: str) -> bool:
    # Most needles are nowhere, which is faster asked than whether they stand as whole words.
    if needle in text.text and any(occurrences(text.text, needle)):
        return True
    return needle in labels and any(occurrences(labels, needle))


def _highlights(text: Folded, needles: Iterable[str]) -> list[Highlight]:
    spans = [span for needle in needles if needle in text.text for span in text.find(needle)]
    return [Highlight(start=start, end=end) for start, end in merge_spans(spans)]


@lru_cache(maxsize=4096)
def folded(text: str) -> Folded:
    """A text with the map to its folded form; the texts of hits come again and again."""
    return Folded.of(text)


@lru_cache(maxsize=4096)
def folded_labels(labels: str) -> str:
    """The folded headings of a hit; many hits share theirs."""
    return fold(labels)
