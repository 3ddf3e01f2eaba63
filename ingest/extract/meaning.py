"""What a quantity is of, and whether it is a target, a result, a limit, an amount or a ratio."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from corpus.model import PracticeKind
from corpus.registry import IndicatorKind
from ingest.extract.dates import Period
from ingest.extract.distribution import clause_start
from ingest.extract.quantities import Quantity

_MARK = re.compile(r"[，。；、：:！？（）()\n|｜]")
_NUMERAL = re.compile("[0-9]|[一二两三四五六七八九十百]+[个家名项次人]")
# Where the noun behind a unit ends: 17家公司|入驻.
_VERB = re.compile(
    "进行|取得|获得|入驻|进入|得到|实现|开展|提供|给予|被|已|共|并|在|为(?!主)|由|通过|完成|从业|达|参加|纳入"
    "|实行|上线|签订|予以|受到|均|未|从事|参与|接受|组成|负责|以上|以下|左右|补贴|补助|奖励|每|需|应(?!急|用)|可|开设"
    "|享受|协同|联合|分别|依托|低于|高于|超过|不|至少|最多|配备"
)
# What they did is what they are counted for: 3200人次取得了资格证书.
_GOT = re.compile("取得|获得|通过|参加|参与|入驻|接受|享受|完成|实现|持证|晋级|就业|上岗")
_TAIL = re.compile(
    "(?:达到了?|达|为|共有?|累计|总计|超过?|近|约|已|有|是|占|到|至少?|(?<!适)应|须|需|控制在|分别|各|均|最?(?<!提)高|计|给予"
    "|予以|发放|得|扣|不|连续|按|[:： ])+$"
)
_HEAD = re.compile(
    "^(?:目前|其中|同时|现(?![场代有金状行])|已|全省|全市|全区|全县|该[省市区县]|我[省市区县]|并(?![网购轨联])|且"
    "|对(?![口外接标象])|将|使(?!用|命)得?|涉及|共(?![享同建产治青富]|有产)有?|累计|和(?![谐县平美])|及(?![时格])|与(?!会)"
    "|[ 、]|的是)+"
)
# What a figure is compared with is not what it is of: 覆盖率较2020年增长, 入学率比上年提高.
_COMPARED = re.compile(
    "(?:与|同|较|(?<![占对评同环])比)"
    "(?:(?:19|20)[0-9]{2} ?年?(?:[0-9]{1,2}月)?|上年|去年|前年|上年度|往年)"
    "(?:同期|年?[底末]|平均水平|均值|水平)?(?:相比)?"
)
_MOVED = (
    "增长|提高|提升|增加|上升|扩大|上涨|下降|降低|减少|压缩|缩短|压减|回落|收窄"
    "|增幅|降幅|增|升|降|高出|高于|低于|翻番"
)
# Words that say how a figure moved, or what was done, and not of what: 同比下降, 累计举办.
_NO_NOUN = re.compile(
    "(?:同比|环比|年均|平均|每年|比上年|较上年|比去年|较去年|同期|累计|净|大幅|进一步|逐步|又|再|分别|力争|计划|全年"
    f"|先后|成功|共|新|已)*(?:{_MOVED}|举办|推动|开展|组织|实施|完成|新增|建成|建设|实现|推进|带动|覆盖|惠及|服务"
    "|培训|吸引|引进|支持|打造|投放|发放)?(?:幅度?|了|约|近|超过?)?"
)
_BASED = re.compile("(?:较|比|与|同|从|由)$")
_DATED = re.compile(
    "^.{0,3}(?:19|20)[0-9]{2} ?年(?!以前|之前)"
    "(?:度|以来)?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?[底末]?前?"
)
_CLOSED = re.compile("^[^（(]*[）)]")
_LONGEST = 24
_LONGEST_CLAUSE = 40
_SHORTEST = 2

_GIVEN = re.compile(
    "补贴|补助|奖励|奖|给予|资助|资金支持|罚|收费|缴纳|工资|收入|代发|扣|加|得|记|计|贷款|投入|投资|减免|节约"
)
_MODAL = re.compile(
    "(?<![适供响反相效对])应(?![用急对届聘])|须|(?<![主需重必只])要(?![求素点])|力争|争取|确保|不少于|至少|不低于|拟|将建"
)
_PLANNED = re.compile("力争|争取|确保|目标|计划|规划|到20[0-9]{2} ?年")
# 优良天数达到227天, 连续42年无火灾: lengths of time that were reached and limit nothing.
_LASTED = re.compile("(?:天数|日数|寿命|年限|时长)[^，。；：]{0,6}$")
_UNBROKEN_BEHIND = re.compile(
    " ?(?:无(?!故|正当)|零|保持|位居|位列|稳居|蝉联|获|荣获|被评|入选|实现|居|排名)"
)
_DONE = re.compile("已|截至|截止|先后|现有|目前|以来|近年来|成功|完成了|取得了|涌现|受益|惠及")
_CONDITION_BEHIND = re.compile(
    "(?:的|者|及时|未|且|仍|方可|不得|，?(?:给予|责令|列入|予以|得|扣|记))"
)
_SENTENCE = re.compile("[。！？\n]")
_SENTENCE_LENGTH = 200


def kind_of(text: str, quantity: Quantity, per: str | None, measure: PracticeKind) -> IndicatorKind:
    """The kind of a quantity, from its unit and the words of its clause and sentence.

    Args:
        text: the practice's text.
        quantity: the quantity.
        per: what it is counted by.
        measure: whether it stands in a practice, which tells what was done, or a plan.
    """
    sort = quantity.unit.sort if quantity.unit else "count"
    opens = clause_start(text, quantity.start)
    clause = text[opens : quantity.end]
    if quantity.change:
        return "change"
    if sort in ("money", "score"):
        return "amount" if _GIVEN.search(clause) or not quantity.bound else "threshold"
    condition = quantity.bound and _CONDITION_BEHIND.match(text, quantity.end) is not None
    if sort == "time" and not quantity.bound and _lasted(text, clause, quantity):
        return "target" if _is_aim(text, clause, quantity, measure == "plan_item") else "result"
    # 1000人以上不少于3人: a clause that opens with a bound opens with its condition.
    condition = condition or (quantity.bound and quantity.core[0] == quantity.start == opens)
    if sort == "time" or condition or quantity.comparator in ("≤", "<"):
        return "threshold"
    aim = _is_aim(text, clause, quantity, per is not None or measure == "plan_item")
    if sort == "share":
        told = quantity.bound or _MODAL.search(clause) or _PLANNED.search(_sentence(text, quantity))
        return "target" if aim and told else "ratio"
    return "target" if aim else "result"


def _lasted(text: str, clause: str, quantity: Quantity) -> bool:
    """Whether a length of time is one that was reached."""
    before = clause[: quantity.core[0] - quantity.end]
    unbroken = before.endswith("连续") and _UNBROKEN_BEHIND.match(text, quantity.end) is not None
    return unbroken or _LASTED.search(before) is not None


def _is_aim(text: str, clause: str, quantity: Quantity, planned: bool) -> bool:
    """Whether a figure is to be reached, by the nearest words that tell."""
    sentence = _sentence(text, quantity)
    told = (
        (_DONE.search(clause), False),
        (_MODAL.search(clause), True),
        (_DONE.search(sentence), False),
        (_PLANNED.search(sentence), True),
    )
    return next((aim for found, aim in told if found), planned)


def _sentence(text: str, quantity: Quantity) -> str:
    """What stands before a figure in its sentence."""
    before = text[max(quantity.start - _SENTENCE_LENGTH, 0) : quantity.start]
    return _SENTENCE.split(before)[-1]


def subject_of(
    text: str, quantity: Quantity, after: int, start: int, dated: Sequence[Period] = ()
) -> str | None:
    """What a quantity is of: the noun behind its unit, else what stands before it in its clause.

    Args:
        text: the practice's text.
        quantity: one of its quantities.
        after: where the figure or base before it ends.
        start: where its words begin, with the list of those it holds for.
        dated: the dates of the text, in order; a subject does not begin within one.
    """
    counts = quantity.unit is None or quantity.unit.sort == "count"
    if counts and not quantity.change and (noun := _noun_behind(text, quantity.end)):
        return noun
    begin = max(clause_start(text, start), min(after, start))
    last = _last_within(dated, begin, start)
    if words := _words(text[last.end if last else begin : start]):
        return words
    if last and (words := _words(_BASED.sub("", text[begin : last.start]))):
        return words
    if start < quantity.start:
        ends = max(begin - 1, 0)
        return _words(text[clause_start(text, ends) : ends])
    behind = _MARK.split(text[quantity.end : quantity.end + _LONGEST])[0]
    return behind if counts and _GOT.match(behind) else None


def _noun_behind(text: str, at: int) -> str | None:
    words = _MARK.split(text[at : at + _LONGEST])[0].removeprefix("的")
    ends = [found.start() for found in (_VERB.search(words), _NUMERAL.search(words)) if found]
    words = words[: min(ends, default=len(words))].strip(" 和及与")
    return words if len(words) >= _SHORTEST else None


def _last_within(dated: Sequence[Period], begin: int, end: int) -> Period | None:
    """The last date that stands between two places."""
    place = bisect_right(dated, end, key=lambda period: period.end) - 1
    return dated[place] if place >= 0 and dated[place].end > begin else None


def _words(words: str) -> str | None:
    words = _DATED.sub("", _CLOSED.sub("", _COMPARED.sub("", words)))
    words = _HEAD.sub("", _TAIL.sub("", words)).strip(" \u3000、")[-_LONGEST_CLAUSE:]
    return words if len(words) >= _SHORTEST and not _NO_NOUN.fullmatch(words) else None
