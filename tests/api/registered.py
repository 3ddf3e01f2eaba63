"""A store with a registry in it, and no model: the documents made by hand and those shipped."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

import httpx

from api.registry import RegistryService
from api.services import Services
from corpus.metadata import manifest
from corpus.model import ParsedDocument
from corpus.settings import DOCUMENTS, SOURCES, Settings
from corpus.store.base import CorpusStore
from corpus.store.open import open_store
from ingest.extract.measure import extracted
from ingest.parse import parse
from ingest.readers import read_path
from tests.api import made
from tests.api.server import client

TABLES = (
    "documents", "regions", "measures", "actors", "instruments", "platforms", "policy_documents",
    "indicators", "deadlines", "themes",
)  # fmt: skip
CHILDREN = TABLES[3:9]


@cache
def shipped() -> tuple[ParsedDocument, ...]:
    """The shipped corpus, parsed."""
    return tuple(
        parse(read_path(DOCUMENTS / entry.file, 20 * 2**20), entry.id or "", entry)
        for entry in manifest(SOURCES)
    )


def take_in(store: CorpusStore, parsed: ParsedDocument) -> ParsedDocument:
    """Store a document with what is extracted from it; nothing of it is to be searched."""
    return store.replace_document(parsed, [], extracted(parsed))


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for a store, in memory where there is one: forced writes would take most time."""
    memory = Path("/dev/shm")
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where) as name:
        yield Path(name)


@contextmanager
def serving(documents: Iterable[ParsedDocument], data: Path | None = None) -> Iterator[Served]:
    """A real server over the registry of some documents.

    Args:
        documents: taken in first.
        data: the data folder; one of its own if None.
    """
    with ExitStack() as stack:
        settings = Settings(data_dir=data or stack.enter_context(folder()))
        store = open_store(settings)
        for parsed in documents:
            take_in(store, parsed)
        nothing = cast(Any, None)
        services = Services(settings, store, nothing, RegistryService(store), nothing)
        http = stack.enter_context(client(settings, lambda: services))
        yield Served(http, store, services.registry)


class Served:
    """A server, and what is behind it."""

    def __init__(self, http: httpx.Client, store: CorpusStore, registry: RegistryService) -> None:
        self.http = http
        self.store = store
        self.registry = registry

    def rows(self, table: str, **params: Any) -> list[dict[str, Any]]:
        """All rows of a table that meet the filters."""
        answer = self.http.get(f"/v1/registry/{table}", params={"limit": 1000, **params})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["rows"]
        return found

    def row(self, table: str, row_id: str) -> dict[str, Any] | None:
        """One row, if it is there."""
        return next((row for row in self.rows(table) if row["id"] == row_id), None)

    def decide(self, table: str, row_id: str, decision: str, **fields: Any) -> httpx.Response:
        """Post a decision."""
        body = {"table": table, "row_id": row_id, "decision": decision, "reviewer": "王"}
        return self.http.post("/v1/reviews", json=body | fields)

    def decided(self, table: str, row_id: str, decision: str, **fields: Any) -> dict[str, Any]:
        """Post a decision that is kept."""
        answer = self.decide(table, row_id, decision, **fields)
        assert answer.status_code == 201, answer.text
        review: dict[str, Any] = answer.json()
        return review

    def reviews(self) -> dict[str, Any]:
        """All decisions, conflicts and what waits."""
        found: dict[str, Any] = self.http.get("/v1/reviews", params={"limit": 1000}).json()
        return found


def everything() -> tuple[ParsedDocument, ...]:
    """The documents made by hand, then those shipped."""
    return (*made.documents(), *shipped())
