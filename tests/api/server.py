"""A real server on a free loopback port, in a thread of the test process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.services import Services
from corpus.settings import Settings


@contextmanager
def serving(app: FastAPI, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve ``app``; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=0, log_level="error"))
    # With its protocol, else asyncio leaves Nagle on and every answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((host, 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@contextmanager
def client(
    settings: Settings, load: Callable[[], Services], *, ready: bool = True
) -> Iterator[httpx.Client]:
    """A client of a served application, once that is ready."""
    with (
        serving(create_app(settings, load), settings.host) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as http,
    ):
        if ready:
            _until(lambda: _ready(http))
        yield http


def _ready(http: httpx.Client) -> bool:
    response = http.get("/readyz")
    if response.status_code == 200:
        return True
    error = response.json()["error"]
    if error["code"] != "not_ready":
        raise RuntimeError(error["message"])
    return False


def _until(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)
