"""A small client of a running server, for the commands that go through it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api.serve import note_path
from corpus.errors import StoreError, TashanError
from corpus.settings import Settings

# Uploads are parsed and embedded before they are answered.
TIMEOUT = httpx.Timeout(120.0, connect=2.0)
# A file is made whole before its first byte is sent.
DOWNLOAD_TIMEOUT = httpx.Timeout(1800.0, connect=2.0)


@dataclass(frozen=True)
class Remote:
    """A server that runs on the same data folder."""

    url: str
    token: str | None

    @classmethod
    def find(cls, settings: Settings) -> Remote | None:
        """The server that left word in the data folder, if it still answers."""
        try:
            note = json.loads(note_path(settings).read_text(encoding="utf-8"))
            answer = httpx.get(f"{note['url']}/healthz", timeout=TIMEOUT, trust_env=False)
            if answer.headers.get("X-Tashan-Instance") != note["instance"]:
                return None  # another server has the port now
            return cls(note["url"], settings.api_token)
        except (OSError, ValueError, KeyError, TypeError, httpx.HTTPError):
            return None

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON answer to a request.

        Raises:
            TashanError: what the server refused, with its message and hint.
            StoreError: the server cannot be reached.
        """
        try:
            answer = httpx.request(method, self.url + path, **self._options(TIMEOUT), **options)
        except httpx.HTTPError as error:
            raise self._lost(error) from error
        if answer.is_success:
            return answer.json()
        raise _refusal(answer)

    def download(self, path: str, params: Mapping[str, Any]) -> Iterator[bytes]:
        """The file that is the answer to a request, in pieces.

        Raises:
            TashanError: as above, before the first piece.
            StoreError: the server cannot be reached, or was lost on the way.
        """
        options = self._options(DOWNLOAD_TIMEOUT)
        try:
            with httpx.stream("GET", self.url + path, params=params, **options) as answer:
                if not answer.is_success:
                    answer.read()
                    raise _refusal(answer)
                yield from answer.iter_bytes()
        except httpx.HTTPError as error:
            raise self._lost(error) from error

    def made(self, path: str, body: Mapping[str, Any]) -> bytes:
        """The file that is made of a JSON body.

        Raises:
            TashanError: as above.
            StoreError: the server cannot be reached.
        """
        options = self._options(DOWNLOAD_TIMEOUT)
        try:
            answer = httpx.post(self.url + path, json=body, **options)
        except httpx.HTTPError as error:
            raise self._lost(error) from error
        if answer.is_success:
            return answer.content
        raise _refusal(answer)

    def _options(self, timeout: httpx.Timeout) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"headers": headers, "timeout": timeout, "trust_env": False}

    def _lost(self, error: httpx.HTTPError) -> StoreError:
        return StoreError(
            f"连不上服务 {self.url}：{error}", hint="请看运行 tashan serve 的窗口里有无报错"
        )


def _refusal(answer: httpx.Response) -> TashanError:
    """What the server says is wrong."""
    try:
        told = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        told = {"message": f"服务答复 {answer.status_code}"}
    return TashanError(told["message"], hint=told.get("hint") or "", field=told.get("field"))
