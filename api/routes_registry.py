"""The registry of measures: its tables, their export, and people's decisions on its values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.dependencies import TheServices
from api.export.formats import FORMATS
from api.filters import registry_filter
from api.registry import TABLES
from api.registry_files import PACKAGE, file_name, media_type, package_file, table_file
from api.registry_view import page, view_of, viewed
from api.schemas import (
    Filters,
    RegistryQuery,
    RegistryResponse,
    ReviewRequest,
    ReviewsResponse,
    ThemeNode,
    ThemesResponse,
)
from api.security import MAX_JSON_BYTES
from api.views import column_views
from corpus.errors import InputError
from corpus.registry import Review
from corpus.store.base import SearchFilter
from corpus.themes import Theme, taxonomy

router = APIRouter(prefix="/v1", tags=["登记表"])

TABLE_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Rows as JSON, or all of them as a file.",
        "content": {found.media_type: {} for found in FORMATS.values()},
    }
}


@router.get("/themes", summary="主题分类及各主题的条数")
def themes(services: TheServices) -> ThemesResponse:
    """Our taxonomy, two levels, with counts of practices and plan items by main theme."""
    counts = services.registry.theme_counts()
    known = taxonomy()

    def node(theme: Theme) -> ThemeNode:
        below = [node(child) for child in known.below(theme.id)]
        return ThemeNode(
            id=theme.id,
            label=theme.label,
            definition=theme.definition,
            count=counts.get(theme.id, 0) + sum(child.count for child in below),
            children=below,
        )

    return ThemesResponse(themes=[node(theme) for theme in known.parents])


@router.get(
    "/registry/package", summary="整个登记表（Data Package）", response_class=StreamingResponse
)
def whole_package(services: TheServices, query: Annotated[Filters, Query()]) -> StreamingResponse:
    """All tables and the decisions as CSV with ``datapackage.json`` and a codebook, zipped."""
    return _file(package_file(services.registry, _filter(query)), PACKAGE)


@router.get(
    "/registry/{table}",
    summary="登记表的一张表",
    response_model=RegistryResponse,
    responses=TABLE_FILES,
)
def table(
    table: str, services: TheServices, query: Annotated[RegistryQuery, Query()]
) -> RegistryResponse | StreamingResponse:
    """A page of a table's rows; with ``format`` all of them as a file. All else applies to both."""
    registry, where, view = services.registry, _filter(query), view_of(query)
    if query.format is not None:
        pieces = table_file(registry, table, where, query.format, bom=query.bom, view=view)
        return _file(pieces, table, query.format)
    kind, found = viewed(registry, table, where, view)
    total, rows = page(found, query.limit, query.offset)
    dumped = [row.model_dump(mode="json", by_alias=True) for row in rows]
    described = column_views(kind, TABLES[table])
    return RegistryResponse(table=table, total=total, rows=dumped, columns=described)


@router.get("/reviews", summary="核对决定、冲突和待核对的值")
def reviews(
    services: TheServices,
    limit: Annotated[int, Query(ge=1, le=1000, description="Rows of the queue wanted.")] = 100,
) -> ReviewsResponse:
    """Every decision, the latest first; those whose words are gone; and what most needs a look."""
    registry = services.registry
    queue = registry.queue(limit)
    return ReviewsResponse(
        reviews=registry.reviews(),
        conflicts=registry.conflicts(),
        queue=[{"table": row.TABLE, **row.model_dump(mode="json", by_alias=True)} for row in queue],
    )


@router.post(
    "/reviews", summary="确认、更正或驳回一个值", status_code=201, max_body_size=MAX_JSON_BYTES
)
def review(request: ReviewRequest, services: TheServices) -> Review:
    """Keep a decision; it holds again after the document is read anew."""
    return services.registry.decide(
        request.table,
        request.row_id,
        request.decision,
        request.reviewer,
        column=request.field,
        value=request.value,
        note=request.note,
        seen=request.seen,
    )


def _filter(query: Filters) -> SearchFilter | None:
    """The store's filter; an error names the parameter."""
    try:
        return registry_filter(query)
    except InputError as error:
        error.field = error.field and error.field.removeprefix("filters.")
        raise


def _file(pieces: Iterator[bytes], table: str, fmt: str = "") -> StreamingResponse:
    disposition = f'attachment; filename="{file_name(table, fmt)}"'
    return StreamingResponse(
        pieces, media_type=media_type(table, fmt), headers={"Content-Disposition": disposition}
    )
