"""Information systems, apps, codes and databases that a text calls by name.

Names are read in three ways: a quoted name before its kind (“云建宝”平台), a name that ends in
its kind (河南省建筑市场监管公共服务平台) and goes back to the last verb or mark, and short quoted
names by themselves (“甬建码”). What is left of a name without words that any platform may bear must
not be empty: 信息平台 names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus import regions
from corpus.errors import InputError
from corpus.model import Frozen, Practice, Region, Span
from corpus.registry import PlatformKind, PlatformRow, ordered, read_row
from corpus.settings import VOCABULARY
from corpus.tables import read_table
from ingest.extract.policies import title_spans
from ingest.extract.tables import any_of
from ingest.extract.wording import Prose, Spans

PLATFORMS = VOCABULARY / "platforms.toml"

_LONGEST = 32
_LONGEST_FUNCTION = 40
_WIDE = re.compile(
    r"(?:[一-鿿]{0,8}登[录陆]|(?:汇总|归集|调取|抓取|查询|填报|联通|打通|贯通|联接|连接|关注|下载|入驻|对照|比对|共享|推送|上线|启用|运行|运营|维护|改造|新建|研发|引进|投用|部署)(?![系平数信共服管中])|"
    r"[一-鿿]{0,30}(?:汇总|归集|调取|查询|填报|打通|共享|推送)(?=全国|国家|[省市县区]级?)|"
    # Who is to build it: 支持龙头企业建设建筑产业互联网平台.
    r"[一-鿿]{0,10}(?:企业|单位|机构|公司|院校|协会|高校)(?:自主|联合|合作)?(?:建设|研发|自建|共建|运营)|统筹(?:建设|推进|规划)?|用好|(?:全市|我市|本市|全区|我区|全县|我县|全省|我省|本省|该[市省县区])(?:统一的?)?|"
    # 建设 as a verb: 建设城市运行管理服务平台.
    r"建设(?!工程|监管|市场|行业|项目|领域|系统|用地|用工|管理|执业|行政|单位|企业))+"
)
# What a name may begin with though it is quoted: “双随机、一公开”监管平台.
_QUOTED_FIRST = re.compile(r"“[^“”]{1,10}[、+＋][^“”]{1,10}”.")
# In a list closed by 等…平台 a member of such an end is one too: 线上培训中心等服务平台.
_LISTED = re.compile(
    r"(?<=、)(?P<name>[\w]{2,15}(?:中心|超市|大厅|商城|云|网))等[^，。；、“”]{0,6}(?:平台|系统)(?=[，。；、并和]|$)"
)
_LEVELS = {"省": 1, "市": 2, "区": 3, "县": 3}


# What may stand between a quoted name and its kind: “和合智解”e调解平台.
_BETWEEN = r"[^\W和与及在的等为入]{0,8}?"

# An account in which something is only published: 在“某市住建”公众号公开曝光.
_PUBLISHED = re.compile(
    r"(?<=公众号)(?:上|中)?(?:进行|予以|集中|公开|定期|同步|广泛|及时|刊登|持续){0,3}"
    r"(?:曝光|宣传|推介|公示|公布|公开|发布|刊发|报道|展播|推送|通报)"
)

# A name in brackets is the one before it: …监管平台（以下简称“省级平台”）.
_SHORT_NAME = re.compile(
    r"(?:平台|系统|数据库|[Aa][Pp][Pp]|小程序|端|码|网|”)（(?:以下)?(?:统)?简?称(?:为)?[“‘]?(?P<name>[^（），。；“”‘’]{2,20})[”’]?）"
)


class PlatformWords(Frozen):
    """The lists of ``platforms.toml``, which explains each."""

    heads: dict[PlatformKind, tuple[str, ...]]
    generic: tuple[str, ...]
    not_names: str
    other: tuple[str, ...]
    classes: str
    not_before: tuple[str, ...]
    nicknames: str
    not_nicknames: str
    not_codes: tuple[str, ...]
    known: tuple[str, ...]
    functions: tuple[str, ...]


@dataclass(frozen=True)
class _Patterns:
    """The patterns made of the lists."""

    kind_of: dict[str, PlatformKind]
    quoted: re.Pattern[str]
    listed: re.Pattern[str]
    head: re.Pattern[str]
    nickname: re.Pattern[str]
    not_nickname: re.Pattern[str]
    known: re.Pattern[str]
    generic: re.Pattern[str]
    not_names: re.Pattern[str]
    other: re.Pattern[str]
    classes: re.Pattern[str]
    not_codes: tuple[str, ...]
    function: re.Pattern[str]


def read_patterns(path: Path = PLATFORMS) -> _Patterns:
    """The patterns of a file of lists.

    Raises:
        InputError: the file is malformed, or one of its patterns is.
    """
    words = read_table(path, PlatformWords)
    kind_of = {word: kind for kind, group in words.heads.items() for word in group}
    kinds = any_of(kind_of)
    try:
        return _Patterns(
            kind_of=kind_of,
            quoted=re.compile(
                rf"“(?P<name>[^“”，。；、+＋]{{2,25}})”{_BETWEEN}(?P<kind>{kinds}|网站|应用(?![场技于到在示程])|(?:服务|办事)?(?:总入口|总门户))"
            ),
            head=re.compile(rf"{kinds}(?!{any_of(words.not_before)})"),
            # “智慧新警务”、区人社局“粤省治欠”系统: one kind for all that are listed before it.
            listed=re.compile(
                rf"“(?P<name>[^“”，。；、+＋]{{2,15}})”(?=(?:(?:[、和与及]|以及)[^，。；、“”]{{0,10}})?"
                rf"(?:“[^“”，。；、+＋]{{2,15}}”(?:(?:[、和与及]|以及)[^，。；、“”]{{0,10}})?){{0,3}}"
                rf"“[^“”，。；、+＋]{{2,15}}”{_BETWEEN}(?P<kind>{kinds}|网站))"
            ),
            nickname=re.compile(rf"“(?P<name>{words.nicknames})”"),
            not_nickname=re.compile(words.not_nicknames),
            known=re.compile("|".join(words.known)),
            generic=re.compile(rf"{any_of(words.generic)}*+"),
            not_names=re.compile(words.not_names),
            other=re.compile(rf"{any_of(words.other)}{any_of(['的', '等'])}?"),
            classes=re.compile(words.classes),
            not_codes=words.not_codes,
            function=re.compile(
                # Whole or not at all: of a longer one the end would say something else.
                rf"{any_of(words.functions)}(?P<what>[^，。；]{{2,{_LONGEST_FUNCTION}}})(?![^，。；])"
            ),
        )
    except re.error as error:
        raise InputError(
            f"词表 {path.name} 中有写错的正则表达式：{error.pattern!r}",
            hint="请更正 nicknames、not_nicknames 或 known",
        ) from error


@cache
def _patterns() -> _Patterns:
    return read_patterns()


@dataclass(frozen=True)
class _Named:
    """A name at a place of the text."""

    start: int
    end: int
    kind: PlatformKind


def platforms(practice: Practice) -> list[PlatformRow]:
    """The platforms a practice names, each once, at its first place."""
    found: dict[str, _Named] = {}
    names = sorted(_names(practice.text), key=lambda named: named.start)
    short = _short_names(practice.text, names)
    for named in names:
        name = practice.text[named.start : named.end]
        if name not in short:
            found.setdefault(name, named)
    rows = [
        read_row(
            PlatformRow,
            practice,
            (named.start, named.end),
            name=name,
            kind=named.kind,
            region=_region(name, practice.region),
            functions=_functions(practice.text, named.end),
        )
        for name, named in found.items()
    ]
    return ordered(rows)


def _short_names(text: str, names: list[_Named]) -> set[str]:
    """Names that only stand for the one before them, with their kind and without it."""
    ends = {named.end for named in names}
    short: set[str] = set()
    for match in _SHORT_NAME.finditer(text):
        if ends & set(range(match.start(), match.start("name"))):
            short |= {match["name"], re.sub(r"(?:平台|系统)$", "", match["name"])}
    return short


# Names -----------------------------------------------------------------------------------------


def _names(text: str) -> list[_Named]:
    """All names, each stretch of the text read in the first way that fits."""
    prose = Prose.of(text)
    taken = title_spans(text)
    names: list[_Named] = []
    for way in (_before_kind, _ending_in_kind, _by_themselves, _in_lists):
        known = Spans(taken)
        for named, span in way(prose):
            if not known.overlap(*span):
                names.append(named)
                taken.append(span)
    return names


def _before_kind(prose: Prose) -> Iterator[tuple[_Named, Span]]:
    """“云建宝”平台, “慧匠通”手机端APP: what is quoted, without its kind."""
    words = _patterns()
    for match in (*words.quoted.finditer(prose.text), *words.listed.finditer(prose.text)):
        name = match["name"]
        if words.generic.fullmatch(name) or words.not_names.match(name):
            continue
        if _PUBLISHED.match(prose.text, match.end()):
            continue
        kind = words.kind_of.get(match["kind"], "platform")
        yield _Named(*match.span("name"), kind), match.span()


def _ending_in_kind(prose: Prose) -> Iterator[tuple[_Named, Span]]:
    """实名制管理平台, 穗好办App: from the last stop to the kind; of an app without 的 kind."""
    words, text = _patterns(), prose.text
    last = -1
    for match in words.head.finditer(text):
        start = max(prose.name_start(match.start()), last)
        start = _without_wide(text, start, match.start())
        kind = words.kind_of[match.group()]
        behind = _NAME_BEHIND.match(text, match.end())
        if behind and match.start() - start > 1 and not words.not_names.match(behind["name"]):
            last = behind.end()
            yield _Named(*behind.span("name"), kind), (start, last)
            continue
        if _SECOND_KIND.match(text, match.end()) or not _is_name(text, start, match, kind):
            continue
        end = match.end()
        last = end
        short = kind == "app" and match.group() not in ("移动端", "手机端")
        yield _Named(start, match.start() if short else end, kind), (start, end)


def _without_wide(text: str, start: int, end: int) -> int:
    """Where a name begins behind 全市 and the like, which belong to no name."""
    # Of 本市企业信用信息系统 a stop has already taken 本.
    own = text[start - 1 : start] in ("本", "该") and text[start] in "省市州县区"
    start += own and text[start + 1] not in "域级内"
    wide = _WIDE.match(text, start, end)
    return wide.end() if wide else start


def _is_name(text: str, start: int, match: re.Match[str], kind: PlatformKind) -> bool:
    """Whether what stands before a kind tells the platform apart from others of that kind."""
    words = _patterns()
    head = text[start : match.start()]
    if not 2 <= len(head) <= _LONGEST:
        return False
    if not head[0].isalnum() and not _QUOTED_FIRST.match(head):
        return False
    if kind == "code":
        quoted = text[start - 1 : start] == "“" and not head.startswith("一")
        return quoted and f"{head}码" not in words.not_codes and len(head) < 6
    if (
        words.classes.match(head)
        or words.generic.fullmatch(head)
        or _MANY.search(text, max(0, start - 4), start)
    ):
        return False
    if text[start - 1 : start] == "“" and text[match.end() : match.end() + 1] == "”":
        # A name in quotation marks of its own is one whatever it is for: “政采贷融资平台”.
        return not (words.other.fullmatch(head) or _MODEL.search(head))
    others = [found.end() for found in words.other.finditer(head)]
    return not (others and others[-1] == len(head))


# “银行+平台” is a way of working.
_MODEL = re.compile(r"[+＋]")
# 多个培训平台 names none of them.
_SECOND_KIND = re.compile(r"移动端|手机端|APP|App|app|小程序|客户端")
_MANY = re.compile(r"(?:多个|若干|系列|各类|[两三四五六七八九十]大)$")


def _by_themselves(prose: Prose) -> Iterator[tuple[_Named, Span]]:
    """“甬建码”, 四库一平台, and what is put on line: 在“随申办”上线."""
    words = _patterns()
    for match in words.nickname.finditer(prose.text):
        if not words.not_nickname.match(match["name"]):
            kind: PlatformKind = "code" if match["name"].endswith("码") else "platform"
            yield _Named(*match.span("name"), kind), match.span()
    for match in words.known.finditer(prose.text):
        kind = "code" if match.group().endswith("码") else "platform"
        yield _Named(*match.span(), kind), match.span()
    for pattern in (_ON_LINE, _APP_NAMED):
        for match in pattern.finditer(prose.text):
            yield _Named(*match.span("name"), "app"), match.span("name")


_ON_LINE = re.compile(
    r"(?:在|登录|下载|打开)“(?P<name>[^“”，。；]{2,25})”(?=上线|扫码|下载|手机|中?注册)"
)
_APP_NAMED = re.compile(r"(?:APP|App|小程序|公众号|客户端)“(?P<name>[^“”，。；、]{2,12})”")
# A kind before the quoted name, which stands for both: 建筑产业互联网平台“筑牛网”.
_NAME_BEHIND = re.compile(r"“(?P<name>[^“”，。；、]{2,12})”(?=[，。；（]|上线|$)")


def _in_lists(prose: Prose) -> Iterator[tuple[_Named, Span]]:
    """The last member, of another end, of a list that 等…平台 closes."""
    for match in _LISTED.finditer(prose.text):
        yield _Named(*match.span("name"), "platform"), match.span("name")


# What is said of them --------------------------------------------------------------------------


def _region(name: str, region: Region | None) -> str | None:
    """The division that a name begins with: 云南省…平台, 省社保平台 in a text of 云南省."""
    leading = regions.leading(name)
    if leading:
        return leading[0].name
    depth = _LEVELS.get(name[0])
    if region is None or depth is None or depth > len(region.path):
        return None
    return "".join(region.path[:depth])


def _functions(text: str, end: int) -> tuple[str, ...]:
    """What the rest of the sentence says that a platform does."""
    stop = re.compile(r"[。；\n⏎]").search(text, end)
    rest = text[end : stop.start() if stop else len(text)]
    return tuple(dict.fromkeys(match.group() for match in _patterns().function.finditer(rest)))
