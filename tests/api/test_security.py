from __future__ import annotations

import pytest

from api.security import check_may_serve, is_loopback, refusal
from corpus.errors import InputError
from corpus.settings import Settings

LOCAL = Settings(host="127.0.0.1")
LOCAL_TOKEN = Settings(host="127.0.0.1", api_token="秘密")
PUBLIC = Settings(host="0.0.0.0", api_token="secret")
HOST = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_is_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_an_open_address_needs_a_token() -> None:
    check_may_serve(LOCAL)
    check_may_serve(PUBLIC)
    with pytest.raises(InputError, match="TASHAN_API_TOKEN"):
        check_may_serve(Settings(host="0.0.0.0"))
    with pytest.raises(InputError):
        check_may_serve(Settings(host="192.168.1.5", api_token=""))


def code(
    settings: Settings, headers: dict[str, str], method: str = "GET", path: str = "/v1"
) -> str:
    error = refusal(settings, method, path, headers)
    return error.code if error else "ok"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (HOST, "ok"),
        ({"host": "localhost"}, "ok"),
        ({"host": "[::1]:8000"}, "ok"),
        ({}, "forbidden"),
        ({"host": "evil.example"}, "forbidden"),
        ({"host": "evil.example:8000"}, "forbidden"),
        ({"host": "127.0.0.1@evil.example"}, "forbidden"),
        ({"host": "[::1"}, "forbidden"),
        (HOST | {"origin": "http://127.0.0.1:8000"}, "ok"),
        (HOST | {"origin": "http://127.0.0.1:8501"}, "forbidden"),
        (HOST | {"origin": "http://localhost:8000"}, "forbidden"),
        (HOST | {"origin": "https://evil.example"}, "forbidden"),
        (HOST | {"origin": "null"}, "forbidden"),
        (HOST | {"origin": ""}, "forbidden"),
        (HOST | {"sec-fetch-site": "cross-site"}, "forbidden"),
        (HOST | {"sec-fetch-site": "same-origin"}, "ok"),
        (HOST | {"sec-fetch-site": "none"}, "ok"),
    ],
)
def test_other_sites_are_refused(headers: dict[str, str], expected: str) -> None:
    assert code(LOCAL, headers) == expected
    assert code(LOCAL, headers, "DELETE") == expected


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (None, "unauthorized"),
        ("", "unauthorized"),
        ("Bearer", "unauthorized"),
        ("Basic secret", "unauthorized"),
        ("Bearer secret", "ok"),
        ("bearer secret", "ok"),
        ("Bearer secret2", "forbidden"),
        ("Bearer sécret", "forbidden"),
    ],
)
def test_token(authorization: str | None, expected: str) -> None:
    headers = {"host": "kb.example"}
    if authorization is not None:
        headers["authorization"] = authorization
    assert code(PUBLIC, headers) == expected
    assert code(PUBLIC, headers, path="/docs") == expected
    assert code(PUBLIC, headers, path="/healthz") == "ok"
    assert code(PUBLIC, headers, path="/readyz") == "ok"


def test_a_token_is_asked_on_loopback_too_where_set() -> None:
    assert code(LOCAL_TOKEN, HOST) == "unauthorized"
    assert code(LOCAL_TOKEN, HOST, path="/healthz") == "ok"
    # Headers are bytes; a token outside ASCII comes as its UTF-8 bytes, read as Latin-1.
    sent = "秘密".encode().decode("latin-1")
    assert code(LOCAL_TOKEN, HOST | {"authorization": f"Bearer {sent}"}) == "ok"


@pytest.mark.parametrize(
    ("method", "path", "length", "expected"),
    [
        ("POST", "/v1/search", "1048576", "ok"),
        ("POST", "/v1/search", "1048577", "file_too_large"),
        ("POST", "/v1/documents", str(20 * 2**20), "ok"),
        ("POST", "/v1/documents", str(200 * 2**20), "file_too_large"),
        ("POST", "/nowhere", str(200 * 2**20), "file_too_large"),
        ("POST", "/v1/search", "many", "ok"),
        ("POST", "/v1/search", "-1", "ok"),
    ],
)
def test_what_says_it_is_too_large_is_not_read(
    method: str, path: str, length: str, expected: str
) -> None:
    assert code(LOCAL, HOST | {"content-length": length}, method, path) == expected
