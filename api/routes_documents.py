"""Documents: listed, shown, uploaded and removed."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import ValidationError

from api.dependencies import TheServices, TheTurnstile, no_document
from api.errors import Invalid, describe
from api.schemas import (
    DeleteResponse,
    DocumentContent,
    DocumentDetail,
    DocumentsResponse,
    DocumentSummary,
    ErrorResponse,
    UploadResponse,
)
from api.security import MEBI, too_large, upload_limit
from api.services import Services
from api.views import practice_view
from corpus.errors import InputError
from corpus.metadata import DocumentMetadata
from corpus.model import ParsedDocument
from corpus.settings import Settings
from corpus.store.base import SearchFilter

MAX_NAME = 120
UPLOAD_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorResponse} for status in (409, 413, 415, 429)
}


def router(settings: Settings) -> APIRouter:
    """The routes; how much may be uploaded is in the settings."""
    routes = APIRouter(prefix="/v1/documents", tags=["文件"])
    routes.get("", summary="全部文件")(documents)
    routes.get("/{document_id}", summary="一份文件的目录和解析报告")(document)
    routes.get("/{document_id}/content", summary="文件全文")(content)
    routes.delete("/{document_id}", summary="删除文件")(delete)
    routes.post(
        "",
        summary="上传文件",
        status_code=201,
        responses=UPLOAD_ERRORS,
        max_body_size=upload_limit(settings),
    )(upload)
    return routes


def documents(services: TheServices) -> DocumentsResponse:
    """All documents, in order, with how much came from each."""
    store = services.store
    practices = store.facet("document_id", SearchFilter(kinds=("practice",)))
    plan_items = store.facet("document_id", SearchFilter(kinds=("plan_item",)))
    return DocumentsResponse(
        documents=[
            DocumentSummary(
                **dict(one),
                practices=practices.get(one.id, 0),
                plan_items=plan_items.get(one.id, 0),
            )
            for one in store.documents()
        ]
    )


def document(document_id: str, services: TheServices) -> DocumentDetail:
    """A document with its outline, its parse report and the ids of what came from it."""
    parsed = _parsed(services, document_id)
    return DocumentDetail(
        **dict(parsed.document),
        outline=list(parsed.outline),
        parse_report=parsed.report,
        practice_ids=[practice.id for practice in parsed.practices],
    )


def content(document_id: str, services: TheServices) -> DocumentContent:
    """A document as readable blocks with source offsets."""
    parsed = _parsed(services, document_id)
    return DocumentContent(document_id=document_id, blocks=list(parsed.blocks))


def delete(document_id: str, services: TheServices) -> DeleteResponse:
    """Remove a document and all that came from it."""
    if not services.store.delete_document(document_id):
        raise no_document(document_id)
    return DeleteResponse(id=document_id)


def upload(
    file: Annotated[UploadFile, File(description="Text or HTML.")],
    services: TheServices,
    turnstile: TheTurnstile,
    response: Response,
    metadata: Annotated[
        str | None,
        Form(
            description="JSON: any of id, title, kind, issuer, number, issued_on, region, batch, "
            "source_url; they go before what the parser reads."
        ),
    ] = None,
    preview: Annotated[bool, Query(description="Parse only, store nothing.")] = False,
) -> UploadResponse:
    """Take a file in; the same file again changes nothing (then 200 instead of 201)."""
    stated = _metadata(metadata)
    name = safe_name(file.filename)
    data = file.file.read(services.settings.max_file_mb * MEBI + 1)
    if len(data) > services.settings.max_file_mb * MEBI:
        raise too_large(services.settings)
    if preview:
        response.status_code = 200
        return _uploaded(services.intake.preview(data, name, stated), preview=True, changed=False)
    with turnstile.passage():
        parsed, changed = services.intake.ingest(data, name, stated)
    response.status_code = 201 if changed else 200
    return _uploaded(parsed, preview=False, changed=changed)


def safe_name(name: str | None) -> str:
    """A file's own name: no folders, no control characters, not too long; the ending is kept."""
    base = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in base if unicodedata.category(char)[0] != "C").strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if len(clean) > MAX_NAME:
        clean = f"{stem[: MAX_NAME - len(ending) - 1]}{dot}{ending}"[:MAX_NAME]
    return clean or "upload"


def _metadata(text: str | None) -> DocumentMetadata | None:
    if not text or not text.strip():
        return None
    try:
        return DocumentMetadata.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise InputError(
                "metadata 不是有效的 JSON", hint="请检查引号、逗号和括号", field="metadata"
            ) from error
        _, message = describe(first)
        field = ".".join(("metadata", *map(str, first["loc"])))
        raise Invalid(f"{field}：{message}", hint="可以给出的字段见 /docs", field=field) from error


def _parsed(services: Services, document_id: str) -> ParsedDocument:
    parsed = services.store.parsed(document_id)
    if parsed is None:
        raise no_document(document_id)
    return parsed


def _uploaded(parsed: ParsedDocument, *, preview: bool, changed: bool) -> UploadResponse:
    shown = parsed.practices if preview else ()
    return UploadResponse(
        document=parsed.document,
        parse_report=parsed.report,
        practice_ids=[practice.id for practice in parsed.practices],
        stored=not preview,
        changed=changed,
        outline=list(parsed.outline),
        practices=[practice_view(practice, parsed.document) for practice in shown],
    )
