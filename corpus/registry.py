"""The registry of measures: its ten tables, field by field.

The descriptions and labels here are the codebook of every export, the OpenAPI text and the column
headers. A child row belongs to one measure (a practice or plan item) and carries its evidence:
``quote`` is always ``text[quote_start:quote_end]`` of that measure's text. In tables and in JSON
the two offsets are called ``start`` and ``end``, but in ``deadlines``, where those are dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import blake2b
from itertools import chain
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import ConfigDict, Field, model_validator

from corpus.model import DocumentKind, Frozen, Level, Practice, PracticeKind, Span

Decision = Literal["accept", "correct", "reject"]
ReviewState = Literal["in_force", "superseded", "conflict"]
Status = Literal["extracted", "needs_review", "accepted", "corrected"]
Method = Literal["rule", "manual"]
ActorType = Literal[
    "government", "department", "court", "union", "association", "enterprise", "school", "bank",
    "institution", "committee", "other",
]  # fmt: skip
ActorRole = Literal["lead", "responsible", "joint", "support", "partner", "member"]
InstrumentType = Literal[
    "platform", "warning", "credit", "joint_sanction", "subsidy", "fee_rule", "guarantee",
    "dedicated_account", "contract", "standard", "inspection", "disclosure", "training",
    "competition", "grading", "base_or_park", "service", "coordination_body", "mediation", "pilot",
    "legislation",
]  # fmt: skip
PlatformKind = Literal["platform", "system", "app", "code", "database"]
PolicyRelation = Literal["issued", "based_on", "forwarded"]
Comparator = Literal["=", "≥", ">", "≤", "<", "range"]
IndicatorKind = Literal["target", "result", "threshold", "amount", "ratio", "change"]
Precision = Literal["day", "month", "quarter", "year", "year-end", "yearless"]

# What the registry's codes are called, for people.
LABELS: dict[str, dict[str, str]] = {
    "status": {
        "extracted": "已提取",
        "needs_review": "待核对",
        "accepted": "已确认",
        "corrected": "已更正",
    },
    "method": {"rule": "规则提取", "manual": "人工录入"},
    "kind": {"practice": "经验做法", "plan_item": "方案条目"},
    "document_kind": {"practice_list": "经验做法清单", "plan": "实施方案"},
    "level": {"province": "省级", "city": "市级", "county": "县级"},
    "actor_type": {
        "government": "政府",
        "department": "政府部门",
        "court": "法院",
        "union": "工会",
        "association": "行业协会",
        "enterprise": "企业",
        "school": "院校",
        "bank": "银行",
        "institution": "事业单位与机构",
        "committee": "领导小组与委员会",
        "other": "其他",
    },
    "role": {
        "lead": "牵头",
        "responsible": "负责",
        "joint": "会同",
        "support": "配合",
        "partner": "合作",
        "member": "成员",
    },
    "instrument_type": {
        "platform": "信息平台",
        "warning": "预警",
        "credit": "信用管理",
        "joint_sanction": "联合惩戒",
        "subsidy": "补贴奖励",
        "fee_rule": "费用规定",
        "guarantee": "担保保证金",
        "dedicated_account": "专用账户与代发",
        "contract": "合同协议",
        "standard": "标准规范",
        "inspection": "检查督导",
        "disclosure": "公示通报",
        "training": "培训",
        "competition": "竞赛",
        "grading": "等级评价",
        "base_or_park": "基地园区",
        "service": "服务关爱",
        "coordination_body": "协调机制",
        "mediation": "调解维权",
        "pilot": "试点",
        "legislation": "制度文件",
    },
    "platform_kind": {
        "platform": "平台",
        "system": "系统",
        "app": "移动应用",
        "code": "二维码",
        "database": "数据库",
    },
    "relation": {"issued": "印发", "based_on": "依据", "forwarded": "转发"},
    "indicator_kind": {
        "target": "目标",
        "result": "成效",
        "threshold": "标准门槛",
        "amount": "金额",
        "ratio": "比例",
        "change": "变化",
    },
    "precision": {
        "day": "日",
        "month": "月",
        "quarter": "季",
        "year": "年",
        "year-end": "年底",
        "yearless": "未写年份",
    },
    "decision": {"accept": "确认", "correct": "更正", "reject": "驳回"},
    "review_state": {"in_force": "有效", "superseded": "已被取代", "conflict": "原文已变"},
}


def _labelled(codes: str, **options: Any) -> Any:
    """A field whose values are codes of :data:`LABELS`."""
    return Field(json_schema_extra={"codes": codes}, **options)


class Row(Frozen):
    """A row of a table. In tables and in JSON its columns are named by alias."""

    TABLE: ClassVar[str]
    TITLE: ClassVar[str]

    id: str = Field(title="编号", description="行的编号，在表内唯一，重新提取后不变")


class DocumentRow(Row):
    """A source document."""

    TABLE = "documents"
    TITLE = "文件"

    title: str = Field(title="标题", description="文件标题")
    kind: DocumentKind = _labelled("document_kind", title="类型", description="清单或方案")
    issuer: str | None = Field(None, title="发文机关", description="文件写明的发文机关")
    number: str | None = Field(None, title="文号", description="发文字号，括号统一为〔〕")
    issued_on: date | None = Field(None, title="成文日期", description="文件写明的成文日期")
    region: str | None = Field(None, title="地区", description="文件所属地区的全称")
    adcode: str | None = Field(None, title="区划代码", description="文件所属地区的六位代码")
    batch: int | None = Field(None, title="批次", description="系列清单的批次，第一批为 1")
    source_url: str | None = Field(None, title="来源网址", description="文件的来源网址")
    sha256: str = Field(title="校验值", description="原文件的 SHA-256")
    practices: int = Field(title="条数", description="经验做法或方案条目的条数")


class RegionRow(Row):
    """A division that occurs; its id is the adcode."""

    TABLE = "regions"
    TITLE = "地区"

    adcode: str = Field(title="区划代码", description="六位行政区划代码")
    name: str = Field(title="全称", description="含上级的全称")
    level: Level = _labelled("level", title="层级", description="省、市、县三级")
    province: str = Field(title="省级", description="所在省、自治区、直辖市")
    city: str | None = Field(None, title="市级", description="所在地级行政区")
    county: str | None = Field(None, title="县级", description="县级行政区")


class MeasureRow(Row):
    """A practice or plan item; its id is the practice's."""

    TABLE = "measures"
    TITLE = "举措"

    document_id: str = Field(title="文件编号", description="所在文件")
    document: str = Field(title="文件", description="所在文件的标题")
    kind: PracticeKind = _labelled("kind", title="类型", description="经验做法或方案条目")
    task: str | None = Field(None, title="工作任务", description="一级标题")
    measure: str | None = Field(None, title="主要举措", description="二级标题")
    theme: str | None = Field(None, title="主题", description="主要主题的编号，见主题表")
    secondary_themes: tuple[str, ...] = Field((), title="次要主题", description="其他主题的编号")
    ordinal: int | None = Field(None, title="序号", description="在上级标题下的序号")
    region: str | None = Field(None, title="地区", description="含上级的地区全称；未定则空")
    adcode: str | None = Field(None, title="区划代码", description="地区的六位代码；未定则空")
    title: str = Field(title="标题", description="首句或标题")
    text: str = Field(title="全文", description="完整文字；各值的起止位置以此为准")
    mechanisms: tuple[str, ...] = Field((), title="机制", description="文中写明的机制、制度、模式")
    target_groups: tuple[str, ...] = Field((), title="对象", description="举措所及的人群与单位")
    actors: int = Field(0, title="主体数", description="主体表中的行数")
    instruments: int = Field(0, title="工具数", description="政策工具表中的行数")
    platforms: int = Field(0, title="平台数", description="平台表中的行数")
    policy_documents: int = Field(0, title="引用文件数", description="引用文件表中的行数")
    indicators: int = Field(0, title="指标数", description="指标表中的行数")
    deadlines: int = Field(0, title="时限数", description="时限表中的行数")
    review_status: Status = _labelled(
        "status", default="extracted", title="核对状态", description="各值中最需要核对者的状态"
    )


