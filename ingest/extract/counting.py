"""Which quantities of a text count: the rules of ``evals/gold/registry/README.md``."""

from __future__ import annotations

import re

from ingest.extract.quantities import Quantity

# 近三年来, 24小时服务: lengths of time that limit nothing.
_PERIOD_BEHIND = re.compile(
    " ?(?:以?来|间(?!隔)|不间断|全天|全时|服务|值班|值守|在线|热线|开放|监控|自助|营业)"
)
_RECENT = re.compile("(?:近|最近|过去|这|未来|今后|前|头) ?$")
_LIMITED = re.compile(" ?(?:以内|之内|内|没有|无|未|不得|均)")
# 连续三日, 提前三天: a Chinese numeral that limits.
_LIMIT_BEFORE = re.compile(
    "(?:连续|提前|为期|有效期|期限|时限|工期|试用期|保存|公示|延长|缩短|不再|累计|历时|禁止|暂停|取消|限制)"
    "[^，。；、]{0,4}$"
)
_LIMIT_BEHIND = re.compile(" ?(?:内|以内|之内|以上|以下|期限|有效)")
# 其三, 第三, 这三个, 分为三类: no count of things.
_NO_COUNT = re.compile(
    "(?:第|其|这|那|前|后|上|下|等|上述|以上|以下|该|此|分为|分成|分|包括|包含|按|从|由|统一|唯|之|任|另|某|逐"
    "|围绕|聚焦|突出|坚持|做到) ?$"
)
_COUNTABLE = (
    "个", "家", "名", "人", "人次", "所", "座", "台", "场", "场次", "期", "户", "支", "辆",
    "栋", "幢", "间", "处", "份", "套", "批", "批次", "次", "起", "件", "宗", "例", "班", "班次",
)  # fmt: skip
# 两个培训片区 are counted; 三个方面, 五个统一 and 两场联动 are none.
_JOINED = "联|并|合|融|协|衔|齐|管|结|贯|一体|同步|互"
_NO_THING = re.compile(f" ?(?:{_JOINED})")
_ABSTRACT = re.compile(
    f" ?(?:{_JOINED}|方面|阶段|层次|层面|层级|环节|部分|步骤|统一|一|维度|类别|类型|全|关键|重点"
    "|确保|到位|必须|不|结合|月|问题|原则|目标|转变|坚持|专项|机制|体系|制度|抓手|要素|要求|主体|方向|领域|渠道"
    "|途径|办法|措施|清单|台账|责任|率|化|度|中心|更|最|新|强|有|能|同|先|再|又|大|多|为|是|优先|之"
    "|[“”，。；、）])"
)
_BIG = 10


def is_counted(text: str, quantity: Quantity, per: str | None) -> bool:
    """Whether a quantity is a row of the table of indicators.

    Figures in digits count; Chinese numerals do where they state a bound, a norm or a real count.

    Args:
        text: the whole text, as ``fold`` gives it.
        quantity: one of its quantities.
        per: what it is counted by.
    """
    start, end = quantity.core
    before, behind = text[max(start - 12, 0) : start], text[end : end + 8]
    if quantity.unit and quantity.unit.sort == "time" and not quantity.change:
        recent = _RECENT.search(before) and not _LIMITED.match(behind)
        if recent or _PERIOD_BEHIND.match(behind):
            return False
    if not quantity.chinese:
        return True
    return _chinese_counts(quantity, before, behind, per)


def _chinese_counts(quantity: Quantity, before: str, behind: str, per: str | None) -> bool:
    if quantity.broken:
        return bool(quantity.readings)
    if quantity.bound or quantity.vague or quantity.change or quantity.unit is None:
        return True
    sort = quantity.unit.sort
    if sort in ("money", "share", "measure"):
        return sort != "measure" or quantity.value != 1
    if sort == "time":
        return bool(_LIMIT_BEFORE.search(before) or _LIMIT_BEHIND.match(behind))
    if per is not None:
        return not before.endswith("第")
    value = quantity.value or 0
    if value < 2 or quantity.unit.name not in _COUNTABLE or _NO_COUNT.search(before):
        return False
    none = _ABSTRACT if quantity.unit.name == "个" else _NO_THING
    return value > _BIG or not none.match(behind)
