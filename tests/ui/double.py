"""A local HTTP server in the API's place, for faults and states a real one is hard to bring to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Double:
    """Answers ``(method, path)`` with ``(status, JSON or text)`` and keeps what it was asked; of GETs the query too."""

    answers: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    queries: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def paths(self, prefix: str = "") -> list[str]:
        return [path for _, path, _ in self.asked if path.startswith(prefix)]


@contextmanager
def running(double: Double, port: int = 0) -> Iterator[Double]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = unquote(urlsplit(self.path).path)
            is_json = self.headers.get("Content-Type") == "application/json"
            double.asked.append((self.command, path, json.loads(body) if is_json else body))
            double.queries.append((path, parse_qs(urlsplit(self.path).query)))
            double.headers = dict(self.headers)
            status, answer = double.answers.get(
                (self.command, path), (404, error("not_found", "没有这个地址"))
            )
            sent = answer if isinstance(answer, str) else json.dumps(answer)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent.encode())))
            self.end_headers()
            self.wfile.write(sent.encode())

        do_GET = do_POST = do_DELETE = answer  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def error(code: str, message: str, hint: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "hint": hint, "request_id": "r-17"}}


DOCUMENT = {"id": "d1", "title": "经验做法清单", "kind": "practice_list", "sha256": "0" * 64}

STATS = {"documents": 5, "practices": 83, "plan_items": 60, "passages": 150, "regions": 40}


def practice(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"p{number}",
        "kind": "practice",
        "title": "全面推行工资专户管理",
        "text": "重庆市全面推行工资专户管理。自2017年开始推进。",
        "task": "保障合法权益",
        "measure": "防范拖欠",
        "theme": None,
        "path": ["五", "（一）"],
        "ordinal": number,
        "region": {"adcode": "500000", "name": "重庆市", "level": "province", "path": ["重庆市"]},
        "document": DOCUMENT,
        "citation": "《经验做法清单》，防范拖欠第2条，重庆市",
        "repairs": [],
        "doubts": [],
        **changes,
    }


def hit(number: int = 1, **changes: Any) -> dict[str, Any]:
    found = {
        "score": 0.9,
        "weak": False,
        "match": {"terms": ["工资"], "expansions": ["专用账户"], "dense": 0.71, "sparse": 9.4},
        "highlights": [{"start": 7, "end": 9}],
    }
    return practice(number, **(found | changes))


def found(*hits: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "query": {"text": "工资", "terms": ["工资"], "expansions": {}, "phrases": []},
        "total": len(hits),
        "took_ms": 4.1,
        "weak": False,
        "undated_left_out": 0,
        "coverage": {"documents": 5, "practices": 83, "plan_items": 60},
        "hits": list(hits),
        "groups": [],
        "facets": {
            "regions": [{"value": "500000", "label": "重庆市", "count": len(hits)}],
            "levels": [{"value": "province", "label": "省级", "count": len(hits)}],
        },
        **changes,
    }
