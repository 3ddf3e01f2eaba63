from __future__ import annotations

import json
import os
from pathlib import Path

import docx
import pptx
import pytest

from api.cli import main
from api.serve import note_path
from corpus.settings import Settings
from tests.api.registered import Served

CHONGQING = "practice-list-1.5.1.2"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and the folder in which the command is run."""
    for name in [name for name in os.environ if name.startswith("TASHAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TASHAN_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "data"


@pytest.fixture
def through(served: Served, data: Path) -> Path:
    """The same with a server that has left word there."""
    health = served.http.get("/healthz")
    note = {"url": str(served.http.base_url), "instance": health.headers["X-Tashan-Instance"]}
    path = note_path(Settings(data_dir=data))
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(note), encoding="utf-8")
    return data


def test_a_word_file_named_by_its_title(through: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["course-pack", CHONGQING, "--title", "工资/专题", "--audience", "学员"]) == 0
    document = docx.Document("工资 专题.docx")
    lines = [line.text for line in document.paragraphs]
    assert "工资/专题" in lines and "对象：学员" in lines and "检查题" in lines
    assert "工资 专题.docx" in capsys.readouterr().out


@pytest.mark.parametrize(("option", "name"), [([], "课.pptx"), (["--format", "pptx"], "课.bin")])
def test_the_format_is_the_suffix_or_what_is_said(
    through: Path, option: list[str], name: str
) -> None:
    assert main(["course-pack", CHONGQING, "--title", "题", "-o", name, *option]) == 0
    assert len(pptx.Presentation(name).slides) > 4


def test_as_data_without_questions(through: Path) -> None:
    said = ["--title", "题", "--format", "json", "--no-questions", "-o", "课.json"]
    assert main(["course-pack", CHONGQING, *said]) == 0
    pack = json.loads(Path("课.json").read_text(encoding="utf-8"))
    assert pack["checks"] == [] and pack["sections"][0]["lessons"][0]["practice_id"] == CHONGQING


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.1", "--title", "题"], "nowhere.1"),
        ([CHONGQING, "--title", " "], "title"),
        ([CHONGQING, "--title", "题", "-o", "no/where.docx"], "没有文件夹 no"),
    ],
)
def test_what_cannot_be_is_said_and_no_file_left(
    through: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["course-pack", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert list(Path().iterdir()) == []


@pytest.mark.slow
def test_without_a_server(data: Path) -> None:
    assert main(["course-pack", CHONGQING, "--title", "题", "-o", "课.md"]) == 0
    assert "重庆市的工资专户开户率达到多少？" in Path("课.md").read_text(encoding="utf-8")
