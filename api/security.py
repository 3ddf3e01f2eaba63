"""Who may: rules on where a request comes from and the token it carries.

A service on a loopback address trusts everyone on the machine, but not the web pages that their
browsers show: such a page could otherwise upload or delete, or read by pointing its own name at
127.0.0.1. So ``Host`` must be a loopback name, and a request that a browser says comes from
another site is refused, whatever its method. On any other address a bearer token is needed.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from api.errors import Refused, Unauthorized
from corpus.errors import FileTooLarge, InputError, TashanError
from corpus.settings import Settings

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
UPLOAD_PATH = "/v1/documents"
MEBI = 1024 * 1024
# JSON bodies: a query, filters, a pasted draft.
MAX_JSON_BYTES = MEBI
# What multipart adds to a file: boundaries, headers, the metadata field.
MULTIPART_BYTES = MEBI


def check_may_serve(settings: Settings) -> None:
    """Refuse to serve an address that others can reach without a token.

    Raises:
        InputError: the host is not a loopback address and ``TASHAN_API_TOKEN`` is not set.
    """
    if not is_loopback(settings.host) and not settings.api_token:
        raise InputError(
            f"监听地址 {settings.host} 不限于本机，必须先设置访问令牌",
            hint="请设置 TASHAN_API_TOKEN，或把 TASHAN_HOST 改回 127.0.0.1",
            field="host",
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def upload_limit(settings: Settings) -> int:
    """Largest body of an upload, in bytes."""
    return settings.max_file_mb * MEBI + MULTIPART_BYTES


def refusal(
    settings: Settings, method: str, path: str, headers: Mapping[str, str]
) -> TashanError | None:
    """Why a request is not let in; None when it is.

    Args:
        settings: the service's.
        method: in upper case.
        path: of the URL.
        headers: by name in lower case.
    """
    if is_loopback(settings.host) and (error := _other_site(headers)):
        return error
    if settings.api_token and path not in OPEN_PATHS:
        error = _token(settings.api_token, headers.get("authorization"))
        if error:
            return error
    return _too_large(settings, method, path, headers.get("content-length", ""))


def _other_site(headers: Mapping[str, str]) -> TashanError | None:
    host = headers.get("host", "")
    if not is_loopback(_host_name(host)):
        return Refused(
            "请求的 Host 不是本机地址，已拒绝",
            hint="请用 http://127.0.0.1 加端口访问",
        )
    origin = headers.get("origin")
    if origin is not None and _origin_host(origin) != host.lower():
        return Refused("请求来自其他网站的页面，已拒绝", hint="请直接访问本服务")
    if headers.get("sec-fetch-site") == "cross-site":
        return Refused("请求来自其他网站的页面，已拒绝", hint="请在地址栏直接输入本服务的地址")
    return None


def _origin_host(origin: str) -> str:
    """Host and port of an ``Origin`` header; empty if it is malformed."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _host_name(host: str) -> str:
    """The name of a ``Host`` header, without its port; empty if it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _token(wanted: str, authorization: str | None) -> TashanError | None:
    scheme, _, given = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        return Unauthorized(
            "需要访问令牌", hint="请在请求头加上 Authorization: Bearer 和 TASHAN_API_TOKEN 的值"
        )
    # Headers are bytes; the middleware reads them as Latin-1.
    if not hmac.compare_digest(given.strip().encode("latin-1", "replace"), wanted.encode()):
        return Refused("访问令牌不对", hint="请核对 TASHAN_API_TOKEN")
    return None


def _too_large(settings: Settings, method: str, path: str, length: str) -> TashanError | None:
    """A body that declares to be too large is not waited for."""
    upload = method == "POST" and path == UPLOAD_PATH
    limit = upload_limit(settings) if upload else MAX_JSON_BYTES
    if not length.isdecimal() or int(length) <= limit:
        return None
    return (
        too_large(settings) if upload else FileTooLarge("请求内容超过 1 MiB", hint="请分几次请求")
    )


def too_large(settings: Settings) -> FileTooLarge:
    """An uploaded file is over the limit."""
    return FileTooLarge(
        f"文件超过 {settings.max_file_mb} MiB",
        hint="请拆成几份，或调大 TASHAN_MAX_FILE_MB",
        field="file",
    )
