"""Both engines, each opened as often as a test likes on the same data."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from corpus.store.corpus import QdrantCorpus
from corpus.store.edge import EdgeEngine
from corpus.store.points import SPARSE
from corpus.store.server import ServerEngine
from tests.corpus.store.factory import SPEC

Open = Callable[..., QdrantCorpus]


class KeptServer(ServerEngine):
    """The client's memory would go with its connection, so a test keeps it."""

    def close(self) -> None:
        pass


def edge_engine(folder: Path) -> EdgeEngine:
    return EdgeEngine(folder / "store", SPARSE)


def server_engine(client: QdrantClient) -> ServerEngine:
    return KeptServer(client, "tashan", SPARSE, address="memory")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The client's memory mode, used in place of a server, says that it has no indexes."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            for words in ("Payload indexes have no effect", "Local mode performs exact"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore:{words}"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for a store, in memory where there is one: forced writes would take most time."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as name:
        yield Path(name)


@pytest.fixture(params=["edge", "server"])
def open_store(request: pytest.FixtureRequest, folder: Path) -> Iterator[Open]:
    """Opens the store anew; what was open before is closed first."""
    client = QdrantClient(":memory:") if request.param == "server" else None
    opened: list[QdrantCorpus] = []

    def open_(**options: float) -> QdrantCorpus:
        while opened:
            opened.pop().close()
        engine = edge_engine(folder) if client is None else server_engine(client)
        opened.append(QdrantCorpus(engine, **options))
        return opened[0]

    yield open_
    while opened:
        opened.pop().close()


@pytest.fixture
def store(open_store: Open) -> QdrantCorpus:
    """An empty store that knows its model."""
    store = open_store()
    store.set_embedding(SPEC, lambda passages: [])
    return store


@pytest.fixture
def edge(folder: Path) -> Iterator[QdrantCorpus]:
    """An empty store on Qdrant Edge."""
    store = QdrantCorpus(edge_engine(folder))
    store.set_embedding(SPEC, lambda passages: [])
    yield store
    store.close()
