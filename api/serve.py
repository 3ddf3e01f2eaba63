"""``tashan serve``: the API and the UI in one go, ended together."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from corpus.errors import InputError
from corpus.settings import Settings

log = logging.getLogger(__name__)

UI_APP = Path(__file__).parent.parent / "ui" / "app.py"
# The UI has no log-in, so it is served to this machine alone.
UI_HOST = "127.0.0.1"
GRACE_S = 5.0


def serve(settings: Settings, *, with_ui: bool = True) -> int:
    """Serve until Ctrl-C or SIGTERM; the process's exit code.

    Raises:
        InputError: the address may not be served, or a port is taken.
    """
    import uvicorn

    from api.app import create_app
    from api.compose import loader
    from api.remote import Remote
    from api.security import check_may_serve

    check_may_serve(settings)
    running = Remote.find(settings)
    if running is not None:
        raise InputError(
            f"数据目录 {settings.data_dir} 已有服务在运行：{running.url}",
            hint="请直接使用它，或用 TASHAN_DATA_DIR 换一个数据目录",
        )
    ports = [(settings.host, settings.port, "TASHAN_PORT")]
    ports += [(UI_HOST, settings.ui_port, "TASHAN_UI_PORT")] if with_ui else []
    for host, port, name in ports:
        _check_free(host, port, name)
    app = create_app(settings, loader(settings))
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=int(GRACE_S),
    )
    server = uvicorn.Server(config)
    _end_on_sigterm()
    beside = _ui(settings, server) if with_ui else nullcontext()
    with _announced(settings, app.state.instance), beside, suppress(KeyboardInterrupt, SystemExit):
        server.run()
    return 0 if server.started else 1


def address(host: str, port: int) -> str:
    """The URL of a service on this machine."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else name}:{port}"


def _check_free(host: str, port: int, name: str) -> None:
    if port == 0:
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # elsewhere it would let two bind the same port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                f"端口 {host}:{port} 用不了：{error.strerror}",
                hint=f"可能已有一个他山在运行；或用 {name} 换一个端口",
            ) from error


def _end_on_sigterm() -> None:
    """SIGTERM unwinds the stack like Ctrl-C, so that the UI is ended too."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)


@contextmanager
def _announced(settings: Settings, instance: str) -> Iterator[None]:
    """Leave word in the data folder where this server is, for the other commands."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    note = note_path(settings)
    url = address(settings.host, settings.port)
    told = json.dumps({"url": url, "instance": instance})
    note.write_text(told, encoding="utf-8")
    try:
        yield
    finally:
        if note.exists() and note.read_text(encoding="utf-8") == told:
            note.unlink()


def note_path(settings: Settings) -> Path:
    """Where a running server says its address."""
    return settings.data_dir / "server.json"


@contextmanager
def _ui(settings: Settings, server: Any) -> Iterator[None]:
    """Run Streamlit beside the API; when it ends by itself, the API ends too."""
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(UI_APP)),
        f"--server.port={settings.ui_port}",
        f"--server.address={UI_HOST}",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
        f"--server.maxUploadSize={settings.max_file_mb}",
    ]
    environment = os.environ | {
        "TASHAN_API_URL": address(settings.host, settings.port),
        "TASHAN_MAX_FILE_MB": str(settings.max_file_mb),
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    log.info("界面 %s", address(UI_HOST, settings.ui_port))
    threading.Thread(target=_watch, args=(process, server), daemon=True).start()
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _watch(process: subprocess.Popen[bytes], server: Any) -> None:
    code = process.wait()
    if not server.should_exit:
        log.error("界面进程意外结束（%d），服务随之结束", code)
        server.should_exit = True
