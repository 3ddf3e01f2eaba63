"""Cited documents: 《titles》 with their numbers, documents named without marks, and why cited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.model import Frozen, Practice, Span
from corpus.registry import PolicyDocumentRow, PolicyRelation, ordered, read_row
from corpus.settings import VOCABULARY
from corpus.tables import read_table
from ingest.extract.tables import any_of
from ingest.extract.wording import Spans

POLICIES = VOCABULARY / "policies.toml"

_YEAR = r"[〔［\[（(【〖{]\s*((?:19|20)\d{2})\s*年?\s*[〕］\]）)】〗}]"
# 国办发〔2016〕1号, 建人〔2020〕第12号; 住房和城乡建设部令第37号, 建设部公告第5号.
_NUMBER = re.compile(
    rf"(?P<code>[一-鿿]{{1,12}}){_YEAR}\s*第?\s*(?P<serial>\d{{1,5}})\s*号"
    r"|(?P<order>[一-鿿]{2,20}?(?:令|公告))(?:〔(?P<order_year>\d{4})〕)?\s*"
    r"第\s*(?P<order_serial>\d{1,5})\s*号"
)
# 和 between two documents, not the one in the name of an issuer: 住房和城乡建设部令.
_AND = r"(?<!住房)(?<!资源)(?<!发展)(?<!工业)(?<!文化)和"
_LONGEST_TITLE = 120
_SENTENCE_END = re.compile(r"[。；！？\n⏎]")
# Between two documents of one list: "》（文号）和省住建厅《".
_LIST = re.compile(r"|\s*(?:[、，]|和|及|与|以及|[、，](?:以及|和|及))[^，。；：《》“”]{0,14}")
_ISSUED_BEHIND = re.compile(
    r"(?:，[^）]{1,30}）)?[^，。；《》]{0,6}?(?:印发|出台|发布|颁布|施行|正式实施|下发)"
)
# 本方案, 以下措施, 三项措施: what a name must not begin with.
_POINTS = (
    r"^(?:[本该此其]|上述|以下|如下|下列|各类|若干|系列|现行|国家和?|"
    r"[一二三四五六七八九十两\d]+[项条个种])"
)
_NAME = r"[^，。；：、！？\s“”《》（）()]"


class PolicyWords(Frozen):
    """The lists of ``policies.toml``, which explains each."""

    issued: tuple[str, ...]
    based_on: tuple[str, ...]
    forwarded: tuple[str, ...]
    unrelated: tuple[str, ...]
    titled_ends: tuple[str, ...]
    not_documents: tuple[str, ...]
    works: tuple[str, ...]
    ends: tuple[str, ...]
    published_ends: tuple[str, ...]
    followed_ends: tuple[str, ...]
    laws: tuple[str, ...]
    pointing: tuple[str, ...]
    generic: tuple[str, ...]
    before_code: tuple[str, ...]


@dataclass(frozen=True)
class _Patterns:
    """The patterns made of the lists."""

    verb: re.Pattern[str]
    document: re.Pattern[str]
    work: re.Pattern[str]
    plain: re.Pattern[str]
    more: re.Pattern[str]
    pointing: re.Pattern[str]
    generic: re.Pattern[str]
    before_code: re.Pattern[str]


def read_patterns(path: Path = POLICIES) -> _Patterns:
    """The patterns of a file of lists.

    Raises:
        InputError: the file is malformed.
    """
    words = read_table(path, PolicyWords)
    issued, forwarded, ends = any_of(words.issued), any_of(words.forwarded), any_of(words.ends)
    published = any_of(words.published_ends)
    followed = rf"{_NAME}{{2,40}}?{any_of(words.followed_ends)}"
    law = rf"(?:中华人民共和国)?{any_of(words.laws)}法"
    behind = any_of(
        ["等", "和", "及", "以及", "要求", "规定", "有关", "精神", "文件", "明确", "实施"]
    )
    return _Patterns(
        verb=re.compile(
            rf"(?P<forwarded>{forwarded})|(?P<issued>{issued})|"
            rf"(?P<unrelated>{any_of(words.unrelated)})|(?P<based_on>{any_of(words.based_on)})"
        ),
        document=re.compile(
            rf"(?!.*{any_of(words.not_documents)}$).*{any_of(words.titled_ends)}"
            r"[）)]?(?:[（(〔][^（）()〔〕]{1,20}[）)〕])?$"
        ),
        work=re.compile(
            rf"(?:[、和及与]?《[^《》]*》)*[^，。；、《》]{{0,6}}{any_of(words.works)}"
        ),
        # A document named without marks: its verb, its name, and a mark or particle behind it.
        plain=re.compile(
            rf"(?:(?:{issued}|{forwarded})(?:实施|了|并实施)?(?P<title>{_NAME}{{2,40}}?{ends})"
            rf"|(?:印发|出台|发布|颁布|下发)(?:了)?(?P<published>{_NAME}{{4,40}}?{published})"
            rf"|(?:贯彻落实|贯彻执行|根据|依据|按照|依照|贯彻|执行|落实)(?P<followed>{followed}|{law}))"
            r"(?P<trial>（(?:试行|暂行|修订|征求意见稿|修订稿|送审稿)）)?"
            rf"(?=[，。；：、！？\s（]|$|{behind}|的(?:通知|要求|规定)?)"
        ),
        more=re.compile(rf"(?:、|和|以及)(?P<title>{_NAME}{{4,40}}?{ends})(?=[，。；、等]|$)"),
        pointing=re.compile(rf"{_POINTS}|{any_of(words.pointing)}"),
        generic=re.compile(rf"{any_of([*words.generic, *words.ends])}*+"),
        before_code=re.compile(rf".*(?:{any_of(words.before_code)}|{_AND})"),
    )


@cache
def _patterns() -> _Patterns:
    return read_patterns()


@dataclass(frozen=True)
class _Citation:
    """A document cited at a place of the text, with the span of its marks and number."""

    start: int
    end: int
    title: str | None
    number: str | None


def policy_documents(practice: Practice) -> list[PolicyDocumentRow]:
    """The documents a practice cites, each once, in the order of the text."""
    text = practice.text
    seen: set[tuple[str | None, str | None]] = set()
    rows = []
    for citation, relation in _related(text, list(_marked(text))):
        key = (citation.title, citation.number)
        if key not in seen:
            seen.add(key)
            rows.append(_row(practice, citation, relation))
    titles = {title for title, _ in seen if title}
    for citation, relation in _plain(text):
        if not any(citation.title in title for title in titles if citation.title):
            titles.add(citation.title or "")
            rows.append(_row(practice, citation, relation))
    return ordered(rows)


def _row(
    practice: Practice, citation: _Citation, relation: PolicyRelation | None
) -> PolicyDocumentRow:
    return read_row(
        PolicyDocumentRow,
        practice,
        (citation.start, citation.end),
        title=citation.title,
        number=citation.number,
        relation=relation,
    )


# Titles and numbers ----------------------------------------------------------------------------


def title_spans(text: str) -> list[Span]:
    """Spans of 《…》 with the marks, nested ones (《…〈…〉…》, 《…《…》…》) as part of the outer.

    A title whose marks do not close within its paragraph ends at the first closing mark, if any.
    """
    spans: list[Span] = []
    at = text.find("《")
    while at >= 0:
        end = _closing(text, at)
        if end:
            spans.append((at, end))
        at = text.find("《", end or at + 1)
    return spans


def _closing(text: str, start: int) -> int | None:
    """Where the title that opens at ``start`` ends; None when it does not."""
    depth, first = 0, None
    for at in range(start, min(len(text), start + _LONGEST_TITLE)):
        char = text[at]
        if char in "\n⏎":
            break
        if char == "《":
            depth += 1
        elif char == "》":
            depth -= 1
            first = first or at + 1
            if depth == 0:
                return at + 1
    return first


def _marked(text: str) -> Iterator[_Citation]:
    """Documents in 《》, and those that only a number names."""
    numbers = {match.start(): match for match in _NUMBER.finditer(text)}
    spans = title_spans(text)
    titled = Spans(spans)
    short = {text[start + 1 : end - 1] for start, end in spans if _is_short_name(text, start)}
    taken: set[int] = set()
    citations = []
    for start, end in spans:
        title = text[start + 1 : end - 1].strip()
        if not title or title in short:
            continue
        number = numbers.get(end + 1) if text[end : end + 1] in ("（", "(") else None
        if number:
            taken.add(number.start())
            end = number.end() + (text[number.end() : number.end() + 1] in ("）", ")"))
        elif not _patterns().document.match(title) or _patterns().work.match(text, end):
            continue
        citations.append(_Citation(start, end, title, _number(number, 0) if number else None))
    for start, match in numbers.items():
        if start not in taken and not titled.around(start):
            shift = _code_start(match)
            citations.append(_Citation(start + shift, match.end(), None, _number(match, shift)))
    yield from sorted(citations, key=lambda citation: citation.start)


def _is_short_name(text: str, start: int) -> bool:
    """Whether 《…》 only says how the document before it is called from here on."""
    return text[max(0, start - 5) : start].rstrip("：:").endswith(("以下简称", "下称", "简称"))


def _code_start(match: re.Match[str]) -> int:
    """How many characters before a number's code do not belong to it: 根据国办发〔2016〕1号."""
    before = _patterns().before_code.match(match["code"] or match["order"])
    return before.end() if before else 0


