"""Files that commands write: where they go, and that they are there whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from corpus.errors import InputError


def target(output: str | Path | None, name: str) -> Path:
    """The file to write: ``output``, or ``name`` in the folder that it is, or in this one.

    Raises:
        InputError: its folder is not there.
    """
    path = Path(output or name)
    path = path / name if path.is_dir() else path
    if not path.parent.is_dir():
        raise InputError(f"没有文件夹 {path.parent}", hint="请先建立它，或换一个 -o")
    return path


def save(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file so that it is there whole or not at all."""
    if path.exists() and not path.is_file():  # a device or pipe takes what comes
        with path.open("wb") as file:
            file.writelines(pieces)
        return
    path = path.resolve()
    part = path.with_name(f".tashan-{secrets.token_hex(6)}.part")
    try:
        with part.open("xb") as file:
            file.writelines(pieces)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
