"""Where a list of organisations stands in its clause, and what its words there say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from corpus.model import Span
from corpus.registry import ActorType
from ingest.extract.organisations import Listed
from ingest.extract.wording import Prose

# How far back in its clause a list's context is read.
_CONTEXT = 60
# Persons and places that stand in one list with organisations: 企业和建筑工人应…
_OTHERS = (
    r"(?:建筑工人|产业工人|劳务工人|农民工|工人|从业人员|职工|员工|个人|劳动者|班组长|班组|社会公众|公众|志愿者|(?:行业|业内|知名|有关|相关)?专家(?:学者)?|"
    r"技术人员|管理人员|居民|业主|用户|自然人|物业使用人|在建项目|(?:其他|有关|相关)?单位|(?:有关|相关|各有关)?地区|农户|小农户|普通农户|(?:工业|产业)?园区|种植大户|养殖大户|种粮大户|村民|群众|家长|律师|人大代表|政协委员|网格员|楼栋长|乡贤|市民|游客|工匠|居民代表|业主代表|老党员|学生|患者|消费者|毕业生|退役军人|大户|各工地|项目|工地|各?(?:县|市|区)（[^）]{1,8}）|各区县|各县区|区县|"
    r"各区|各县|各市|各地区|各地|各镇街|镇街|三方|双方|各方|四方|多方)"
)
_MORE_RIGHT = re.compile(
    rf"(?:[”’]?）|[”’])?(?:(?:[、和与及或]|以及|或者)(?:(?:相关|其他|有关)?{_OTHERS}|[一-鿿]{{0,8}}人员)|{_OTHERS})*(?:等(?![级候于待])(?:(?:群团|社会)?(?:团体|组织|力量|各方|资源|(?:社会)?资本))?)?(?:（[^（）]{{1,60}}）)?"
)
_MORE_LEFT = re.compile(rf"(?:(?:{_OTHERS}(?:[、和与及]|以及)){{1,6}}|各地区?)$")
# Before a list.
_LABEL = re.compile(
    r"(?:(?P<lead>牵头|主办|组织)|(?P<responsible>责任|承办|实施|负责|主责|主管|归口|落实|执行|完成)|(?P<support>配合|协助|协办|支持|指导)|"
    r"(?P<member>成员|组成)|(?P<partner>合作|共建))(?:单位|部门|院校|企业)(?:分别)?(?:包括|为|是|有|：|:)$"
)
# What a unit must do in a case; not what is done to it: 应责令改正, 应由主管部门处理.
_MUST_THEN = re.compile(
    r"(?:应当|应|要|须|必须|可以?|不得|及时|立即)"
    r"(?!当?(?:由|责令|依法|予以|给予|处|按|从重|从严|追究|承担))"
)
# A list goes on with something that is in no gazetteer.
_COMPANY = re.compile(r"、[\w（）]{2}")
# The list only modifies a noun: 企业注册地, 工会经费, 市政府分管领导.
ATTRIBUTE = (
    r"(?:[一-鿿]{2}){0,2}(?:经理|主管人员|高管|教官)|(?:[一-鿿]{2})?(?:医生|教师|学生|师生|毕业生|志愿者|民警|干警|法官|检察官|干部|党员|书记|主任|局长|校长|院长)|经费|资金|负责人|负责同志|人员|员工|职工|工作人员|法定代表人|注册地|所在地|代表|内部|自身|满意度|"
    r"(?:分管|主要)?领导(?!小组)|分管(?:领导|负责|副|同志|的)|主要负责(?:人|同志)|一把手"
)
_MODIFIES = re.compile(rf"的|(?:明确|指定|确定|设立|所属|下属|选派|推荐|组织)的|{ATTRIBUTE}")
# 主管部门5个工作日内完成.
_IN_TIME = re.compile(r"(?:在|于)?\d{1,3}个?(?:工作日|小时|分钟|个月|天|日)(?:之?内|后|前)")
AUTHORITIES: set[ActorType] = {"department", "government", "court", "union"}


@dataclass(frozen=True)
class Place:
    """A list of organisations in its clause.

    ``chained`` when others acted before it there; ``led`` when those before it in
    the sentence lead.
    """

    prose: Prose
    members: Listed
    clause: Span
    chained: bool = False
    led: bool = False

    @cached_property
    def before(self) -> str:
        """The clause up to the list, without persons and places listed before it."""
        start = max(self.clause[0], self.members.start - _CONTEXT)
        text = self.prose.text[start : self.members.start]
        if "）" not in text:
            text = text[text.rfind("（") + 1 :]
        return _MORE_LEFT.sub("", text)

    @cached_property
    def behind(self) -> int:
        """Where the clause goes on after the list and what is listed with it."""
        found = _MORE_RIGHT.match(self.prose.text, self.members.end)
        end = found.end() if found else self.members.end
        # 市公安局：负责…, a line for each.
        labels = self.prose.text.startswith("：", end) and not self.before.strip()
        return end + 1 if labels else end

    @cached_property
    def acts(self) -> bool:
        """Whether a predicate follows, at once or behind what is listed on."""
        behind = self.prose.opens_predicate(self.behind) or self.follows(_IN_TIME)
        return behind or self._acts_in_company

    @property
    def _acts_in_company(self) -> bool:
        """Whether a predicate follows on one more member, of no known kind."""
        if _COMPANY.match(self.prose.text, self.behind) is None:
            return False
        ends = range(self.behind + 3, min(self.behind + 12, self.clause[1]))
        tail = self.prose.text[self.behind : self.clause[1]]
        return "的" not in tail[:12] and any(map(self.prose.opens_predicate, ends))

    @property
    def may_act(self) -> bool:
        """Whether they stand before a word that is no known noun, so likely a verb."""
        # Behind 等 a noun sums up the list: 志愿服务站等设施.
        summed = self.prose.text[self.behind - 1] == "等"
        return not summed and self.prose.goes_on(self.behind) and not self.follows(_MODIFIES)

    @property
    def acts_after_comma(self) -> bool:
        """Whether the clause ends with the list and the next begins with what it does."""
        text = self.prose.text
        return text.startswith("，", self.behind) and self.prose.opens_predicate(self.behind + 1)

    @property
    def is_slogan(self) -> bool:
        """Whether it is a class of units by itself, as in 政府主导、企业参与."""
        return [each.type for each in self.members.members] == ["enterprise"]

    @property
    def is_case(self) -> bool:
        """Whether the clause only says in which case: 施工单位未公示的，责令改正.

        In 银行发现异常的，应及时报告 the unit that the case is about acts as well.
        """
        text, end = self.prose.text, self.clause[1]
        return text[end - 1 : end + 1] == "的，" and _MUST_THEN.match(text, end + 1) is None

    @property
    def is_duty(self) -> bool:
        """Whether the clause says in which case the list must act: 企业经营困难的，可申请缓缴."""
        text, end = self.prose.text, self.clause[1]
        return text[end - 1 : end + 1] == "的，" and not self.is_case

    @property
    def is_condition(self) -> bool:
        """Whether the clause only says whom something is done to: 对要求企业购买…的，"""
        start, end = self.clause
        return self.prose.text[start : start + 1] == "对" and self.prose.text[end - 1] == "的"

    @property
    def is_signed(self) -> bool:
        """Whether authorities stand alone in brackets behind a sentence: …依据。（市教育局）."""
        text, start = self.prose.text, self.members.start
        alone = start > 1 and text[start - 1] == "（" and text[start - 2] in "。；\n"
        kinds = {each.type for each in self.members.members}
        return (
            alone
            and text.startswith("）", self.members.end)
            and kinds <= {*AUTHORITIES, "committee"}
        )

    @property
    def label(self) -> re.Match[str] | None:
        """牵头单位： and the like right before the list."""
        start = self.members.start
        return _LABEL.search(self.prose.text[max(0, start - 12) : start])

    def follows(self, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern fits right behind the list."""
        return pattern.match(self.prose.text, self.behind) is not None
