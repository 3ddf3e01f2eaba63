"""Course packs."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.course.build import build
from api.course.files import FORMATS, disposition, write
from api.course.model import CoursePack
from api.dependencies import TheServices
from api.schemas import CoursePackRequest
from api.security import MAX_JSON_BYTES

router = APIRouter(prefix="/v1", tags=["备课"])

FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The pack as a file, or with ``format: json`` what it says.",
        "content": {found.media_type: {} for found in FORMATS.values()},
    }
}


@router.post(
    "/course-packs",
    summary="由做法编成课程包",
    response_model=CoursePack,
    responses=FILES,
    max_body_size=MAX_JSON_BYTES,
)
def course_pack(request: CoursePackRequest, services: TheServices) -> CoursePack | Response:
    """Facts, full texts, comparisons, questions with answers, and sources of chosen practices."""
    pack = build(services.store, services.registry, request, date.today())
    if request.format == "json":
        return pack
    return Response(
        write(pack, request.format),
        media_type=FORMATS[request.format].media_type,
        headers={"Content-Disposition": disposition(pack.title, request.format)},
    )
