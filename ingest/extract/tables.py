"""Word lists of ``corpus/vocabulary`` as checked tables, and patterns made of words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from re import escape
from typing import TypeVar

from pydantic import ValidationError

from corpus.errors import InputError
from corpus.model import Frozen

T = TypeVar("T", bound=Frozen)


def read_table(path: Path, model: type[T]) -> T:
    """A TOML file as the model that describes it.

    Raises:
        InputError: it cannot be read, is no TOML, or does not fit the model.
    """
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(
            f"词表 {path.name} 的 {place} 不对：{first['msg']}",
            hint="请对照文件开头的说明更正这一项",
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(
            f"词表 {path.name} 读不出：{error}", hint="请检查文件是否存在、是否合乎 TOML 语法"
        ) from error


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; one that fits nothing when there is none.

    >>> any_of(["局", "总局"])
    '(?:总局|局)'
    """
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(escape, ordered))})" if ordered else r"(?!)"
