"""Searching: a request in, a response out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args

from api.filters import in_force, narrowed, search_filter
from api.pipeline import Lookup, Retrieval, Vector
from api.ranking import (
    GROUPS,
    LINES,
    Found,
    Lines,
    attainable,
    facet_counts,
    grouped,
    strength,
    weak_below,
)
from api.schemas import (
    Coverage,
    Facets,
    Group,
    Hit,
    Mode,
    QueryEcho,
    QueryReading,
    SearchRequest,
    SearchResponse,
    SimilarHit,
    SimilarResponse,
)
from api.understanding import MAX_QUERY, Understanding, Understood
from api.views import hit, theme_ref
from corpus import regions
from corpus.errors import NotFound
from corpus.model import Document, Practice
from corpus.registry import LABELS
from corpus.store.base import CorpusStore, SearchFilter
from corpus.text import fold

# Practices wanted → passages asked of each channel: enough for facets to mean something, and in a
# few steps, so that the pages of one search are cut from the same ranking.
POOLS = ((50, 100), (300, 400), (1000, 1200))
# Passages asked of each channel where only the strongest is wanted. Whether it is above the line is
# the same as of 100 for 557 of 558 questions over 148,852 passages, and for all over the shipped.
STRONGEST = 10
# What of a practice is looked for to find its like: its clause, and of its text the beginning.
SIMILAR_TEXT = 600
NEAR_IDENTICAL = 0.6  # of unlike practices in the shipped corpus no two reach 0.25

CODES = {
    "levels": LABELS["level"],
    "kinds": LABELS["kind"],
    "instruments": LABELS["instrument_type"],
}
UNSETTLED = {"region": "地区未定", "theme": "未归类", "document": ""}


class _Finder:
    """Finds practices for one query under one filter and another; embeds it once."""

    def __init__(self, retrieval: Retrieval, text: str | None, lookup: Lookup) -> None:
        self._retrieval, self._text, self._lookup = retrieval, text, lookup
        self._embedding: Vector | None = None

    def find(self, where: SearchFilter) -> list[Found]:
        """Practices, best first; raises StoreError where the store cannot answer."""
        if self._text is None and self._lookup.sparse is None:
            return []
        lookup = replace(self._lookup, where=where)
        found, self._embedding = self._retrieval.run(self._text, lookup, self._embedding)
        return found

    def strongest(self) -> float:
        """How strong the strongest of the whole corpus is, or strong enough at least.

        To be asked after ``find``.
        """
        pool = min(STRONGEST, self._lookup.pool)
        lookup = replace(self._lookup, where=SearchFilter(), pool=pool)
        line: float = getattr(lookup.lines, lookup.mode)
        return self._retrieval.strongest(lookup, self._embedding, line)


class _Documents:
    """The store's documents by id, with their places among all."""

    def __init__(self, documents: list[Document]) -> None:
        self.all = documents
        self.by_id = {document.id: document for document in documents}
        self.place = {document.id: place for place, document in enumerate(documents)}