class ThemeRow(Row):
    """A theme of our taxonomy."""

    TABLE = "themes"
    TITLE = "主题"

    label: str = Field(title="名称", description="主题名称")
    parent: str | None = Field(None, title="上级", description="上级主题的编号")
    definition: str = Field(title="定义", description="收什么、不收什么")
    measures: int = Field(0, title="举措数", description="以此为主要主题的举措条数")


class ChildRow(Row):
    """A value read in a measure, with its evidence."""

    model_config = ConfigDict(validate_by_name=True)

    # Fields that tell apart the rows read from the same words of one measure.
    KEY: ClassVar[tuple[str, ...]] = ()

    measure_id: str = Field(title="举措编号", description="所在经验做法或方案条目")
    document_id: str = Field(title="文件编号", description="所在文件")
    quote: str = Field(title="原文", description="读出此值的原文，等于全文中起止之间的文字")
    quote_start: int = Field(
        alias="start", title="原文起", description="原文在全文中的起点，按字符数，从 0 起"
    )
    quote_end: int = Field(alias="end", title="原文止", description="原文在全文中的终点，不含")
    status: Status = _labelled(
        "status", default="extracted", title="状态", description="是否经人核对"
    )
    not_stated: tuple[str, ...] = Field((), title="未写明", description="原文没有写明的字段")
    candidates: tuple[str, ...] = Field((), title="备选", description="不能确定时的各种读法")
    method: Method = _labelled("method", default="rule", title="方法", description="如何得到")

    @model_validator(mode="after")
    def _grounded(self) -> ChildRow:
        if self.quote_end - self.quote_start != len(self.quote) or not self.quote:
            raise ValueError(f"{self.TABLE}: quote and span differ in length")
        return self


