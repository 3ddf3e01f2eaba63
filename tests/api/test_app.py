from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from api.app import create_app
from api.errors import TooBusy
from api.services import Services
from api.turnstile import Turnstile
from corpus.settings import Settings
from tests.api.server import client

ROUTES = {
    ("/healthz", "get"),
    ("/readyz", "get"),
    ("/v1/stats", "get"),
    ("/v1/search", "post"),
    ("/v1/practices/{practice_id}", "get"),
    ("/v1/practices/{practice_id}/similar", "get"),
    ("/v1/documents", "get"),
    ("/v1/documents", "post"),
    ("/v1/documents/{document_id}", "get"),
    ("/v1/documents/{document_id}", "delete"),
    ("/v1/documents/{document_id}/content", "get"),
    ("/v1/regions", "get"),
    ("/v1/tasks", "get"),
}


def never() -> Services:
    raise AssertionError("loads although it is not run")


def test_openapi_is_the_contract() -> None:
    schema = create_app(Settings(), never).openapi()
    described = {(path, method) for path, item in schema["paths"].items() for method in item}
    assert described >= ROUTES
    for path, method in ROUTES - {("/healthz", "get")}:
        operation = schema["paths"][path][method]
        assert operation["summary"]
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                model = response["content"]["application/json"]["schema"]
                assert model == {"$ref": "#/components/schemas/ErrorResponse"}, (path, status)
    schemas = schema["components"]["schemas"]
    fields = schemas["SearchRequest"]["properties"] | schemas["Filters"]["properties"]
    undescribed = [name for name, field in fields.items() if "description" not in field]
    assert undescribed == ["filters"]


def test_importing_the_contract_and_the_app_loads_no_model() -> None:
    heavy = "{'torch', 'haystack', 'qdrant_edge', 'qdrant_client', 'pandas', 'jieba'}"
    script = f"import sys, api.schemas, api.app; print({heavy} & set(sys.modules))"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_what_nobody_foresaw_is_told_without_its_inside() -> None:
    class Broken:
        def close(self) -> None:
            pass

    broken = Services(Settings(), Broken(), None, None, None)  # type: ignore[arg-type]
    with client(Settings(), lambda: broken) as http:
        response = http.get("/v1/stats")
        assert response.status_code == 500
        error = response.json()["error"]
        assert error["code"] == "internal"
        assert error["request_id"] == response.headers["x-request-id"]
        assert "Broken" not in response.text
        assert "Traceback" not in response.text
        assert response.headers["x-content-type-options"] == "nosniff"
        assert http.get("/healthz").status_code == 200


def test_turnstile_refuses_a_long_queue() -> None:
    turnstile = Turnstile(waiting=1)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with turnstile.passage():
            entered.set()
            leave.wait(10)

    def wait() -> None:
        with turnstile.passage():
            pass

    first, second = threading.Thread(target=hold), threading.Thread(target=wait)
    first.start()
    entered.wait(10)
    second.start()
    while turnstile._places._value:
        pass
    with pytest.raises(TooBusy), turnstile.passage():
        pass
    leave.set()
    first.join(10)
    second.join(10)
    with turnstile.passage():
        pass
