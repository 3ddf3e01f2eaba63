"""Search, one practice, and its like elsewhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import TheServices, practice_and_document
from api.precedents import precedents
from api.schemas import (
    PracticeDetail,
    PrecedentsRequest,
    PrecedentsResponse,
    SearchRequest,
    SearchResponse,
    SimilarResponse,
)
from api.security import MAX_JSON_BYTES
from api.views import practice_view, theme_ref

router = APIRouter(prefix="/v1", tags=["检索"])


@router.post("/search", summary="检索经验做法和方案条目", max_body_size=MAX_JSON_BYTES)
def search(request: SearchRequest, services: TheServices) -> SearchResponse:
    """Hybrid, semantic or keyword search with filters, facets, highlights and citations."""
    answer = services.search.search(request)
    if not request.figures:
        return answer
    found = services.registry.indicators_of(hit.id for hit in answer.hits)
    rows = [row for hit in answer.hits for row in found.get(hit.id, ())]
    dumped = [row.model_dump(mode="json", by_alias=True) for row in rows]
    return answer.model_copy(update={"indicators": dumped})


@router.get("/practices/{practice_id}", summary="一条经验做法或方案条目的全文")
def practice(practice_id: str, services: TheServices) -> PracticeDetail:
    """By its id, or by one that an improved parse has replaced."""
    found, document = practice_and_document(services.store, practice_id)
    ids = [one.id for one in services.store.practices_of(document.id)]
    place = ids.index(found.id) if found.id in ids else len(ids)
    measure = services.registry.measure(found, document)
    shown = {**dict(practice_view(found, document)), "theme": theme_ref(measure.row.theme)}
    return PracticeDetail(
        **shown,
        registry=measure.dump(),
        previous_id=ids[place - 1] if 0 < place < len(ids) else None,
        next_id=ids[place + 1] if place + 1 < len(ids) else None,
    )


@router.get("/practices/{practice_id}/similar", summary="其他地方的同类做法")
def similar(
    practice_id: str,
    services: TheServices,
    limit: Annotated[int, Query(ge=1, le=50, description="Hits wanted.")] = 10,
) -> SimilarResponse:
    """The same idea elsewhere, other regions first."""
    found, _ = practice_and_document(services.store, practice_id)
    return services.search.similar(found, limit)


@router.post("/precedents", summary="逐条为草稿找先例", max_body_size=MAX_JSON_BYTES)
def find_precedents(request: PrecedentsRequest, services: TheServices) -> PrecedentsResponse:
    """A draft is cut into clauses; each gets who has done the like, other regions first."""
    return precedents(services.search, services.registry, request)