class ActorRow(ChildRow):
    """An organisation acting in a measure."""

    TABLE = "actors"
    TITLE = "主体"
    KEY = ("name", "role")

    name: str = Field(title="名称", description="原文写法")
    normalised_name: str | None = Field(None, title="规范名称", description="统一后的名称")
    type: ActorType = _labelled("actor_type", title="类型", description="组织的类型")
    function: str | None = Field(None, title="职能", description="部门的职能，如住房城乡建设")
    level: str | None = Field(None, title="层级", description="国家、省级、市级、县级、乡镇")
    role: ActorRole = _labelled("role", title="角色", description="在举措中的角色")


class InstrumentRow(ChildRow):
    """A means of policy used."""

    TABLE = "instruments"
    TITLE = "政策工具"
    KEY = ("type",)

    type: InstrumentType = _labelled("instrument_type", title="类型", description="工具的类型")
    words: str = Field(title="用语", description="表明此工具的原文用语")


class PlatformRow(ChildRow):
    """A named information system, app or code."""

    TABLE = "platforms"
    TITLE = "平台"
    KEY = ("name",)

    name: str = Field(title="名称", description="原文中的名称，不带引号")
    kind: PlatformKind = _labelled(
        "platform_kind", title="类型", description="平台、系统、应用、码"
    )
    region: str | None = Field(None, title="地区", description="平台所属地区的全称")
    functions: tuple[str, ...] = Field((), title="功能", description="原文所说的功能")


class PolicyDocumentRow(ChildRow):
    """A cited document."""

    TABLE = "policy_documents"
    TITLE = "引用文件"
    KEY = ("title", "number")

    title: str | None = Field(None, title="标题", description="不带书名号的标题")
    number: str | None = Field(None, title="文号", description="发文字号，括号统一为〔〕")
    relation: PolicyRelation | None = _labelled(
        "relation", default=None, title="关系", description="印发、依据、转发"
    )


class IndicatorRow(ChildRow):
    """A quantity."""

    TABLE = "indicators"
    TITLE = "指标"
    KEY = ("value", "low", "high", "before", "after", "unit", "adcode")

    subject: str | None = Field(None, title="对象", description="数量所说的事物")
    value: float | None = Field(None, title="数值", description="按基本单位换算后的数值")
    low: float | None = Field(None, title="下限", description="区间的下限")
    high: float | None = Field(None, title="上限", description="区间的上限")
    before: float | None = Field(None, title="变化前", description="变化前的数值")
    before_comparator: Comparator | None = Field(
        None, title="变化前比较", description="变化前数值的比较符"
    )
    after: float | None = Field(None, title="变化后", description="变化后的数值；为区间时见上下限")
    after_comparator: Comparator | None = Field(
        None, title="变化后比较", description="变化后数值的比较符"
    )
    unit: str | None = Field(None, title="单位", description="基本单位：人、人次、元、%、个…")
    comparator: Comparator = Field("=", title="比较", description="=、≥、>、≤、<、range（区间）")
    kind: IndicatorKind = _labelled("indicator_kind", title="类型", description="指标的类型")
    per: str | None = Field(None, title="每", description="每人、每年等计量基准")
    as_of: str | None = Field(None, title="时点或时段", description="ISO 8601 日期或时段")
    region: str | None = Field(None, title="地区", description="比举措更窄的适用地区")
    adcode: str | None = Field(None, title="区划代码", description="该地区的六位代码")


class DeadlineRow(ChildRow):
    """A date or period by which something is due or was done."""

    TABLE = "deadlines"
    TITLE = "时限"
    KEY = ("start", "end", "recurrence")

    quote_start: int = Field(title="原文起", description="原文在全文中的起点，按字符数，从 0 起")
    quote_end: int = Field(title="原文止", description="原文在全文中的终点，不含")
    start: str | None = Field(
        None, title="始", description="ISO 8601，精度同原文；未写年份为 --MM-DD"
    )
    end: str | None = Field(
        None, title="终", description="ISO 8601，精度同原文；未写年份为 --MM-DD"
    )
    precision: Precision = _labelled("precision", title="精度", description="原文写明的精度")
    recurrence: str | None = Field(None, title="周期", description="每年、每季度、每月等")
    what: str | None = Field(None, title="事项", description="所限或所述的事项")