def _number(match: re.Match[str], shift: int) -> str:
    """The number with 〔〕 and no spaces: 国办发[2016] 1号 → 国办发〔2016〕1号."""
    if match["code"] is None:
        year = f"〔{match['order_year']}〕" if match["order_year"] else ""
        return f"{match['order'][shift:]}{year}第{match['order_serial']}号"
    return f"{match['code'][shift:]}〔{match[2]}〕{match['serial']}号"


# Relations -------------------------------------------------------------------------------------


def _related(
    text: str, citations: list[_Citation]
) -> Iterator[tuple[_Citation, PolicyRelation | None]]:
    """Each citation with the relation its verb gives it; those of one list share it."""
    last: _Citation | None = None
    relation: PolicyRelation | None = None
    for citation in citations:
        between = text[last.end : citation.start] if last else ""
        if not (last and _LIST.fullmatch(between) and not _patterns().verb.search(between)):
            relation = _relation(text, last.end if last else 0, citation)
        yield citation, relation
        last = citation


def _relation(text: str, floor: int, citation: _Citation) -> PolicyRelation | None:
    """The relation said by the last verb before the citation, or by one right behind it."""
    floor = max(floor, citation.start - _LONGEST_TITLE)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, floor, citation.start)]
    verbs = list(_patterns().verb.finditer(text, ends[-1] if ends else floor, citation.start))
    if verbs:
        return None if verbs[-1]["unrelated"] else _named(verbs[-1])
    if _ISSUED_BEHIND.match(text, citation.end):
        return "issued"
    return None


def _named(match: re.Match[str]) -> PolicyRelation:
    if match["forwarded"]:
        return "forwarded"
    return "issued" if match["issued"] else "based_on"


# Without marks ---------------------------------------------------------------------------------


def _plain(text: str) -> Iterator[tuple[_Citation, PolicyRelation]]:
    """Documents that are named without 《》 and issued or followed."""
    for match in _patterns().plain.finditer(text):
        group = next(name for name in ("title", "published", "followed") if match[name])
        title = match[group]
        verb = _patterns().verb.match(text, match.start())
        start, end = match.start(group), match.end("trial" if match["trial"] else group)
        relation = _named(verb) if verb else "based_on"
        if _tells(title):
            yield _Citation(start, end, text[start:end], None), relation
        while more := _patterns().more.match(text, end):
            end = more.end()
            if _tells(more["title"]):
                yield _Citation(*more.span("title"), more["title"], None), relation


def _tells(title: str) -> bool:
    """Whether a title is of one document: not 相关办法, not 实施方案."""
    words = _patterns()
    return not words.pointing.search(title) and not words.generic.fullmatch(title)
