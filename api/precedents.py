"""Precedents for a draft, clause by clause: who has done the like, elsewhere and with figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from api.clauses import cut
from api.filters import adcodes
from api.schemas import ClausePrecedents, Hit, PrecedentsRequest, PrecedentsResponse
from corpus import regions
from corpus.registry import IndicatorRow

if TYPE_CHECKING:
    from api.registry import RegistryService
    from api.search import SearchService

# Hits of a clause that are put in order; of these the first are given.
CONSIDERED = 30
# What counts for a precedent beside how well it fits, on the scale of the fused score from 0 to 1:
# a drafter knows what was done at home, and looks for thresholds and amounts.
OWN_REGION = -0.2
FIGURES = 0.05
_FIGURE = re.compile(
    r"\d[\d.,]*\s*(?:[%％‰]|万|亿|元|人|名|家|个|项|次|场|天|日(?!期)|小时|学时|平方米|分(?!包)|倍)"
)


def precedents(
    search: SearchService, registry: RegistryService, request: PrecedentsRequest
) -> PrecedentsResponse:
    """The draft's clauses, each with its precedents and their figures.

    Raises:
        InputError: the draft cannot be cut, or the region is unknown.
        StoreError: the store cannot answer.
    """
    own = adcodes([request.region], "region") if request.region else ()
    clauses = cut(request.text)
    hits = [
        _preferred(search.like(clause.text, CONSIDERED), own)[: request.limit] for clause in clauses
    ]
    figures = registry.indicators_of(hit.id for of in hits for hit in of if not hit.weak)
    return PrecedentsResponse.model_construct(
        clauses=[
            ClausePrecedents.model_construct(
                text=clause.text,
                start=clause.start,
                end=clause.end,
                hits=of,
                indicators=[
                    _figure(hit, row)
                    for hit in of
                    if not hit.weak
                    for row in figures.get(hit.id, ())
                ],
            )
            for clause, of in zip(clauses, hits, strict=True)
        ]
    )


def _figure(hit: Hit, row: IndicatorRow) -> dict[str, Any]:
    """A figure as a drafter reads it: whose it is, and where it holds."""
    own = hit.region.name if hit.region else None
    return {
        **row.model_dump(mode="json", by_alias=True),
        "practice_id": hit.id,
        "title": hit.title,
        "region_label": row.region or own,
    }


def _preferred(hits: list[Hit], own: tuple[str, ...]) -> list[Hit]:
    """In the order in which a drafter of the region ``own`` wants them; the weak stay last."""

    def place(hit: Hit) -> tuple[bool, float]:
        worth = hit.score + (FIGURES if _FIGURE.search(hit.text) else 0.0)
        return hit.weak, -(worth + (OWN_REGION if _is_own(hit, own) else 0.0))

    return sorted(hits, key=place)


def _is_own(hit: Hit, own: tuple[str, ...]) -> bool:
    return hit.region is not None and not set(own).isdisjoint(regions.parents(hit.region.adcode))
