"""Documents made by hand for the tests of the read path: two lists and a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus import regions
from corpus.model import (
    Block,
    Document,
    Doubt,
    LeftOut,
    OutlineNode,
    ParsedDocument,
    ParseReport,
    Place,
    Practice,
    ReportedDoubt,
    Source,
)

RIGHTS = "保障建筑工人合法权益"
PREVENT = "推动制度建设防范拖欠"
JOINT = "加强多部门联动合力化解欠薪"
REAL_NAME = "完善建筑工人实名制管理"
SYSTEM = "拓展实名制管理系统功能"
SKILL = "提升建筑工人技能水平"
BASES = "推动建设新时代建筑产业工人培育基地"

# region, task, measure, ordinal, text
LIST_1 = [
    ("500000", RIGHTS, PREVENT, 2, "重庆市全面推行农民工工资专户管理及银行代发制度。自2017年开始在建筑领域全面推进农民工工资专户管理制度及银行代发制度，目前工资专户开户率达97%、代发率达92%。"),
    ("340200", RIGHTS, PREVENT, 3, "安徽省芜湖市全面实行红黄蓝牌“三色”预警机制。通过智能化分析，对工资专用账户、实名制登记、劳动合同签订、工资保证金缴纳等保障措施情况实行分级分类预警。"),
    ("360000", RIGHTS, JOINT, 1, "江西省设立建筑业人民调解委员会。把拖欠工程款、工伤鉴定等矛盾纠纷纳入受理调解范围，与各级法院、仲裁机构建立“诉调对接”“裁调对接”联动机制。"),
    ("450000", REAL_NAME, SYSTEM, 3, "广西壮族自治区不断完善实名制管理平台功能。开发“桂建通”平台，打造集建筑工人培训、招工找活等多功能于一体的综合性平台。"),
    ("440100", REAL_NAME, SYSTEM, 4, "广东省广州市积极探索AI视频监控自动预警项目试点。利用人脸抓拍、工地实名制信息匹配等技术，与平台考勤数据进行实时比对和分析。"),
    ("411525", SKILL, BASES, 1, "河南省固始县大力发展专业作业企业。鼓励有能力的班组长牵头组建与职业技能相对应的专业作业企业，截至2023年底已有56个项目试点。"),
]  # fmt: skip
LIST_2 = [
    ("440400", RIGHTS, JOINT, 3, "广东省珠海市对欠薪项目实施联合惩戒。联合人力资源社会保障等部门，对全市房屋市政工程项目开展欠薪隐患全覆盖排查，对欠薪企业和个人实施联合惩戒。"),
    (None, RIGHTS, JOINT, 2, "有省强化线上线下监管合力。实现实名制平台与工资支付预警平台互联互通、数据实时共享。"),
    ("320000", SKILL, BASES, 1, "江苏省多部门联合推进建筑工人技能提升。推动行业企业与职业院校、培训机构开展校企合作，在全省建立15个装配式建筑等相关技能人才培训考核基地。"),
]  # fmt: skip
PLAN = [
    ("440700", "三、目标任务", None, None, "三、目标任务。全市在建房屋建筑和市政基础设施建设工程项目中广泛建立“提升站”，原则上符合条件的在建项目应建尽建。"),
    ("440700", "四、主要内容和基本标准", "（二）基本标准。", 1, "有固定场所。“提升站”应因地制宜、相对固定，占地面积原则上不低于20平方米。"),
    ("440700", "六、工作要求", "（一）加强组织领导。", None, "（一）加强组织领导。各县（市、区）住房城乡建设局要高度重视，加强分类指导，指导相关企业、在建项目广泛开展“提升站”建设。"),
]  # fmt: skip

Row = tuple[str | None, str, str | None, int | None, str]


def documents() -> list[ParsedDocument]:
    """All three, in order."""
    plan = Document(
        id="plan",
        title="在全市建筑行业广泛开展“农民工素质和技能提升站”建设行动实施方案",
        kind="plan",
        issuer="江门市住房和城乡建设局",
        issued_on=date(2023, 8, 8),
        region=regions.get("440700"),
        sha256="3" * 64,
        order=2,
    )
    first = Document(
        id="list-1", title="做法清单（第一批）", kind="practice_list", sha256="1" * 64, order=0
    )
    second = Document(
        id="list-2",
        title="做法清单（第二批）",
        kind="practice_list",
        issued_on=date(2025, 3, 1),
        sha256="2" * 64,
        order=1,
    )
    return [parsed(first, LIST_1), parsed(second, LIST_2), parsed(plan, PLAN)]


def parsed(document: Document, rows: Sequence[Row]) -> ParsedDocument:
    """A parsed document of these practices, one after another."""
    practices: list[Practice] = []
    at = 0
    for sequence, row in enumerate(rows):
        practices.append(practice(document, row, sequence, at))
        at += len(row[4]) + 1
    headings = dict.fromkeys(one.task or "" for one in practices)
    outline = [
        OutlineNode(
            title=task,
            level=1,
            start=0,
            end=at,
            practice_ids=tuple(one.id for one in practices if one.task == task),
        )
        for task in headings
    ]
    blocks = [
        Block(
            role="practice",
            text=one.text,
            start=one.source.start,
            end=one.source.end,
            practice_id=one.id,
        )
        for one in practices
    ]
    report = ParseReport(
        practices=sum(one.kind == "practice" for one in practices),
        plan_items=sum(one.kind == "plan_item" for one in practices),
        doubts=tuple(
            ReportedDoubt(**dict(doubt), place=Place(words="有省", practice_ids=(one.id,)))
            for one in practices
            for doubt in one.doubts
        ),
        left_out=(LeftOut(text="联系人", why="联系方式", start=at, end=at + 3),),
    )
    return ParsedDocument(
        document=document,
        practices=tuple(practices),
        outline=tuple(outline),
        blocks=tuple(blocks),
        report=report,
    )


def practice(document: Document, row: Row, sequence: int, at: int) -> Practice:
    """One practice or plan item that begins in the source at ``at``."""
    adcode, task, measure, ordinal, text = row
    region = regions.get(adcode) if adcode else None
    unsettled = Doubt(
        code="region_unresolved", message="地区名残缺", candidates=("湖南省", "湖北省")
    )
    title = text.split("。")[0]
    return Practice(
        id=f"{document.id}-{sequence + 1}",
        document_id=document.id,
        kind="practice" if document.kind == "practice_list" else "plan_item",
        task=task,
        measure=measure,
        path=tuple(part for part in (task, measure) if part),
        ordinal=ordinal,
        region=region,
        title=title.removeprefix(region.name) if region else title,
        text=text,
        source=Source(start=at, end=at + len(text), spans=((at, at + len(text)),)),
        sequence=sequence,
        doubts=() if region else (unsettled,),
    )
