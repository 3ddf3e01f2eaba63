"""``tashan export`` as a user runs it: in a process of its own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import frictionless
import pytest

from api.compose import vocabulary_fingerprint
from api.registry import TABLES, RegistryService
from api.serve import note_path
from corpus.settings import Settings
from corpus.store.open import open_store
from tests.api import made
from tests.api.export.made import read_csv, read_jsonl, read_parquet, read_xlsx
from tests.api.registered import folder, serving, shipped, take_in
from tests.test_light import HEAVY

READERS = {"csv": read_csv, "xlsx": read_xlsx, "parquet": read_parquet, "jsonl": read_jsonl}
ROOT = Path(__file__).parent.parent.parent


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "api.cli", "export", *map(str, arguments)]


def environment(data: Path, **variables: str) -> dict[str, str]:
    """With a model that is not there, so that whoever loads one fails."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("TASHAN_")}
    own |= {"TASHAN_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    return own | {"TASHAN_EMBEDDING_MODEL": "/no/such/model", "HF_HUB_OFFLINE": "1"} | variables


def export(
    *arguments: str | Path, data: Path, cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(*arguments),
        env=environment(data, **variables),
        cwd=cwd,
        capture_output=True,
        timeout=120,
    )


def fill(data: Path) -> dict[str, list[dict[str, Any]]]:
    """Take documents in; the rows of every table as in JSON."""
    store = open_store(Settings(data_dir=data))
    for parsed in made.documents():
        take_in(store, parsed)
    (data / "vocabulary").write_text(vocabulary_fingerprint(), "utf-8")
    registry = RegistryService(store)
    rows = {
        table: [row.model_dump(mode="json", by_alias=True) for row in registry.rows(table)]
        for table in TABLES
    }
    store.close()
    return rows


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with folder() as found:
        yield found


@pytest.fixture(scope="module")
def rows(data: Path) -> dict[str, list[dict[str, Any]]]:
    return fill(data)


@pytest.fixture
def server(data: Path, rows: dict[str, list[dict[str, Any]]]) -> Iterator[None]:
    """A server that has left word in the data folder, and holds the store."""
    with serving([], data) as served:
        told = {
            "url": str(served.http.base_url).rstrip("/"),
            "instance": served.http.get("/healthz").headers["X-Tashan-Instance"],
        }
        note = note_path(Settings(data_dir=data))
        note.write_text(json.dumps(told), "utf-8")
        yield
        note.unlink()


def read(table: str, file: Path) -> list[dict[str, Any]]:
    """A file's rows, as in JSON but for what the format cannot tell apart."""
    found = READERS[file.suffix[1:]](TABLES[table], file.read_bytes())
    plain: list[dict[str, Any]] = json.loads(json.dumps(found, default=str))
    return plain


def check_files(data: Path, rows: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    """Everything that can be exported, by whichever way."""
    for fmt in READERS:
        target = tmp_path / f"表.{fmt}"
        done = export("indicators", "-o", target, data=data)
        assert done.returncode == 0, done.stderr
        assert str(target) in done.stdout.decode()
        assert read("indicators", target) == rows["indicators"]
    done = export("measures", "--format", "jsonl", "-o", "-", "--region", "重庆", data=data)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["list-1-1"]
    target = tmp_path / "全部.zip"
    assert export("package", "-o", target, "--document", "plan", data=data).returncode == 0
    assert frictionless.validate(str(target), type="package").valid
    with zipfile.ZipFile(target) as files:
        found = read_csv(TABLES["measures"], files.read("measures.csv"))
    assert [row["id"] for row in found] == ["plan-1", "plan-2", "plan-3"]
    assert {one.suffix for one in tmp_path.iterdir()} == {".zip", *(f".{fmt}" for fmt in READERS)}


def test_from_the_store_without_a_model(
    data: Path, rows: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    check_files(data, rows, tmp_path)


@pytest.mark.usefixtures("server")
def test_through_a_running_server(
    data: Path, rows: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    check_files(data, rows, tmp_path)
    done = export("measures", "--region", "亚特兰蒂斯", "-o", tmp_path / "x.csv", data=data)
    assert done.returncode == 1
    assert "亚特兰蒂斯" in done.stderr.decode()
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.usefixtures("rows")
def test_nothing_heavy_is_loaded(data: Path, tmp_path: Path) -> None:
    code = (
        "import json, sys; from api.cli import main; "
        f"main(['export', 'actors', '-o', {str(tmp_path / 'a.csv')!r}]); "
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(data),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & {*HEAVY} - {"qdrant_edge"}


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["themes"], "tashan-themes.csv"),
        (["themes", "--format", "xlsx"], "tashan-themes.xlsx"),
        (["themes", "-o", "."], "tashan-themes.csv"),
        (["themes", "-o", "a.jsonl"], "a.jsonl"),
        (["themes", "-o", "a.txt"], "a.txt"),
        (["themes", "-o", "a.parquet", "--format", "csv"], "a.parquet"),
        (["package"], "tashan-registry.zip"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_where_it_goes(data: Path, tmp_path: Path, arguments: list[str], name: str) -> None:
    assert export(*arguments, data=data, cwd=tmp_path).returncode == 0
    assert [one.name for one in tmp_path.iterdir()] == [name]
    text = (tmp_path / name).read_bytes()
    if name in ("a.txt", "a.parquet", "tashan-themes.csv"):
        assert text.startswith(b"id,label,")


@pytest.mark.usefixtures("rows")
def test_a_byte_order_mark_and_standard_output(data: Path) -> None:
    plain = export("themes", "-o", "-", data=data).stdout
    assert plain.startswith(b"id,label,")
    assert export("themes", "-o", "-", "--bom", data=data).stdout == b"\xef\xbb\xbf" + plain
    assert export("package", "-o", "-", data=data).stdout.startswith(b"PK")


@pytest.mark.parametrize("arguments", [["themes", "--format", "xlsx"], ["package"]])
@pytest.mark.usefixtures("rows")
def test_a_terminal_is_shown_no_bytes(data: Path, arguments: list[str]) -> None:
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            command(*arguments, "-o", "-"),
            env=environment(data),
            stdout=slave,
            stderr=subprocess.PIPE,
        )
    finally:
        os.close(slave)
        os.close(master)
    assert done.returncode == 1
    assert "终端" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "没有名为“nothing”的表"),
        (["../documents"], "没有名为“../documents”的表"),
        (["themes", "-o", "无此文件夹/a.csv"], "无此文件夹"),
        (["themes", "--bom", "-o", "a.xlsx"], "--bom"),
        (["package", "--format", "csv"], "package"),
        (["package", "--bom"], "package"),
        (["measures", "--region", "朝阳区"], "朝阳区"),
        (["measures", "--kind", "诗"], "kinds.0"),
        (["measures", "--level", "村"], "levels.0"),
        (["measures", "--sort", "colour"], "colour"),
        (["measures", "--column", "id", "--column", "colour"], "colour"),
        (["package", "--find", "培训"], "package"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_what_cannot_be_says_why_and_leaves_nothing(
    data: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = export(*arguments, data=data, cwd=tmp_path)
    assert done.returncode == 1
    assert said in done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_filters_are_those_of_search(data: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    def ids(*filters: str) -> list[str]:
        done = export("measures", "--format", "jsonl", "-o", "-", *filters, data=data)
        assert done.returncode == 0, done.stderr
        return [json.loads(line)["id"] for line in done.stdout.splitlines()]

    every = [row["id"] for row in rows["measures"]]
    assert ids("--region", "珠海", "--region", "芜湖") == ["list-1-2", "list-2-1"]
    assert ids("--exclude-region", "广东", "--kind", "practice", "--level", "city") == ["list-1-2"]
    assert ids("--theme", "wage-account", "--theme", "attendance") == ["list-1-1", "list-1-5"]
    assert ids("--document", "list-2") == every[6:9]
    assert ids("--task", made.SKILL) == ["list-1-6", "list-2-3"]
    assert ids("--measure", made.JOINT) == ["list-1-3", "list-2-1", "list-2-2"]
    assert ids("--instrument", "mediation") == ["list-1-3"]


def check_view(data: Path) -> None:
    asked = ["--find", "重庆 %", "--sort=-value", "--column", "value", "--column", "measure_region"]
    done = export("indicators", "--format", "jsonl", "-o", "-", *asked, data=data)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found and all(list(row) == ["id", "value", "measure_region"] for row in found)
    values = [row["value"] for row in found if row["value"] is not None]
    assert values == sorted(values, reverse=True)


@pytest.mark.usefixtures("rows")
def test_words_order_and_columns_from_the_store(data: Path) -> None:
    check_view(data)


@pytest.mark.usefixtures("rows", "server")
def test_words_order_and_columns_through_a_server(data: Path) -> None:
    check_view(data)


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    with folder() as data:
        fill(data)
        store = open_store(Settings(data_dir=data))
        (parsed, *_) = made.documents()
        kept = {one.id: own for one, own in store.records(parsed.document.id)}
        other = parsed.practices[0].model_copy(update={"text": "别的文字" * 40})
        practices = (other, *parsed.practices[1:])
        store.replace_document(parsed.model_copy(update={"practices": practices}), [], kept)
        store.close()
        target = tmp_path / "a.csv"
        target.write_text("旧")
        done = export("indicators", "-o", target, data=data)
    assert done.returncode == 1
    assert "没有导出" in done.stderr.decode()
    assert target.read_text() == "旧"
    assert list(tmp_path.iterdir()) == [target]


class Breaking(BaseHTTPRequestHandler):
    """Says it is the server of the folder, and breaks off in the middle of a file."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("X-Tashan-Instance", "breaking")
        if self.path == "/healthz":
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
            return
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"id,label\r\n")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_that_is_lost_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Breaking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        data = tmp_path / "data"
        data.mkdir()
        told = {"url": f"http://127.0.0.1:{server.server_port}", "instance": "breaking"}
        note_path(Settings(data_dir=data)).write_text(json.dumps(told), "utf-8")
        target = tmp_path / "a.csv"
        done = export("themes", "-o", target, data=data)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert done.returncode == 1
    assert "连不上服务" in done.stderr.decode()
    assert list(tmp_path.iterdir()) == [data]


def test_an_empty_folder_gets_the_shipped_corpus_first(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    del environ["TASHAN_EMBEDDING_MODEL"]
    done = subprocess.run(
        command("documents", "-o", "-", "--format", "jsonl"), env=environ, capture_output=True
    )
    found = [json.loads(line)["id"] for line in done.stdout.splitlines()]
    assert found == [parsed.document.id for parsed in shipped()]
