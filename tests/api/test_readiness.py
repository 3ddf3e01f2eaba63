from __future__ import annotations

import threading

import httpx
import pytest

from api.errors import NotReady
from api.gate import Gate
from api.services import Services
from corpus.errors import StoreBusy, TashanError
from corpus.settings import Settings
from tests.api.server import client

ROUTES = ["/v1/stats", "/v1/documents", "/v1/regions", "/v1/tasks", "/v1/practices/x"]


def test_while_loading() -> None:
    release = threading.Event()

    def load() -> Services:
        release.wait(30)
        raise StoreBusy("资料库被占用", hint="请先停止另一个进程")

    with client(Settings(), load, ready=False) as http:
        assert http.get("/healthz").json() == {"status": "ok"}
        for route in ["/readyz", *ROUTES]:
            response = http.get(route)
            assert response.status_code == 503, route
            assert int(response.headers["Retry-After"]) > 0
            assert response.json()["error"]["code"] == "not_ready"
        assert http.post("/v1/search", json={"query": "工资"}).status_code == 503
        assert http.get("/openapi.json").status_code == 200
        release.set()
        _until_failed(http)


def test_a_failure_is_told() -> None:
    def load() -> Services:
        raise StoreBusy("资料库被占用", hint="请先停止另一个进程")

    with client(Settings(), load, ready=False) as http:
        error = _until_failed(http)
        assert error["code"] == "store_busy"
        assert error["message"] == "资料库被占用"
        assert error["hint"] == "请先停止另一个进程"
        assert http.get("/healthz").status_code == 200
        assert http.get("/v1/stats").json()["error"]["code"] == "store_busy"


def test_an_unforeseen_failure_tells_nothing_of_the_inside() -> None:
    def load() -> Services:
        raise RuntimeError("password=123")

    with client(Settings(), load, ready=False) as http:
        error = _until_failed(http)
        assert "RuntimeError" in error["message"]
        assert "123" not in str(error)


def test_gate() -> None:
    gate = Gate(lambda: pytest.fail("loads before it is started"))
    with pytest.raises(NotReady):
        gate.services()


def _until_failed(http: httpx.Client) -> dict[str, str]:
    for _ in range(500):
        error: dict[str, str] = http.get("/readyz").json()["error"]
        if error["code"] != NotReady.code:
            return error
    raise TashanError("still loading")
