"""The HTTP API as the UI calls it: one ``Call`` out, one decoded answer back, or an ``ApiError``.

::

    ApiError
    ├── ApiUnreachable   nothing answers at the address, or not in time, or not as the API does
    ├── ApiNotReady      it answers, but its store is still being loaded (503)
    └── ApiRefused       it answers that the request cannot be met (4xx, 5xx)

Every problem carries a ``message`` and a ``hint`` in Chinese, shown to users as they are.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

TIMEOUT = httpx.Timeout(20.0, connect=3.0)
FILE_TIMEOUT = httpx.Timeout(600.0, connect=3.0)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class UiSettings(BaseSettings):
    """Settings of the UI; each is ``TASHAN_`` and the field's name in upper case."""

    model_config = SettingsConfigDict(env_prefix="TASHAN_", frozen=True, extra="ignore")

    api_url: str = Field(default="http://127.0.0.1:8000", description="Address of the API.")
    api_token: str | None = Field(default=None, description="Bearer token sent with every request.")
    max_file_mb: int = Field(
        default=20, ge=1, description="Largest file offered for upload, in MiB."
    )


class ApiError(Exception):
    """A call that brought no answer. ``status`` is None where no HTTP answer came."""

    def __init__(
        self, message: str, hint: str = "", *, status: int | None = None, request_id: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status
        self.request_id = request_id


class ApiUnreachable(ApiError):
    """Nothing that speaks as the API does answers at the address."""


class ApiNotReady(ApiError):
    """The API runs but is still loading."""


class ApiRefused(ApiError):
    """The API answered with an error."""


@dataclass(frozen=True)
class Call:
    """A request to the API, without its address. ``body`` is JSON text, ``file`` a file's name."""

    method: str
    path: str
    body: str | None = None
    file: str | None = None

    @classmethod
    def get(cls, *segments: str, query: Mapping[str, str | Sequence[str]] | None = None) -> Call:
        """``GET`` of a path whose segments are escaped one by one, with query parameters."""
        asked = "?" + urlencode(query, doseq=True) if query else ""
        return cls("GET", _path(segments) + asked)

    @classmethod
    def post(cls, *segments: str, body: dict[str, Any]) -> Call:
        """``POST`` of a JSON body."""
        return cls("POST", _path(segments), json.dumps(body, ensure_ascii=False))

    def curl(self, settings: UiSettings) -> str:
        """The same request as a shell command. The token itself never appears in it."""
        words = ["curl", "-sS"]
        if self.method != "GET":
            words += ["-X", self.method]
        if self.body is not None:
            words += ["-H", "Content-Type: application/json", "-d", self.body]
        if self.file is not None:
            words += ["-F", f"file=@{self.file}"]
        command = shlex.join([*words, settings.api_url.rstrip("/") + self.path])
        if settings.api_token:
            command += ' -H "Authorization: Bearer $TASHAN_API_TOKEN"'
        return command


class ApiClient:
    """Pooled connections to the API; safe to share between sessions and threads.

    Raises:
        ApiUnreachable: the address is not one.
    """

    def __init__(self, settings: UiSettings) -> None:
        headers = {"User-Agent": "tashan-ui"}
        if settings.api_token:
            headers["Authorization"] = f"Bearer {settings.api_token}"
        self.settings = settings
        try:
            # A proxy meant for other machines must not be asked for this one.
            local = urlsplit(settings.api_url).hostname in LOOPBACK
            self._http = httpx.Client(
                base_url=settings.api_url.rstrip("/"),
                headers=headers,
                timeout=TIMEOUT,
                trust_env=not local,
            )
        except (ValueError, httpx.InvalidURL) as cause:
            raise ApiUnreachable(
                f"服务的地址“{settings.api_url}”不是有效的网址。", "请检查环境变量 TASHAN_API_URL。"
            ) from cause

    def send(self, call: Call) -> Any:
        """Make the call and decode its answer.

        Raises:
            ApiError: see the head of this module.
        """
        content = None if call.body is None else call.body.encode()
        headers = {} if content is None else {"Content-Type": "application/json"}
        return self._decode(self._request(call.method, call.path, content=content, headers=headers))

    def download(self, call: Call) -> bytes:
        """The file that a call answers with.

        Raises:
            ApiError: see the head of this module.
        """
        content = None if call.body is None else call.body.encode()
        headers = {} if content is None else {"Content-Type": "application/json"}
        response = self._request(
            call.method, call.path, content=content, headers=headers, timeout=FILE_TIMEOUT
        )
        if not response.is_success:
            self._decode(response)  # raises what the answer says
        return response.content

    def upload(
        self, name: str, data: bytes, *, preview: bool, metadata: Mapping[str, str] | None = None
    ) -> Any:
        """Send a file; ``preview`` parses it and stores nothing.

        Args:
            name: the file's name.
            data: its bytes.
            preview: whether it is only to be parsed.
            metadata: facts of the document that go before what is read from the file.

        Raises:
            ApiError: see the head of this module.
        """
        path = _path(("v1", "documents")) + (
            "?" + urlencode({"preview": "true"}) if preview else ""
        )
        files = {"file": (name, data, "application/octet-stream")}
        form = {"metadata": json.dumps(metadata, ensure_ascii=False)} if metadata else {}
        return self._decode(
            self._request("POST", path, files=files, data=form, timeout=FILE_TIMEOUT)
        )

    def ready(self) -> bool:
        """Whether the store and the models are loaded; False also when nothing answers."""
        try:
            return self._request("GET", "/readyz").status_code == httpx.codes.OK
        except ApiUnreachable:
            return False

    def close(self) -> None:
        """Close the pooled connections."""
        self._http.close()

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        address = self.settings.api_url
        try:
            return self._http.request(method, path, **options)
        except httpx.ReadTimeout as cause:
            raise ApiUnreachable(
                f"服务（{address}）没有在规定时间内回答。", "请稍后重试；如经常出现，请联系管理员。"
            ) from cause
        except (httpx.TransportError, httpx.InvalidURL) as cause:
            raise ApiUnreachable(
                f"连接不上服务（{address}）。",
                "请确认已运行 tashan serve；如服务在别处，请用环境变量 TASHAN_API_URL 指明地址。",
            ) from cause

    def _decode(self, response: httpx.Response) -> Any:
        if response.status_code == httpx.codes.NO_CONTENT:
            return {}
        try:
            answer = response.json()
        except ValueError as cause:
            raise ApiUnreachable(
                f"{self.settings.api_url} 的回答不是他山的接口（HTTP {response.status_code}）。",
                "请检查环境变量 TASHAN_API_URL。",
                status=response.status_code,
            ) from cause
        if response.is_success:
            return answer
        raise _problem(response.status_code, answer)


def _path(segments: tuple[str, ...]) -> str:
    return "/" + "/".join(quote(segment, safe="") for segment in segments)


def _problem(status: int, answer: Any) -> ApiError:
    error = answer.get("error") if isinstance(answer, dict) else None
    error = error if isinstance(error, dict) else {}
    # 503 also says that the store is full or in other hands, which no waiting mends.
    kind = ApiNotReady if error.get("code") == "not_ready" else ApiRefused
    return kind(
        str(error.get("message") or f"服务没有说明原因（HTTP {status}）。"),
        str(error.get("hint") or ""),
        status=status,
        request_id=str(error.get("request_id") or ""),
    )