CHILD_ROWS: tuple[type[ChildRow], ...] = (
    ActorRow, InstrumentRow, PlatformRow, PolicyDocumentRow, IndicatorRow, DeadlineRow,
)  # fmt: skip


_TABLES: tuple[type[Row], ...] = (DocumentRow, RegionRow, MeasureRow, *CHILD_ROWS, ThemeRow)
ROWS: dict[str, type[Row]] = {row.TABLE: row for row in _TABLES}

R = TypeVar("R", bound=ChildRow)


class Records(Frozen):
    """What extraction found in one measure."""

    theme: str | None = Field(None, description="Main theme.")
    secondary_themes: tuple[str, ...] = ()
    theme_margin: float = Field(1.0, description="Lead of the main theme over the next, 0 to 1.")
    mechanisms: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    actors: tuple[ActorRow, ...] = ()
    instruments: tuple[InstrumentRow, ...] = ()
    platforms: tuple[PlatformRow, ...] = ()
    policy_documents: tuple[PolicyDocumentRow, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    deadlines: tuple[DeadlineRow, ...] = ()

    def of(self, table: str) -> tuple[ChildRow, ...]:
        """The rows of a child table."""
        rows: tuple[ChildRow, ...] = getattr(self, table)
        return rows

    @property
    def rows(self) -> Iterator[ChildRow]:
        """All child rows, table by table."""
        return chain.from_iterable(self.of(kind.TABLE) for kind in CHILD_ROWS)

    @property
    def instrument_types(self) -> tuple[str, ...]:
        """The types of instruments used, each once."""
        return tuple(dict.fromkeys(row.type for row in self.instruments))


class Review(Frozen):
    """A person's decision on a value, kept for good."""

    id: str
    table: str = Field(description="Table of the row.")
    row_id: str = Field(description="Row decided on.")
    measure_id: str = Field(description="Measure the row belongs to.")
    field: str | None = Field(None, description="Column decided on; null: the row as a whole.")
    decision: Decision
    value: Any = Field(None, description="The right value, where it is corrected.")
    before: Any = Field(None, description="The value that was decided on.")
    quote: str = Field("", description="The words under the decision; a measure's are its text.")
    reviewer: str
    note: str = ""
    at: datetime = Field(description="When, with its zone.")


class ReviewRow(Row):
    """A decision, in a table of its own beside the ten of the registry."""

    TABLE = "reviews"
    TITLE = "核对"

    table: str = Field(title="表", description="所核对的行所在的表")
    row_id: str = Field(title="行编号", description="所核对的行；文件改动后可能已不在")
    practice_id: str = Field(title="举措编号", description="所在举措当时的编号；可能已不在")
    column: str | None = Field(None, title="列", description="所核对的列；空为整行")
    decision: Decision = _labelled("decision", title="决定", description="确认、更正或驳回")
    value: str | None = Field(None, title="更正为", description="更正后的值，写作 JSON")
    before: str | None = Field(None, title="原值", description="核对时的值，写作 JSON")
    quote: str = Field("", title="原文", description="核对时的原文")
    reviewer: str = Field(title="核对人", description="作决定的人")
    note: str = Field("", title="说明", description="核对人的说明")
    at: str = Field(title="时间", description="ISO 8601，含时区")
    state: ReviewState = _labelled("review_state", title="现状", description="决定现在是否有效")


def read_row(row: type[R], practice: Practice, span: Span, /, **fields: Any) -> R:
    """A row read from a practice's words.

    Its id follows from what was read and not from where it stands, so that a review decision finds
    it again when the text around it has changed. Fields that are None count as not stated.

    Args:
        row: the table's row.
        practice: where it was read.
        span: the words, as offsets into ``practice.text``.
        fields: the row's own columns.
    """
    quote = practice.text[span[0] : span[1]]
    key = [str(fields.get(name)) for name in row.KEY]
    digest = blake2b("\0".join([row.TABLE, quote, *key]).encode(), digest_size=6).hexdigest()
    own = [name for name in row.model_fields if name not in ChildRow.model_fields]
    return row(
        id=f"{practice.id}.{row.TABLE}.{digest}",
        measure_id=practice.id,
        document_id=practice.document_id,
        quote=quote,
        quote_start=span[0],
        quote_end=span[1],
        not_stated=tuple(name for name in own if fields.get(name) is None),
        **fields,
    )


def ordered(rows: Sequence[R]) -> list[R]:
    """The rows in order of their place; those that read the same from the same words are numbered.

    The first keeps its id, the second gets ``-2`` after it, and so on.
    """
    seen: Counter[str] = Counter()
    result = []
    for row in sorted(rows, key=lambda row: (row.quote_start, row.quote_end, row.id)):
        seen[row.id] += 1
        again = seen[row.id]
        result.append(row if again == 1 else row.model_copy(update={"id": f"{row.id}-{again}"}))
    return result
