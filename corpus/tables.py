"""Word lists and other tables of ``corpus/vocabulary`` as the models that describe them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from corpus.errors import InputError
from corpus.model import Frozen

T = TypeVar("T", bound=Frozen)
READ_THE_TOP = "请对照文件开头的说明更正这一项"


def read_table(path: Path, model: type[T], kind: str = "词表", hint: str = READ_THE_TOP) -> T:
    """A TOML file as the model that describes it.

    Args:
        path: the file.
        model: what it must fit.
        kind: what a user calls such a file.
        hint: what to do where it does not fit.

    Raises:
        InputError: it cannot be read, is no TOML, or does not fit the model.
    """
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        where = f" 的 {place} " if place else " "
        raise InputError(f"{kind} {path.name}{where}不对：{first['msg']}", hint=hint) from error
    except (OSError, ValueError) as error:
        raise InputError(
            f"{kind} {path.name} 读不出：{error}", hint="请检查文件是否存在、是否合乎 TOML 语法"
        ) from error
