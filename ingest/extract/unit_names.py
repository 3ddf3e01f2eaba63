"""Units in a text: by class (施工总承包企业), by proper name or by a pattern (中建八局)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.registry import ActorType
from ingest.extract.gazetteer import Ends
from ingest.extract.naming import LONGEST, MOST_MODIFIERS, Naming, Organisation
from ingest.extract.wording import Spans

_LEVEL_CHARS = tuple("省市州县区镇")
_OPENING_QUOTES = ("“", "‘")
# 牵头单位：, 责任单位为: a label, no organisation.
_LABEL = re.compile(
    r"(?:牵头|主办|责任|承办|实施|配合|协助|协办|支持|指导|成员|组成|合作)(?:单位|企业)(?:[：:为是]|包括|分别)"
)
# A word that tells a class of units; not what leads from one clause to the next.
_UNKNOWN = re.compile(
    r"(?!.{0,3}(?:期间|[中内外后前时下上者人对向入予给到至成为]$|[\dA-Za-z]))[一-鿿]{2,4}"
)
_LONG_UNKNOWN = re.compile("[一-鿿]{5,8}")
# Behind 依托 a place is somebody: 依托创业孵化基地.
_LEANT_ON = re.compile(r"(?:依托|依靠|借助)(?:现有|已有|各类|本地|当地|该市)*$")
# Where a name may begin that opens with no division: behind a mark, or who is told to act.
_LED = re.compile(
    r"(?:^|[，。；：！？、（“\n⏎|｜]|推进|加强|加快|建设|打造|由|经|联合|会同|引入|引进|携手|联手|吸纳|依托|依靠|委托|聘请|邀请|吸引|成立|设立|组建|与|和|及|鼓励|支持|引导|督促|指导|组织|"
    r"推动|协调|授权|安排|要求|责成|动员|通过|发挥|对接|同意)$"
)
# What a longer name goes on with: a committee's office, a bank's or firm's branch, a police unit.
_BRANCH = {
    "committee": re.compile("办公室"),
    "bank": re.compile(
        "(?:[省市区县]|[一-鿿]{2,6}?)?(?:中心支行|分行|支行|营业部|营管部|信用卡中心)"
    ),
    "enterprise": re.compile(
        "(?:[省市区县]|[一-鿿]{2,6}?)(?:分公司|支公司|子公司|中心支公司|供电公司|供电局|项目部)"
    ),
    "department": re.compile(
        "(?:[省市区县]|[一-鿿]{2,6}?)?(?:分局|支局|监管局|监管分局|派驻机构|专员办|支队|大队|总队|中心支行|分行)"
    ),
    "school": re.compile("(?:[一-鿿]{2,4}?)(?:分部|分校|校区)"),
    "institution": re.compile("[一-鿿]{2,6}(?:分院|分中心|院区|总院)"),
}
# People and quantities that no class of units begins with: 职工关心企业, 广大建筑企业.
_NO_CLASS = re.compile(
    r"[三四五六七八九十两]大|广大|好|本地区|本区域|辖区内|区域内|全体|辖区(?=重点|重大|在建|各)|每[家个所]|众多|大批|大量|多数|少数|个别|其余|职工(?!学校|医院|大学|之家|教育|互助)|员工|工人|农民工(?!业余|业校|工会|夜校|学校|综合|服务)|劳动者|群众(?!性|团体|组织)|居民(?!委员会|小组|议事)|学生|消费者(?!协会|委员会)"
)
# What no name begins with that no division opens; rooms that are nobody: 数据处理中心.
_NO_NAME = re.compile(
    rf"(?:{_NO_CLASS.pattern}|[\d受报送请凭]|发展(?!中心|集团|银行|公司|基金|研究)|[一二两三四五六七八九十]+[个家所])"
)
_ROOM = re.compile("(?:处理|计算|控制|监控|数据)$")
# Before these it is a verb: 并记入企业信用档案.
_ADVERBS = tuple("并应要须可已均都未不再则需就也得")
# A class without anything before it that was just set up: 成立工作专班.
_SET_UP = re.compile(
    r"(?:成立|组建|设立|组成)了?(?:[^，。；]{0,30}的)?(?:[\d一二两三四五六七八九十]+[个支家])?[“‘]?$"
)
# What is newly set up: 成立, 组建由匠人组成的, 设立了3个; of 组成 only groups.
_SETS_UP = re.compile(
    r"(?:(?:成立|组建|设立)了?(?:[^，。；：]{1,40}的)?|组成(?=[^，。；：]{1,12}组(?:[，。；、]|$)))"
    r"(?:[\d一二两三四五六七八九十多]+[个支家])?[“‘]?(?P<name>[一-鿿]{3,18})$"
)
_ENDED = re.compile(r"[”’]?(?:[，。；、（\n]|$)")
# It is no name that runs over these.
_NOT_IN_NEW = re.compile(
    r"^以来|[由将对向并把从]|以及|负责|组织(?!委|部)|联合(?![会体检执调])|成立|组建|设立"
)
_LONGEST_SET_UP = 64
# So many characters before 领导小组 say which it is.
_TELLING = 4
_QUANTIFIERS = re.compile(r"^(?:各有关|各相关|各类|各级|各|所有|全部|部分|有关|相关)+(?=..)")


def known_ones(here: Naming) -> Iterator[Organisation]:
    """Units found by patterns."""
    for kind, pattern in here.known.known:
        for match in pattern.finditer(here.text):
            level = here.level(match.group()[:1])
            yield here.named(match.span(), kind, match.group(), level=level)


def classes(here: Naming, named: Spans) -> Iterator[Organisation]:
    """Units by class, with the modifiers before their head, where no other name stands."""
    classes = here.known.table.classes
    for match in here.known.class_head.finditer(here.text):
        ends = here.known.head_of[match.group()]
        start = here.modified(match.start(), ends.type)
        if here.text[start - 1 : start] in _LEVEL_CHARS and start < match.start():
            start -= here.prose.name_start(match.end()) == start - 1
        start = _with_unknown(here, _with_levels(here, start), match, named)
        told = _NO_CLASS.match(here.text, start)
        start = told.end() if told and told.end() <= match.start() else start
        name = here.text[start : match.end()]
        bare = start == match.start() and name in classes.bare_not
        if bare and ends.type == "committee":
            bare = _SET_UP.search(here.text, max(0, start - LONGEST), start) is None
        if bare or name in classes.not_names:
            continue
        if _LABEL.match(here.text, start):
            continue
        if not here.cut_off(match.end()):
            yield here.named((start, match.end()), ends.type, _unquantified(name))


def new_ones(here: Naming) -> Iterator[Organisation]:
    """Bodies newly set up: 成立自管小组, 组建技术顾问团."""
    for match in here.known.new_end.finditer(here.text):
        end = match.end()
        if not (_ENDED.match(here.text, end) or here.prose.opens_predicate(end, 2)):
            continue
        before = here.text[max(0, end - _LONGEST_SET_UP) : end]
        found = _SETS_UP.search(before)
        if found and not _NOT_IN_NEW.search(found["name"]) and not here.cut_off(end):
            start = end - len(found["name"])
            yield here.named((start, end), here.known.new_of[match.group()].type, found["name"])


def _with_levels(here: Naming, start: int) -> int:
    """Where a class begins that several levels have: 市、县融资担保机构."""
    end = start + (here.text[start : start + 1] in _LEVEL_CHARS)
    for left in range(max(0, start - 8), start - 1):
        if "、" in here.text[left:end] and here.known.level.fullmatch(here.text, left, end):
            return left
    return start


def _with_unknown(here: Naming, start: int, head: re.Match[str], named: Spans) -> int:
    """Where a class begins that is told by a short word of no list: 承运企业, 养老机构."""
    left = here.prose.name_start(head.end())
    kind = here.known.head_of[head.group()].type
    verbal = kind in here.known.table.classes.verbal_types
    led = here.text[left - 1 : left] in _ADVERBS or here.verb_led(left, verbal)
    if led or head.group() in here.known.table.classes.not_told or named.overlap(left, start):
        return start
    told = (left, _behind_modifiers(here, left, start))
    # 货物装载源头单位安装…: a long class is told by where it stands and what it does.
    if _is_long_class(here, left, start, head.end()):
        return left
    return left if any(_UNKNOWN.fullmatch(here.text, at, start) for at in told) else start


def _is_long_class(here: Naming, left: int, start: int, end: int) -> bool:
    """Whether plain words before a class stand where a subject does, with no verb in them."""
    return (
        _LONG_UNKNOWN.fullmatch(here.text, left, start) is not None
        and here.prose.opens_predicate(end)
        and _LED.search(here.text, max(0, left - 4), left) is not None
        and not here.region_at.overlap(left, start)
        and not any(map(here.prose.opens_predicate, range(left, start)))
    )


def _behind_modifiers(here: Naming, left: int, end: int) -> int:
    """Where the modifiers that a class begins with end: 房地产|经纪机构."""
    for _ in range(MOST_MODIFIERS):
        sizes = range(min(10, end - left), 1, -1)
        size = next((s for s in sizes if here.text[left : left + s] in here.known.modifiers), 0)
        if not size:
            break
        left += size
    return left


def proper(here: Naming) -> Iterator[Organisation]:
    """Proper names, from the last stop before them to their end."""
    last = (-1, -1)
    for match in here.known.proper_end.finditer(here.text):
        ends = here.known.end_of[match.group()]
        start, level = here.opening(match.start())
        # 湖南第一师范学院派出支教大学生: the first name ends before the verb.
        if start == last[0] and here.verb_led(last[1]):
            continue
        quoted = here.text[start - 1 : start] in _OPENING_QUOTES
        named = level is not None or quoted or _tells(here, start, match.start(), ends)
        named = named or _is_led(here, start, match.start(), ends)
        if ends.place and match.start() - start > 1:
            named = named or _LEANT_ON.search(here.text, max(0, start - 8), start) is not None
        if not named or match.end() - start > LONGEST or here.cut_off(match.end()):
            continue
        if not here.known.generic.fullmatch(here.text, start, match.start()):
            last = (start, match.end())
            end = _branched(here, ends.type, match.end())
            name = here.text[start:end]
            if name.count("（") != name.count("）"):
                continue
            yield Organisation(
                start, end, name, ends.type, name, level=level or None, place=ends.place
            )


def _branched(here: Naming, kind: ActorType, end: int) -> int:
    """Where a name ends with the branch or office that is named behind it."""
    pattern = _BRANCH.get(kind)
    branch = pattern.match(here.text, end) if pattern else None
    return branch.end() if branch and not here.prose.opens_predicate(end) else end


def _is_led(here: Naming, start: int, end: int, ends: Ends) -> bool:
    """Whether a name begins where one can, with more than modifiers before its end."""
    if not ends.led or end - start < 2 or _NO_NAME.match(here.text, start):
        return False
    if _ROOM.search(here.text, start, end):
        return False
    led = _LED.search(here.text, max(0, start - 4), start) is not None
    return led and not here.verb_led(start)


def _tells(here: Naming, start: int, end: int, ends: Ends) -> bool:
    """Whether what stands before the end of a name is a name and not only modifiers."""
    if ends.type == "committee":
        return end - start + 2 * here.text.startswith("工作", end) >= _TELLING
    return ends.telling and end - start > 1 and here.modified(end, ends.type) != start


def _unquantified(name: str) -> str:
    return _QUANTIFIERS.sub("", name)
