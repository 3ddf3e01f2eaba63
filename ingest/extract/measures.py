"""What a measure says of itself: the mechanisms it names, and whom it concerns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.model import Frozen, Practice
from corpus.settings import VOCABULARY
from corpus.tables import read_table
from ingest.extract.policies import title_spans
from ingest.extract.tables import any_of
from ingest.extract.wording import Prose, Spans

MEASURES = VOCABULARY / "measures.toml"

_LONGEST = 24
_SHORT = 4
_SHORTEST = 2
_LONGEST_COUPLED = 10
_QUOTED = re.compile("“[^“”，。；\n]{1,24}”")


class MeasureWords(Frozen):
    """The lists of ``measures.toml``, which explains each."""

    mechanism_ends: tuple[str, ...]
    generic: tuple[str, ...]
    not_before: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Patterns:
    """The patterns made of the lists."""

    quoted: re.Pattern[str]
    end: re.Pattern[str]
    generic: re.Pattern[str]
    group: re.Pattern[str]
    group_of: dict[str, str]


def read_patterns(path: Path = MEASURES) -> _Patterns:
    """The patterns of a file of lists.

    Raises:
        InputError: the file is malformed.
    """
    words = read_table(path, MeasureWords)
    ends = any_of(words.mechanism_ends)
    group_of = {form: name for name, forms in words.groups.items() for form in forms}
    return _Patterns(
        quoted=re.compile(rf"(?:“[^“”，。；]{{2,30}}”[、和与]?){{1,6}}(?:[一-鿿]{{0,12}}?){ends}"),
        end=re.compile(rf"{ends}(?!改革|化|性|建设单位)"),
        generic=re.compile(rf"{any_of(words.generic)}*+"),
        group=re.compile(rf"{any_of(group_of)}(?!{any_of(words.not_before)})"),
        group_of=group_of,
    )


@cache
def _patterns() -> _Patterns:
    return read_patterns()


def mechanisms(practice: Practice) -> tuple[str, ...]:
    """The mechanisms, systems of rules and models named in the text, each once, in its order.

    With their quotation marks where they have them: “三库一核心”模式, 诉调对接联动机制.
    """
    prose = Prose.of(practice.text)
    words = _patterns()
    titles = Spans(title_spans(practice.text))
    quoted = [
        match for match in words.quoted.finditer(practice.text) if not titles.overlap(*match.span())
    ]
    found = {match.start(): match.group() for match in quoted}
    taken = Spans([*title_spans(practice.text), *(match.span() for match in quoted)])
    for match in words.end.finditer(practice.text):
        start = prose.name_start(match.start())
        head = practice.text[start : match.start()]
        head = head[head.rfind("）") + 1 :]
        head = _coupled(prose, match.start() - len(head)) + head if len(head) <= _SHORT else head
        if taken.around(match.start()) or not 2 <= len(head) <= _LONGEST:
            continue
        if not words.generic.fullmatch(head):
            found[match.start() - len(head)] = head + match.group()
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def _coupled(prose: Prose, start: int) -> str:
    """What 和 or 与 joins to a short name before it: 激励和|约束机制; empty when nothing does."""
    if start < 1 or prose.text[start - 1] not in "和与":
        return ""
    words = prose.text[prose.name_start(start - 1) : start]
    return words if _SHORTEST < len(words) <= _LONGEST_COUPLED else ""


def target_groups(practice: Practice) -> tuple[str, ...]:
    """The groups of persons and units that the text concerns, by their names in the list.

    In order of their first place; organisations and persons alike, whether they act or not.
    Titles of documents and names in quotation marks concern nobody.
    """
    words = _patterns()
    names = [match.span() for match in _QUOTED.finditer(practice.text)]
    plain = Spans([*title_spans(practice.text), *names]).masked(practice.text, "□")
    matches = words.group.finditer(plain)
    return tuple(dict.fromkeys(words.group_of[match.group()] for match in matches))
