"""How official sentences are put together: where names begin, where clauses and predicates do."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.model import Frozen, Span
from corpus.settings import VOCABULARY
from corpus.tables import read_table
from ingest.extract.tables import any_of

OFFICIAL_WORDS = VOCABULARY / "official_words.toml"

# What ends a clause; the enumeration comma does not.
_CLAUSE_END = re.compile(r"[，。；：！？\n⏎,;!?|｜]")
# What no name runs across: all but letters, digits, brackets, dashes and the dot of foreign names.
# A word in quotation marks that a longer name goes on behind: 建筑领域“八大员”培训机构.
_NAME_IN_NAME = r"(?<=[一-鿿])“[^“”，。；]{1,12}”(?=[一-鿿])"
_LONGEST_QUOTED = 14
# A count of things: 建成6个基地, 一批平台.
_COUNT = r"[\d一二两三四五六七八九十多数几余]{1,8}[个项家名批套期座处款所]"
# Verbs that are part of a name before its end: 培育联盟, 创新投集团.
_NOMINAL = (
    r"(?:培育|创新|推广|合作|促进|研发|开发|协调|指导|运行|改革|试点|承接|扶持|共享|发展|培养|孵化|保护|救助)"
    r"(?=中心|联盟|学院|研究院|研究所|促进会|集团|基金|委员会|协会|学会|总公司|投集团|投公司|联合体|办公室)|"
    # 市优化营商环境工作领导小组办公室.
    r"(?<=[省市州县区])(?:优化|推进|整治|治理|打击|防范|处置|提升|深化|落实|实施)"
    r"(?=[一-鿿]{2,14}(?:领导小组|专班|指挥部|联席会议))|"
    # 城中村改造办公室.
    r"(?:改造|更新|整治|攻坚|推进|建设|培育)(?=(?:领导小组|工作)?(?:办公室|指挥部|专班))|"
    # 古城保护与发展有限公司.
    r"(?<=[一-鿿]{4})[与和](?=(?:发展|管理|技术|服务|咨询|投资|建设|设计|运营|研究)[一-鿿]{0,4}(?:有限公司|有限责任公司|研究院|学会))|"
    # 理工大学建筑与艺术学院.
    r"(?<=大学[一-鿿]{2})[与和](?=[一-鿿]{2,6}学院)"
)
# What numbers an item: （六）.
_ITEM = r"（[一二三四五六七八九十\d]{1,3}）"
_OUTSIDE_NAMES = r"[^\w（）()—·]|_"


_PARTICLES = frozenset("的等和与及或之以")


class OfficialWords(Frozen):
    """The lists of ``official_words.toml``, which explains each."""

    verbs: tuple[str, ...]
    openers: tuple[str, ...]
    nouns: tuple[str, ...]
    directives: tuple[str, ...]
    stops: tuple[str, ...]
    whole: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """The patterns made of the lists."""

    predicate: re.Pattern[str]
    noun: re.Pattern[str]
    directives: str
    edges: re.Pattern[str]

    @classmethod
    def read(cls, path: Path = OFFICIAL_WORDS) -> Wording:
        """The patterns of a file of lists.

        Raises:
            InputError: the file is malformed.
        """
        words = read_table(path, OfficialWords)
        return cls(
            predicate=re.compile(any_of([*words.verbs, *words.openers])),
            noun=re.compile(any_of(words.nouns)),
            directives=any_of(words.directives),
            edges=re.compile(
                rf"{_NAME_IN_NAME}|{_NOMINAL}|{any_of(words.whole)}|(?P<stop>{any_of(words.stops)}|{_COUNT}|{_ITEM}|{_OUTSIDE_NAMES})"
            ),
        )


@cache
def wording() -> Wording:
    """The shipped lists, read on the first call."""
    return Wording.read()


class Spans:
    """Spans that do not overlap, to be asked what lies in them; earlier ones go first."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans: list[Span] = []
        for span in sorted(spans):
            if span[0] < span[1] and not (self._spans and span[0] < self._spans[-1][1]):
                self._spans.append(span)
        self._starts = [start for start, _ in self._spans]

    def around(self, at: int) -> Span | None:
        """The span that holds a place."""
        place = bisect_right(self._starts, at) - 1
        if place < 0 or at >= self._spans[place][1]:
            return None
        return self._spans[place]

    def overlap(self, start: int, end: int) -> bool:
        """Whether any of them shares a character with a span."""
        place = bisect_left(self._starts, end) - 1
        return place >= 0 and self._spans[place][1] > start

    def masked(self, text: str, mask: str) -> str:
        """The text, as long as it was, with every character in the spans replaced."""
        pieces, at = [], 0
        for start, end in self._spans:
            pieces += [text[at:start], mask * (end - start)]
            at = end
        return "".join([*pieces, text[at:]])


@dataclass(frozen=True)
class Prose:
    """A text with the places at which names and clauses can begin, found in one pass each."""

    text: str
    edges: tuple[int, ...]
    marks: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Prose:
        """Read a text."""
        stops = (match for match in wording().edges.finditer(text) if match["stop"] is not None)
        marks = (match.start() for match in _CLAUSE_END.finditer(text))
        return cls(text, (0, *(match.end() for match in stops)), tuple(marks))

    def name_start(self, at: int) -> int:
        """Where a name that reaches ``at`` may begin at the earliest: behind the last stop.

        A quotation mark that is open at ``at`` is a stop too.
        """
        start = self.edges[bisect_right(self.edges, at) - 1]
        quote = self.text.rfind("“", max(start, at - _LONGEST_QUOTED), at)
        return quote + 1 if quote >= 0 and self.text.find("”", quote, at) < 0 else start

    def clause(self, start: int, end: int) -> Span:
        """From the mark before a span to the mark behind it."""
        before = bisect_left(self.marks, start)
        after = bisect_left(self.marks, end)
        begins = self.marks[before - 1] + 1 if before else 0
        return begins, self.marks[after] if after < len(self.marks) else len(self.text)

    def opens_predicate(self, at: int, least: int = 1) -> bool:
        """Whether a verb, or a word that leads to one, stands at ``at``, and no noun made of it.

        Words of fewer characters than ``least`` do not count.
        """
        words = wording()
        found = words.predicate.match(self.text, at)
        noun = words.noun.match(self.text, at)
        if found is None or found.end() - at < least:
            return False
        return noun is None or noun.end() < found.end()

    def goes_on(self, at: int) -> bool:
        """Whether a word stands at ``at`` that is neither a particle nor a noun of the list."""
        char = self.text[at : at + 1]
        if not "一" <= char <= "龥" or char in _PARTICLES:
            return False
        return wording().noun.match(self.text, at) is None
