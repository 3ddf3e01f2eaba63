"""Tables of the vocabulary that are not as they must be."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.model import Frozen
from corpus.tables import read_table


class Words(Frozen):
    words: tuple[str, ...]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('words = "局"', "词表 units.toml 的 words 不对"),
        ("words = [", "词表 units.toml 读不出"),
        (None, "词表 units.toml 读不出"),
    ],
)
def test_a_bad_table_is_named_with_its_place(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "units.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        read_table(path, Words)
    assert caught.value.hint


def test_a_table_is_its_model(tmp_path: Path) -> None:
    path = tmp_path / "units.toml"
    path.write_text('words = ["局", "厅"]', encoding="utf-8")
    assert read_table(path, Words) == Words(words=("局", "厅"))
