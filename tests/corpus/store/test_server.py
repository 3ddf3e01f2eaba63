"""What only a Qdrant server shows: what is asked of it, how it fails, other processes beside us."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from qdrant_client import QdrantClient

from corpus.errors import ModelMismatch, StoreError, StoreFull
from corpus.settings import Settings
from corpus.store import points
from corpus.store.base import EmbeddingSpec, SearchFilter
from corpus.store.corpus import QdrantCorpus
from corpus.store.engine import Has, Point, PointId, Remove, Upsert, Where
from corpus.store.open import open_store
from corpus.store.outside import delete_passages
from tests.corpus.store.conftest import KeptServer, server_engine
from tests.corpus.store.factory import SPEC, embed, make_parsed, make_practice, text_of, vector_of


class Answers(BaseHTTPRequestHandler):
    """Answers like a server with nothing in it, or with a failure, and notes what was asked."""

    asked: ClassVar[list[tuple[str, str, dict]]] = []
    failure: ClassVar[tuple[int, str] | None] = None
    headers_seen: ClassVar[list[dict]] = []

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length) or "{}")
        self.asked.append((self.command, self.path.split("?")[0], body))
        self.headers_seen.append(dict(self.headers))
        status, result = 200, self._result(self.path.split("?")[0])
        if self.failure is not None:
            status, text = self.failure
            data = json.dumps({"status": {"error": text}, "time": 0}).encode()
        else:
            data = json.dumps({"result": result, "status": "ok", "time": 0}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _result(self, path: str) -> object:
        if path.endswith("/exists"):
            return {"exists": False}
        if path.endswith("/points/scroll"):
            return {"points": [], "next_page_offset": None}
        if path.endswith("/count"):
            return {"count": 0}
        if path.endswith("/facet"):
            return {"hits": []}
        if path.endswith("/points/batch"):
            return [{"operation_id": 1, "status": "completed"}]
        if path.endswith("/points"):
            return []
        return True if path.count("/") == 2 else {"operation_id": 1, "status": "completed"}

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _answer  # noqa: N815

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def http() -> Iterator[tuple[str, type[Answers]]]:
    handler = type("Handler", (Answers,), {"asked": [], "failure": None, "headers_seen": []})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}", handler
    running.shutdown()
    thread.join()
    running.server_close()


def settings(url: str, **changes: object) -> Settings:
    return Settings(qdrant_url=url, **changes)


def test_options_reach_the_server(
    http: tuple[str, type[Answers]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, handler = http
    monkeypatch.setenv("TASHAN_QDRANT_URL", url)
    monkeypatch.setenv("TASHAN_QDRANT_COLLECTION", "policies")
    monkeypatch.setenv("TASHAN_QDRANT_SHARD_NUMBER", "3")
    monkeypatch.setenv("TASHAN_QDRANT_REPLICATION_FACTOR", "2")
    store = open_store(Settings())
    created = [body for method, path, body in handler.asked if path == "/collections/policies"]
    assert len(created) == 1
    assert created[0]["shard_number"] == 3 and created[0]["replication_factor"] == 2
    assert created[0]["sparse_vectors"] == {"bm25": {"modifier": "idf"}}
    indexed = {body["field_name"] for _, path, body in handler.asked if path.endswith("/index")}
    schema = points.SCHEMA
    assert indexed == {*schema.keywords, *schema.substrings, *schema.integers}
    assert store.label == f"Qdrant {url} policies"
    store.close()


def test_the_key_is_sent_and_never_shown(http: tuple[str, type[Answers]]) -> None:
    url, handler = http
    with pytest.warns(UserWarning, match="insecure connection"):
        store = open_store(settings(url.replace("//", "//user:word@"), qdrant_api_key="secret"))
    assert {seen.get("api-key") for seen in handler.headers_seen} == {"secret"}
    assert "word" not in store.label and "secret" not in store.label
    store.close()


def test_the_switch_is_one_request(http: tuple[str, type[Answers]]) -> None:
    """So that other processes see as little of it as can be; and writes go by the leader."""
    url, handler = http
    store = open_store(settings(url))
    handler.asked.clear()
    parsed = make_parsed("d", [make_practice("d", 0, "全面推行")])
    store.replace_document(parsed, [])
    batches = [body["operations"] for _, path, body in handler.asked if path.endswith("/batch")]
    assert [[next(iter(one)) for one in batch] for batch in batches] == [
        ["upsert"],
        ["upsert", "delete", "delete_payload"],
    ]
    staged = [point["payload"].get("state") for point in batches[0][0]["upsert"]["points"]]
    assert staged == ["staged", "staged"]
    store.close()


def test_large_writes_are_split(http: tuple[str, type[Answers]]) -> None:
    url, handler = http
    store = open_store(settings(url))
    handler.asked.clear()
    large = [Point(points.point_id("x", str(n)), {"text": "长" * 10**6}) for n in range(10)]
    store.core.engine.write(Upsert(large), Remove(Where(must=(Has((large[0].id,)),))))
    batches = [body["operations"] for _, path, body in handler.asked if path.endswith("/batch")]
    assert [len(batch[0]["upsert"]["points"]) for batch in batches] == [4, 4, 2]
    assert [len(batch) for batch in batches] == [1, 1, 2]
    store.close()


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreError, match="连不上") as caught:
        open_store(settings("http://127.0.0.1:9"))
    assert "TASHAN_QDRANT_URL" in caught.value.hint


FAILURES = [
    (401, "Unauthorized", StoreError, "拒绝访问"),
    (403, "Forbidden", StoreError, "拒绝访问"),
    (500, "Service internal error: No space left on device", StoreFull, "磁盘空间不足"),
    (507, "Insufficient storage", StoreFull, "磁盘空间不足"),
    (400, "Wrong input: Vector dimension error: expected dim: 8", ModelMismatch, "维数"),
    (500, "panic", StoreError, "panic"),
]


@pytest.mark.parametrize(("status", "text", "kind", "words"), FAILURES)
def test_failures_become_our_errors(
    http: tuple[str, type[Answers]], status: int, text: str, kind: type, words: str
) -> None:
    url, handler = http
    store = open_store(settings(url))
    handler.failure = (status, text)
    with pytest.raises(kind, match=words) as caught:
        store.documents()
    assert type(caught.value) is kind
    assert url in str(caught.value) or kind is ModelMismatch
    store.close()


def document(number: int, size: int = 30) -> tuple:
    rng = random.Random(number)
    parsed = make_parsed("d", [make_practice("d", n, text_of(rng)) for n in range(size)])
    return parsed, embed(parsed, rng)


class Watched(KeptServer):
    """Lets another process look before and after each request of a write."""

    look = staticmethod(lambda: None)

    def _send(self, operations: object) -> None:
        self.look()
        super()._send(operations)
        self.look()


class Broken(KeptServer):
    """The connection breaks at the n-th request, which the server may have carried out."""

    left = 10**9
    arrives = False

    def _send(self, operations: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise StoreError("连接断了")
        if self.left == 0:
            if self.arrives:
                super()._send(operations)
            raise StoreError("连接断了")
        super()._send(operations)


def opened(client: QdrantClient, kind: type[KeptServer], **options: float) -> QdrantCorpus:
    return QdrantCorpus(kind(client, "tashan", points.SPARSE, address="memory"), **options)


def holding_one(client: QdrantClient, kind: type[KeptServer]) -> QdrantCorpus:
    """A store with the first version of the document."""
    store = opened(client, kind)
    store.set_embedding(SPEC, lambda passages: [])
    store.replace_document(*document(1))
    return store


def test_vectors_of_old_models_are_removed() -> None:
    client = QdrantClient(":memory:")
    store = opened(client, KeptServer)
    store.replace_document(make_parsed("d", []), [])
    for n in range(3):
        store.set_embedding(EmbeddingSpec("m", str(n), 4 + n), lambda passages: [])
    vectors = client.get_collection("tashan").config.params.vectors
    assert [params.size for params in vectors.values()] == [6]


def test_a_passage_that_goes_between_a_search_and_its_attributes() -> None:
    """Another process deletes it meanwhile; the point stays, with the practice alone."""
    client = QdrantClient(":memory:")
    writer = holding_one(client, KeptServer)
    reader = opened(client, KeptServer)
    query = reader.core.engine.query

    def meanwhile(*asked: Any) -> list[list[tuple[PointId, float]]]:
        found = query(*asked)
        delete_passages(writer.core, ["d/p3/0"])
        return found

    reader.core.engine.query = meanwhile
    found = reader.search(vector_of(random.Random(0)), None, SearchFilter(), 100).dense
    assert {one.passage_id for one in found} == {f"d/p{n}/0" for n in range(30)} - {"d/p3/0"}
    assert reader.practice("d/p3") is not None


def test_another_process_sees_one_version() -> None:
    client = QdrantClient(":memory:")
    writer = holding_one(client, Watched)
    reader = opened(client, KeptServer)
    looks: list[set[str]] = []

    def look() -> None:
        found = reader.search(vector_of(random.Random(0)), None, SearchFilter(), 100).dense
        assert len(found) == 30 == reader.count(SearchFilter()) == reader.stats().practices
        looks.append({practice.text for practice in reader.practices_of("d")})
        third = QdrantCorpus(server_engine(client))  # its recovery leaves the writer's points alone
        assert third.stats().passages == 30

    writer.core.engine.look = look
    writer.replace_document(*document(2))
    old, new = ({p.text for p in document(n)[0].practices} for n in (1, 2))
    assert [seen for seen in looks if seen not in (old, new)] == []
    assert looks[0] == old and looks[-1] == new


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("left", [1, 2, 3])
def test_a_broken_connection(left: int, arrives: bool) -> None:
    """Two requests of points, then the switch. What was left over goes once it is old enough."""
    client = QdrantClient(":memory:")
    store = holding_one(client, Broken)
    old, new = document(1), document(2, size=300)
    store.core.engine.left, store.core.engine.arrives = left, arrives
    with pytest.raises(StoreError, match="断了"):
        store.replace_document(*new)
    expected = new if left == 3 and arrives else old
    for again in (store, opened(client, KeptServer), opened(client, KeptServer, grace=0.0)):
        assert again.parsed("d") == expected[0]
        assert again.count(SearchFilter()) == len(expected[1])
        assert again.stats().passages == len(expected[1])
    count = again.core.engine.count(Where())
    assert count == 3 + len(expected[0].practices)
    assert again.core.engine.facet("state", Where()) == {}
