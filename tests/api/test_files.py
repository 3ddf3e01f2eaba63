"""Files written by commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.files import save, target
from corpus.errors import InputError


def test_a_folder_takes_the_default_name(tmp_path: Path) -> None:
    assert target(tmp_path, "measures.csv") == tmp_path / "measures.csv"
    assert target(str(tmp_path / "one.csv"), "measures.csv") == tmp_path / "one.csv"
    assert target(None, "measures.csv") == Path("measures.csv")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        target(tmp_path / "nowhere" / "one.csv", "measures.csv")


def test_a_file_whose_making_fails_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "pack.docx"
    path.write_bytes(b"before")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        save(path, pieces())
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
    save(path, [b"af", b"ter"])
    assert path.read_bytes() == b"after"
