"""A small client of a running server, for the commands that go through it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from api.serve import note_path
from corpus.errors import StoreError, TashanError
from corpus.settings import Settings

# Uploads are parsed and embedded before they are answered.
TIMEOUT = httpx.Timeout(120.0, connect=2.0)


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
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            answer = httpx.request(
                method,
                self.url + path,
                headers=headers,
                timeout=TIMEOUT,
                trust_env=False,
                **options,
            )
        except httpx.HTTPError as error:
            raise StoreError(
                f"连不上服务 {self.url}：{error}", hint="请看运行 tashan serve 的窗口里有无报错"
            ) from error
        if answer.is_success:
            return answer.json()
        try:
            told = answer.json()["error"]
        except (ValueError, KeyError, TypeError):
            told = {"message": f"服务答复 {answer.status_code}"}
        raise TashanError(told["message"], hint=told.get("hint") or "", field=told.get("field"))
