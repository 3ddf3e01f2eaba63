from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from api.services import Services
from tests.api.conftest import Kept
from tests.api.server import client

READ = ("GET", "/v1/stats")
WRITE = ("DELETE", "/v1/documents/list-1")


@pytest.fixture(scope="module")
def guarded(services: Services) -> Iterator[httpx.Client]:
    """A server on an address that others could reach, with a token."""
    settings = services.settings.model_copy(update={"host": "0.0.0.0", "api_token": "geheim"})
    kept = replace(services, settings=settings, store=Kept(services.store))  # type: ignore[arg-type]
    with client(settings, lambda: kept) as served:
        yield served


@pytest.mark.parametrize(("method", "path"), [READ, WRITE, ("GET", "/healthz"), ("GET", "/docs")])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_web_pages_may_not(
    http: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    response = http.request(method, path, headers=headers)
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "forbidden"
    assert not any(name.startswith("access-control") for name in response.headers)


def test_a_web_page_cannot_upload(http: httpx.Client) -> None:
    files = {"file": ("a.txt", "一、目标\n\n内容。".encode(), "text/plain")}
    response = http.post("/v1/documents", files=files, headers={"Origin": "http://evil.example"})
    assert response.status_code == 403
    assert len(http.get("/v1/documents").json()["documents"]) == 3


def test_everyone_on_the_machine_may(http: httpx.Client) -> None:
    port = http.base_url.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
        assert http.get("/v1/stats", headers={"Host": host}).status_code == 200
    own = {"Origin": f"http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"}
    assert http.get("/v1/stats", headers=own).status_code == 200


def test_preflight_is_not_granted(http: httpx.Client) -> None:
    response = http.options(
        "/v1/search",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert response.status_code == 403


def test_headers_of_every_answer(http: httpx.Client) -> None:
    seen = set()
    for path in ("/healthz", "/v1/stats", "/nowhere", "/openapi.json"):
        response = http.get(path)
        assert response.headers["x-content-type-options"] == "nosniff"
        seen.add(response.headers["x-request-id"])
    assert len(seen) == 4


@pytest.mark.parametrize("path", ["/v1/stats", "/v1/documents", "/docs", "/openapi.json"])
def test_token(guarded: httpx.Client, path: str) -> None:
    without = guarded.get(path)
    assert without.status_code == 401
    assert without.headers["www-authenticate"] == "Bearer"
    assert guarded.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert guarded.get(path, headers={"Authorization": "Bearer geheim"}).status_code == 200


def test_token_for_writing(guarded: httpx.Client) -> None:
    assert guarded.delete("/v1/documents/list-1").status_code == 401
    with_token = guarded.get("/v1/documents", headers={"Authorization": "Bearer geheim"})
    assert len(with_token.json()["documents"]) == 3
    assert guarded.get("/healthz").status_code == 200
    assert guarded.get("/readyz").status_code == 200