class SearchService:
    """Search over one store. Safe to call from several threads.

    Args:
        store: the corpus.
        understanding: reads queries.
        retrieval: the pipeline over the same store.
    """

    def __init__(
        self, store: CorpusStore, understanding: Understanding, retrieval: Retrieval
    ) -> None:
        self._store = store
        self._understanding = understanding
        self._retrieval = retrieval
        self.lines = LINES
        self._known = _Documents([])

    def warm_up(self) -> None:
        """Load what would make the first query slow: dictionaries, divisions, the model's paths."""
        self._understanding.segmenter.warm_up()
        regions.groups()
        if self._store.embedding is not None:
            self.search(SearchRequest(query="建筑工人实名制管理"))

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a search request.

        Raises:
            InputError: a query or filter that cannot be understood.
            StoreError: the store cannot answer.
        """
        began = time.perf_counter()
        query = self._understanding.read(request.query, request.without)
        documents, stats = self._documents(), self._store.stats()
        asked = search_filter(request.filters, query.folded_phrases)
        query = replace(query, conditions=in_force(query.conditions, asked))
        where = narrowed(asked, query.conditions, documents.all)
        wanted = request.offset + request.limit
        finder = self._finder(query, request.mode, stats.passages, documents, wanted)
        found = finder.find(where)
        if where != SearchFilter() and found and all(one.weak for one in found):
            found = self._beside(found, finder.strongest(), request.mode)
        relaxed = False
        if not found and where != asked:
            # What is nearest is shown, and that it is not what was asked for.
            found = finder.find(replace(asked, exclude_regions=where.exclude_regions))
            found = [one._replace(weak=True) for one in found]
            relaxed = bool(found)
        if request.group_by:
            found = grouped(found, request.group_by)
        page = found[request.offset : request.offset + request.limit]
        hits = self._hits(page, query, documents)
        groups = _groups(request.group_by, found, hits, documents) if request.group_by else []
        facets = _facets(found, documents) if request.facets else Facets()
        left_out = self._undated_left_out(where)
        total = sum(not one.weak for one in found)
        return SearchResponse.model_construct(
            query=_echo(query, relaxed),
            total=total,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            weak=total == 0,
            undated_left_out=left_out,
            coverage=Coverage(
                documents=stats.documents, practices=stats.practices, plan_items=stats.plan_items
            ),
            hits=hits,
            groups=groups,
            facets=facets,
        )

    def similar(self, practice: Practice, limit: int) -> SimilarResponse:
        """The same idea elsewhere: the strong first, then other regions, then other words."""
        text = f"{practice.title}\n{practice.text[:SIMILAR_TEXT]}"
        terms = self._understanding.segmenter.terms
        weights = dict.fromkeys(terms(practice.measure or ""), 0.5)
        weights |= dict.fromkeys(terms(practice.title), 1.0)
        words = tuple(self._understanding.segmenter.words(practice.title))
        query = Understood(text, text, words, (), (), {}, weights, asked=sum(weights.values()))
        own = practice.region.adcode if practice.region else None
        found = [one for one in self._ranked(query, limit) if one.practice_id != practice.id]
        found.sort(key=lambda one: (one.weak, own is not None and own in one.candidate.regions))
        hits = [
            SimilarHit.model_construct(
                **dict(hit), near_identical=near_identical(practice.text, hit.text)
            )
            for hit in self._hits(found[: 2 * limit], query, self._documents())
        ]
        hits.sort(key=lambda hit: (hit.weak, hit.near_identical))
        return SimilarResponse.model_construct(hits=hits[:limit])

    def like(self, clause: str, limit: int) -> list[Hit]:
        """What answers a clause of a draft, best first. All its words are its matter.

        Raises:
            StoreError: the store cannot answer.
        """
        query = self._understanding.read(clause[:MAX_QUERY], conditions=False)
        return self._hits(self._ranked(query, limit)[:limit], query, self._documents())

    def strengths(self, question: str, where: SearchFilter) -> Lines:
        """The greatest strength that anything has for a question, by mode.

        Raises:
            StoreError: the store cannot answer.
        """
        query = self._understanding.read(question, conditions=False)
        best = dict.fromkeys(Lines._fields, 0.0)
        for one in self._ranked(query, 1, where):
            for mode in get_args(Mode):
                reached = strength(one.dense or 0.0, one.share, mode)
                best[mode] = max(best[mode], reached)
        return Lines(**best)

    def _ranked(
        self, query: Understood, limit: int, where: SearchFilter | None = None
    ) -> list[Found]:
        documents, passages = self._documents(), self._store.stats().passages
        lookup = self._lookup(query, where or SearchFilter(), "hybrid", passages, documents, limit)
        return self._retrieval.run(query.plain, lookup).found

    def _finder(
        self, query: Understood, mode: Mode, passages: int, documents: _Documents, wanted: int
    ) -> _Finder:
        lookup = self._lookup(query, SearchFilter(), mode, passages, documents, wanted)
        lookup = replace(lookup, rerank=not query.browsing)
        if query.browsing:
            lookup = replace(lookup, mode="semantic", sparse=None, browsing=True)
        elif mode == "semantic":
            lookup = replace(lookup, sparse=None)
        text = None if lookup.mode == "keyword" else query.plain
        return _Finder(self._retrieval, text, lookup)

    def _beside(self, found: list[Found], strongest: float, mode: Mode) -> list[Found]:
        """Hits under a filter judged by the strongest that there is without it.

        Whether the corpus answers a question does not depend on where one looks for the answer.
        """
        line = weak_below([strongest], mode, self.lines)
        judged = [one._replace(weak=one.strength < line) for one in found]
        return sorted(judged, key=lambda one: one.weak)

    def _lookup(
        self,
        query: Understood,
        where: SearchFilter,
        mode: Mode,
        passages: int,
        documents: _Documents,
        wanted: int,
    ) -> Lookup:
        encoder = self._understanding.encoder
        return Lookup(
            sparse=encoder.query(query.weights) if query.weights else None,
            where=where,
            mode=mode,
            pool=_pool(wanted, passages),
            attainable=attainable(query.asked, passages),
            order=documents.place,
            lines=self.lines,
        )

    def _hits(self, found: Sequence[Found], query: Understood, documents: _Documents) -> list[Hit]:
        """Hits of what is still there: a document may have been replaced in the meantime."""
        practices = self._store.practices_found([one.candidate for one in found])
        return [
            hit(one, practice, document, query)
            for one in found
            if (practice := practices.get(one.practice_id))
            and (document := documents.by_id.get(practice.document_id))
        ]

    def _documents(self) -> _Documents:
        documents = self._store.documents()
        # The store gives the same objects until something changes, so this compares identities.
        if documents != self._known.all:
            self._known = _Documents(documents)
        return self._known

    def _undated_left_out(self, where: SearchFilter) -> int:
        """Documents that state no date and would otherwise have been searched."""
        if where.issued_from is None and where.issued_to is None:
            return 0
        undated = self._store.undated()
        others = replace(where, issued_from=None, issued_to=None)
        if others == SearchFilter():
            return len(undated)
        return len(undated & self._store.facet("document_id", others).keys())


def _pool(wanted: int, passages: int) -> int:
    """Passages asked of each channel; of a small store all, so that counts are exact."""
    if passages <= POOLS[-1][1]:
        return max(1, passages)
    return next(pool for most, pool in POOLS if wanted <= most)


def near_identical(one: str, other: str) -> bool:
    """Whether two texts have nearly all their words in common: Jaccard index of 4-character runs.

    Two batches of a list word the same practice alike up to a date or a figure.
    """
    first, second = (_runs(fold(text)) for text in (one, other))
    return len(first & second) >= NEAR_IDENTICAL * len(first | second) > 0


def _runs(text: str) -> set[str]:
    return {text[start : start + 4] for start in range(len(text) - 3)}


def _echo(query: Understood, relaxed: bool) -> QueryEcho:
    conditions = query.conditions
    return QueryEcho.model_construct(
        text=query.text,
        terms=list(query.terms),
        expansions={word: list(others) for word, others in query.expansions.items()},
        regions=[regions.get(code) for code in conditions.codes("region")],
        exclude_regions=[regions.get(code) for code in conditions.codes("exclude_region")],
        levels=list(conditions.levels),
        years=list(conditions.years),
        phrases=list(query.phrases),
        numbers=[one.words for one in conditions.found if one.kind == "number"],
        readings=list(_read(query)),
        relaxed=relaxed,
    )


def _read(query: Understood) -> Iterator[QueryReading]:
    for one in query.conditions.found:
        yield QueryReading.model_construct(kind=one.kind, words=one.words, label=one.label)
    for phrase in query.phrases:
        yield QueryReading.model_construct(kind="phrase", words=phrase, label=phrase)
    for word, others in query.expansions.items():
        label = "、".join(others)
        yield QueryReading.model_construct(kind="expansion", words=word, label=label)


def _facets(found: Sequence[Found], documents: _Documents) -> Facets:
    facets = {
        name: [
            {"value": value, "label": label(name, value, documents), "count": count}
            for value, count in counts
        ]
        for name, counts in facet_counts(found).items()
    }
    # There are hundreds: pydantic validates them all in less time than it constructs a few.
    return Facets.model_validate(facets)


def label(facet: str, value: str, documents: _Documents) -> str:
    """What people call a facet's value."""
    if facet == "regions":
        return region_label(value)
    if facet == "documents":
        return documents.by_id[value].title if value in documents.by_id else value
    if facet == "themes":
        theme = theme_ref(value)
        return theme.label if theme else value
    return CODES.get(facet, {}).get(value, value)


def region_label(adcode: str) -> str:
    """A division's full official name; a code that is none stays what it is."""
    try:
        return regions.get(adcode).name
    except NotFound:
        return adcode


def _groups(
    by: str, found: Sequence[Found], hits: Sequence[Hit], documents: _Documents
) -> list[Group]:
    """The groups of a page's hits, in their order."""
    group_of = {one.practice_id: GROUPS[by](one.candidate) for one in found}
    members: dict[str | None, list[str]] = {}
    for one in hits:
        members.setdefault(group_of[one.id], []).append(one.id)
    return [
        Group(
            value=value,
            label=UNSETTLED[by] if value is None else label(f"{by}s", value, documents),
            count=sum(not one.weak for one in found if group_of[one.practice_id] == value),
            hit_ids=ids,
        )
        for value, ids in members.items()
    ]
