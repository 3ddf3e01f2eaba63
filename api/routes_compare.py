"""Regions beside each other."""

from __future__ import annotations

from fastapi import APIRouter

from api.compare import compare
from api.dependencies import TheServices
from api.schemas import CompareRequest, CompareResponse
from api.security import MAX_JSON_BYTES

router = APIRouter(prefix="/v1", tags=["比较"])


@router.post("/compare", summary="比较各地区在各主题上的做法", max_body_size=MAX_JSON_BYTES)
def compare_regions(request: CompareRequest, services: TheServices) -> CompareResponse:
    """Region by theme with the practices behind each count, what regions lack, and details."""
    return compare(services.registry, request)
