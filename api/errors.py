"""All errors as HTTP, once: one shape, a status for each class, nothing of the inside."""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from api.schemas import ErrorBody, ErrorResponse
from corpus.errors import (
    Conflict,
    FileTooLarge,
    InputError,
    NotFound,
    NothingFound,
    StoreBusy,
    StoreError,
    StoreFull,
    TashanError,
    UnsupportedFile,
)

log = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)

RETRY_SECONDS = 2


class NotReady(StoreError):
    """Store and models are still being loaded."""

    code = "not_ready"


class Invalid(InputError):
    """A field is not as it must be."""

    code = "invalid"


class TooBusy(TashanError):
    """More is being asked than is done at a time."""

    code = "too_busy"


class Refused(TashanError):
    """The request comes from another site, or its token is wrong."""

    code = "forbidden"


class Unauthorized(TashanError):
    """A token is needed and none was given."""

    code = "unauthorized"


# The first class that an error is an instance of decides.
STATUS: tuple[tuple[type[TashanError], int], ...] = (
    (UnsupportedFile, 415),
    (FileTooLarge, 413),
    (NothingFound, 422),
    (Invalid, 422),
    (InputError, 400),
    (Unauthorized, 401),
    (Refused, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooBusy, 429),
    (StoreError, 503),
    (TashanError, 500),
)
HEADERS: tuple[tuple[type[TashanError], dict[str, str]], ...] = (
    (Unauthorized, {"WWW-Authenticate": "Bearer"}),
    (NotReady, {"Retry-After": str(RETRY_SECONDS)}),
    (StoreBusy, {"Retry-After": "10"}),
    (TooBusy, {"Retry-After": "5"}),
)
HTTP_ERRORS = {
    400: ("bad_request", "请求无法理解", "请对照 /docs 检查请求的格式"),
    404: ("not_found", "没有这个地址", "接口列表见 /docs"),
    405: ("method_not_allowed", "这个地址不支持该方法", "接口列表见 /docs"),
    413: ("body_too_large", "请求内容太大", "请减小文件，或拆成几份"),
}
# What FastAPI puts before a field's own path.
PLACES = ("body", "query", "path", "header")
INVALID = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这个字段",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "int_type": "应当是整数",
    "int_parsing": "应当是整数",
    "int_from_float": "应当是整数",
    "bool_type": "应当是 true 或 false",
    "bool_parsing": "应当是 true 或 false",
    "string_type": "应当是文字",
    "string_unicode": "含有无效字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_too_short": "至少 {min_length} 个字符",
    "string_pattern_mismatch": "格式不对",
    "too_long": "最多 {max_length} 项",
    "list_type": "应当是列表",
    "model_type": "应当是对象",
    "model_attributes_type": "应当是 JSON 对象，请求头应有 Content-Type: application/json",
    "dict_type": "应当是对象",
    "date_type": "应当是日期，如 2023-08-08",
    "date_parsing": "应当是日期，如 2023-08-08",
    "date_from_datetime_parsing": "应当是日期，如 2023-08-08",
    "date_from_datetime_inexact": "应当是日期，如 2023-08-08",
    "value_error": "{error}",
}


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error in the one shape."""
    app.add_exception_handler(TashanError, _tashan_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


def response_to(error: TashanError, request_id: str) -> JSONResponse:
    """The response to an error of our own."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    headers = next((found for kind, found in HEADERS if isinstance(error, kind)), None)
    return shaped(
        status,
        request_id,
        code=error.code,
        message=error.message,
        hint=error.hint,
        field=error.field,
        headers=headers,
    )


def shaped(
    status: int,
    request_id: str,
    *,
    code: str,
    message: str,
    hint: str = "",
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An error in the one shape."""
    body = ErrorBody(code=code, message=message, hint=hint, request_id=request_id, field=field)
    content = ErrorResponse(error=body).model_dump()
    return JSONResponse(content, status, headers=dict(headers or {}))


def request_id(request: Request) -> str:
    """The id that the context middleware gave the request."""
    found: str = getattr(request.state, "request_id", "")
    return found


async def _tashan_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TashanError)
    if isinstance(error, StoreError) and not isinstance(error, NotReady):
        log.error("request %s: %s", request_id(request), error)
    return response_to(error, request_id(request))


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
        full = StoreFull("磁盘已满，上传的文件没有存下", hint="请清理磁盘后重试")
        return response_to(full, request_id(request))
    fallback = ("http_error", "请求没有完成", "")
    code, message, hint = HTTP_ERRORS.get(error.status_code, fallback)
    return shaped(
        error.status_code,
        request_id(request),
        code=code,
        message=message,
        hint=hint,
        headers=error.headers,
    )


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return shaped(
            400,
            request_id(request),
            code="bad_json",
            message="请求内容不是有效的 JSON",
            hint="请检查引号、逗号和括号",
        )
    field, message = describe(first)
    return shaped(
        422,
        request_id(request),
        code="invalid",
        message=f"{field or '请求内容'}：{message}",
        hint="请对照 /docs 中该接口的说明修改",
        field=field,
    )


def describe(error: Mapping[str, Any]) -> tuple[str | None, str]:
    """The field at fault, dotted, and what is wrong with it, of one of pydantic's errors."""
    where, *rest = error["loc"] or ("body",)
    location = [str(part) for part in (rest if where in PLACES else (where, *rest))]
    context = error.get("ctx") or {}
    message = INVALID.get(error["type"], "不符合要求").format_map(_Lenient(context))
    return ".".join(location) or None, message


def valid(model: type[M], body: Mapping[str, Any]) -> M:
    """What a command was given, as the request that the API would take.

    Raises:
        Invalid: a field is not as it must be.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        field, message = describe(error.errors()[0])
        raise Invalid(f"{field or '参数'}：{message}", field=field) from error


class _Lenient(dict[str, Any]):
    """Formatting values of which some may be missing."""

    def __missing__(self, key: str) -> str:
        return "…"
