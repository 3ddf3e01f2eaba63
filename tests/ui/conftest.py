"""The whole service as a user starts it, and a real browser to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import streamlit as st
from playwright.sync_api import Browser, Page, expect, sync_playwright

import ui
from tests.ui.double import STATS, Double, found, hit, running

ROOT = Path(ui.__file__).parent.parent
START_S = 300.0  # ingesting the shipped corpus included
END_S = 20.0
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    st.cache_data.clear()
    answers: dict[tuple[str, str], tuple[int, Any]] = {
        ("GET", "/readyz"): (200, {"status": "ready"}),
        ("GET", "/v1/stats"): (200, STATS),
        ("POST", "/v1/search"): (200, found(hit())),
    }
    with running(Double(answers)) as started:
        monkeypatch.setenv("TASHAN_API_URL", started.url)
        monkeypatch.delenv("TASHAN_API_TOKEN", raising=False)
        yield started
    st.cache_resource.clear()


@dataclass(frozen=True)
class Served:
    """Addresses of a running service."""

    api: str
    ui: str


@pytest.fixture(scope="session")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """``tashan serve`` on a folder of its own. It asks for the browser, to start only with one."""
    folder = tmp_path_factory.mktemp("served")
    port, ui_port = free_ports(2)
    command = [sys.executable, "-m", "api.cli", "serve"]
    command += ["--port", str(port), "--ui-port", str(ui_port)]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TASHAN_")}
    environment = kept | {"TASHAN_DATA_DIR": str(folder / "data")}
    api, pages = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{ui_port}"
    with process(command, ROOT, environment, folder / "log.txt") as wait_for:
        wait_for(f"{api}/readyz")
        wait_for(f"{pages}/_stcore/health")
        yield Served(api, pages)


@contextmanager
def process(
    command: list[str], folder: Path, environment: dict[str, str], log: Path
) -> Iterator[Callable[[str], None]]:
    """A running program, and how to wait until it answers 200 at a URL; ended at the end."""
    with log.open("wb") as output:
        started = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield partial(wait_until_served, started, log)
        finally:
            started.terminate()
            try:
                started.wait(END_S)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nothing listens on."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def wait_until_served(started: subprocess.Popen[bytes], log: Path, url: str) -> None:
    """Wait until ``url`` answers 200; fail with the log when it does not come to that."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and started.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url, trust_env=False).status_code == httpx.codes.OK:
                return
        time.sleep(0.2)
    tail = log.read_text(encoding="utf-8", errors="replace")[-4000:]
    pytest.fail(f"{url} did not answer (exit code {started.poll()}):\n{tail}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium: ``TASHAN_TEST_BROWSER``, or the one that is installed."""
    found = os.environ.get("TASHAN_TEST_BROWSER") or next(
        filter(None, map(shutil.which, BROWSERS)), ""
    )
    if not found:
        reason = f"no browser: none of {', '.join(BROWSERS)} on PATH, TASHAN_TEST_BROWSER not set"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=BROWSER_FLAGS)
        yield started
        started.close()


@pytest.fixture
def ui_alone(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    """The UI from another folder than its own, pointed at an API that does not run yet."""
    port, ui_port = free_ports(2)
    api, pages = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{ui_port}"
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "ui" / "app.py")]
    command += ["--server.port", str(ui_port)]
    environment = os.environ | {"TASHAN_API_URL": api, "PYTHONPATH": str(ROOT)}
    environment.pop("TASHAN_API_TOKEN", None)
    with process(command, tmp_path, environment, tmp_path / "log.txt") as wait_for:
        wait_for(f"{pages}/_stcore/health")
        yield Served(api, pages)


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A tab of a fresh profile, at the running service."""
    with fresh_tab(browser, served) as tab:
        yield tab


@pytest.fixture
def lone_page(browser: Browser, ui_alone: Served) -> Iterator[Page]:
    """A tab of a fresh profile, at the UI that has no API."""
    with fresh_tab(browser, ui_alone) as tab:
        yield tab


@contextmanager
def fresh_tab(browser: Browser, served: Served) -> Iterator[Page]:
    """1280 × 900, with leave to use the clipboard."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=served.ui)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()
