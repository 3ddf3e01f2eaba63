"""Units of quantities: how they are written, what they are reduced to, what they count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ingest.extract.tables import any_of

Sort = Literal["money", "share", "score", "time", "measure", "count"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A basic unit, how many of it the written one holds, and what it counts."""

    name: str
    factor: Decimal
    sort: Sort


# Written form → basic unit and factor; ones not listed here are basic themselves.
_REDUCED = {
    "㎡": ("平方米", "1"), "m²": ("平方米", "1"), "m2": ("平方米", "1"), "M²": ("平方米", "1"),
    "M2": ("平方米", "1"), "平米": ("平方米", "1"), "平方": ("平方米", "1"),
    "m³": ("立方米", "1"), "m3": ("立方米", "1"), "立方": ("立方米", "1"),
    "km²": ("平方公里", "1"), "km2": ("平方公里", "1"), "平方千米": ("平方公里", "1"),
    "km": ("公里", "1"), "KM": ("公里", "1"), "千米": ("公里", "1"),
    "cm": ("厘米", "1"), "mm": ("毫米", "1"), "kg": ("公斤", "1"), "千克": ("公斤", "1"),
    "元人民币": ("元", "1"), "块钱": ("元", "1"),
    "％": ("%", "1"), "﹪": ("%", "1"), "个百分点": ("百分点", "1"),
    "个小时": ("小时", "1"), "个学时": ("学时", "1"), "个课时": ("课时", "1"),
    "成": ("%", "10"), "个工作日": ("工作日", "1"), "个自然日": ("自然日", "1"),
    "个年度": ("年", "1"), "个星期": ("周", "1"), "星期": ("周", "1"), "个周": ("周", "1"),
    "个工作小时": ("小时", "1"), "个人": ("人", "1"), "位": ("名", "1"),
}  # fmt: skip
_MONEY = ("元", "元人民币", "块钱", "美元", "港元", "欧元")
_SHARE = ("%", "％", "﹪", "‰", "个百分点", "百分点", "成")
_SCORE = ("分", "学分", "积分")
_TIME = (
    "年", "个年度", "个月", "个星期", "星期", "个周", "周", "天", "日", "个工作日", "工作日",
    "个自然日", "自然日", "日历天", "个小时", "小时", "个工作小时", "分钟", "秒", "学时", "个学时",
    "课时", "个课时", "学年", "个学年", "学期", "个学期", "个季度", "周岁", "岁", "工日",
)  # fmt: skip
_MEASURE = (
    "平方米", "㎡", "m²", "m2", "M²", "M2", "平米", "平方", "平方公里", "平方千米", "km²", "km2",
    "立方米", "m³", "m3", "立方", "米", "厘米", "毫米", "cm", "mm", "公里", "千米", "km", "KM",
    "亩", "公顷", "吨", "公斤", "千克", "kg", "克", "升", "千瓦", "兆瓦", "千瓦时", "度电",
    "倍", "折", "℃", "GB", "TB", "微克/立方米", "毫克/立方米", "毫克/升", "微克/升",
)  # fmt: skip
_COUNT = (
    "人", "名", "位", "个人", "人次", "场次", "车次", "架次", "批次", "班次", "轮次", "频次",
    "户次", "家次", "台次", "个", "家", "户", "项", "件", "起", "批", "次", "场", "期", "届",
    "所", "座", "处", "栋", "幢", "台", "套", "辆", "艘", "张", "份", "本", "册", "门", "篇",
    "条", "部", "支", "间", "片", "块", "幅", "只", "宗", "例", "班", "组", "款", "类", "种",
    "层", "笔", "单", "封", "轮", "站", "县", "市", "省", "镇", "乡", "村", "街道", "社区", "区县",
    "部门", "岗位", "床位", "工位", "车位", "工种", "标段", "节", "堂", "遍", "字", "页", "票",
    "棵", "株", "盏", "趟", "集", "桌", "枚", "盒", "箱", "瓶", "包", "点位", "网点", "站点", "档",
    "席", "人日", "人天", "列", "路", "头", "羽", "眼", "口", "标箱",
)  # fmt: skip

