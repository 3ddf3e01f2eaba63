"""Searching: a request in, a response out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from api.filters import search_filter
from api.pipeline import Lookup, Retrieval
from api.ranking import GROUPS, Found, attainable, facet_counts, grouped
from api.schemas import (
    Coverage,
    Facet,
    Facets,
    Group,
    Hit,
    Mode,
    QueryEcho,
    SearchRequest,
    SearchResponse,
    SimilarResponse,
)
from api.understanding import Understanding, Understood
from api.views import hit
from corpus import regions
from corpus.errors import NotFound
from corpus.model import Document, Practice
from corpus.store.base import CorpusStore, SearchFilter

# Practices wanted → passages asked of each channel: enough for facets to mean something, and in a
# few steps, so that the pages of one search are cut from the same ranking.
POOLS = ((50, 100), (300, 400), (1000, 1200))
# What of a practice is looked for to find its like: its clause, and of its text the beginning.
SIMILAR_TEXT = 600

LEVELS = {"province": "省级", "city": "市级", "county": "县级"}
KINDS = {"practice": "经验做法", "plan_item": "方案条目"}
UNSETTLED = {"region": "地区未定", "theme": "未归类", "document": ""}


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
        where = search_filter(request.filters, query.folded_phrases)
        documents, stats = self._documents(), self._store.stats()
        found = self._find(request, query, where, stats.passages, documents)
        if request.group_by:
            found = grouped(found, request.group_by)
        page = found[request.offset : request.offset + request.limit]
        hits = self._hits(page, query, documents)
        groups = _groups(request.group_by, found, hits, documents) if request.group_by else []
        facets = _facets(found, documents) if request.facets else Facets()
        left_out = self._undated_left_out(where)
        total = sum(not one.weak for one in found)
        return SearchResponse.model_construct(
            query=_echo(query),
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
        """The same idea elsewhere: practices of other regions first, the strong before the weak."""
        text = f"{practice.title}\n{practice.text[:SIMILAR_TEXT]}"
        terms = self._understanding.segmenter.terms
        weights = dict.fromkeys(terms(practice.measure or ""), 0.5)
        weights |= dict.fromkeys(terms(practice.title), 1.0)
        words = tuple(self._understanding.segmenter.words(practice.title))
        query = Understood(text, text, words, (), (), {}, weights)
        documents, passages = self._documents(), self._store.stats().passages
        lookup = self._lookup(query, SearchFilter(), "hybrid", passages, documents, limit)
        own = practice.region.adcode if practice.region else None
        found = [one for one in self._retrieval.run(text, lookup) if one.practice_id != practice.id]
        found.sort(key=lambda one: (one.weak, own is not None and own in one.candidate.regions))
        return SimilarResponse(hits=self._hits(found[:limit], query, documents))

    def _find(
        self,
        request: SearchRequest,
        query: Understood,
        where: SearchFilter,
        passages: int,
        documents: _Documents,
    ) -> list[Found]:
        wanted = request.offset + request.limit
        lookup = self._lookup(query, where, request.mode, passages, documents, wanted)
        if request.mode == "semantic":
            return self._retrieval.run(query.plain, replace(lookup, sparse=None))
        if lookup.sparse is None and request.mode == "keyword":
            return []
        return self._retrieval.run(query.plain if request.mode == "hybrid" else None, lookup)

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
            pool=next(pool for most, pool in POOLS if wanted <= most),
            attainable=attainable(query.weights.values(), passages),
            order=documents.place,
        )

    def _hits(self, found: Sequence[Found], query: Understood, documents: _Documents) -> list[Hit]:
        """Hits of what is still there: a document may have been replaced in the meantime."""
        practices = self._store.practices([one.practice_id for one in found])
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


def _echo(query: Understood) -> QueryEcho:
    return QueryEcho.model_construct(
        text=query.text,
        terms=list(query.terms),
        expansions={word: list(others) for word, others in query.expansions.items()},
        regions=[],
        exclude_regions=[],
        levels=[],
        years=[],
        phrases=list(query.phrases),
    )


def _facets(found: Sequence[Found], documents: _Documents) -> Facets:
    facets: dict[str, Any] = {
        name: [
            Facet.model_construct(value=value, label=label(name, value, documents), count=count)
            for value, count in counts
        ]
        for name, counts in facet_counts(found).items()
    }
    return Facets.model_construct(**facets)


def label(facet: str, value: str, documents: _Documents) -> str:
    """What people call a facet's value."""
    if facet == "regions":
        return region_label(value)
    if facet == "documents":
        return documents.by_id[value].title if value in documents.by_id else value
    return {"levels": LEVELS, "kinds": KINDS}.get(facet, {}).get(value, value)


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