# A unit is none where these go on with another word: 3分公司, 5条件, 8年级. A bare 月 is no unit
# at all: 12月 is a date, 12个月 a length of time.
_NOT_BEFORE = {
    "人": "民员才力物格社", "个人": "民员才力物格社工", "家": "庭属长装电具乡", "次": "数性级序品",
    "场": "所馆景", "期": "间限末望刊货", "处": "理于罚置长级分", "台": "账帐风山阶", "份": "额",
    "门": "户槛店类诊", "条": "件例款", "部": "门署委分队长级品位", "支": "持付撑部行出援",
    "片": "区面", "班": "组长次子", "组": "织长成建合", "单": "位独项一列价体", "站": "点长台",
    "项": "目", "分": "之别公包级类布局批校会配阶层中院管支摊享析散担工段流解行店册",
    "元": "旦素件宇",
    "天": "然津气", "日": "常报程益均前子本", "年": "度级龄轻检审底初末代份",
    "周": "边期报围转年岁",
    "层": "次面级", "类": "似别型推", "户": "籍外型均", "座": "谈位", "本": "科", "套": "路取",
    "市": "场级政民区", "省": "级份会厅内", "县": "级区域城", "镇": "区长街", "乡": "村镇土",
    "村": "民委镇级", "起": "来步点草诉到底", "批": "准复示评文", "间": "隔接",
    "节": "点约能日省假水",
    "字": "样号节典", "票": "据", "米": "兰", "位": "置于", "平方": "公千里", "名": "单称录义册次",
    "届": "时满", "轮": "流岗换训候", "折": "旧扣算", "款": "项物式", "种": "类植", "档": "案次",
    "包": "括含装保容", "集": "中体合团聚成约", "只": "有要能是需", "例": "如外行会", "册": "子",
    "列": "车入出举为席支", "路": "口径灯线网段面由局桥段",
    "头": "部脑等号顶像", "羽": "毛球", "眼": "睛镜科",
    "口": "径岸碑腔头号罩", "张": "贴", "席": "位", "倍": "增",
}  # fmt: skip
_SORTS: dict[str, Sort] = {
    **dict.fromkeys(_COUNT, "count"),
    **dict.fromkeys(_MEASURE, "measure"),
    **dict.fromkeys(_TIME, "time"),
    **dict.fromkeys(_SCORE, "score"),
    **dict.fromkeys(_SHARE, "share"),
    **dict.fromkeys(_MONEY, "money"),
}  # fmt: skip


_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def _pattern() -> re.Pattern[str]:
    plain = [name for name in _SORTS if not _NOT_BEFORE.get(name)]
    guarded = [name for name in _SORTS if _NOT_BEFORE.get(name)]
    words = {name: any_of([name]) for name in plain}
    words |= {name: f"{any_of([name])}(?![{_NOT_BEFORE[name]}])" for name in guarded}
    words["成"] = "成(?=以上|以下|左右|多|的|[，。；、])"  # 八成以上, not 3成立
    ordered = sorted(words, key=lambda name: (-len(name), name))
    latin = "(?![A-Za-z0-9])"  # kg is no unit of 5kgx
    return re.compile(
        "|".join(
            words[name] + (latin if name[-1:].isascii() and name != "%" else "") for name in ordered
        )
    )


UNIT = _pattern()


def unit_at(text: str, at: int) -> tuple[Unit, int] | None:
    """The unit written at a place and where it ends, or None.

    >>> unit_at("36人次", 2), unit_at("3项目", 1)
    ((Unit(name='人次', factor=Decimal('1'), sort='count'), 4), None)
    """
    match = UNIT.match(text, at)
    if match is None:
        return None
    written = match.group()
    name, factor = _REDUCED.get(written, (written, "1"))
    return Unit(name, Decimal(factor), _SORTS[written]), match.end()
