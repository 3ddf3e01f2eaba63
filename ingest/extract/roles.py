"""The roles of the organisations of a list, from the words around it.

What stands right behind the list goes first (牵头, 配合, 组成), then what stands right before it
(由, 依托, 联合, 鼓励); else it acts when it is the subject of a clause. An organisation that
something is only done to, or that only modifies a noun, has no role.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from corpus.model import Span
from corpus.registry import ActorRole, ActorType
from ingest.extract.organisations import Listed
from ingest.extract.wording import Prose, wording

# How far back in its clause a list's context is read.
_CONTEXT = 60

# Persons and places that stand in one list with organisations: 企业和建筑工人应…
_OTHERS = (
    r"(?:建筑工人|产业工人|劳务工人|农民工|工人|从业人员|职工|员工|个人|劳动者|班组长|班组|社会公众|公众|志愿者|(?:行业|业内|知名|有关|相关)?专家(?:学者)?|"
    r"技术人员|管理人员|居民|业主|用户|自然人|物业使用人|法定代表人|在建项目|各工地|项目|工地|各?(?:县|市|区)（[^）]{1,8}）|各区县|各县区|区县|"
    r"各区|各县|各市|各地区|各地|各镇街|镇街|三方|双方|各方|四方|多方)"
)
_MORE_RIGHT = re.compile(
    rf"(?:[”’]?）)?(?:(?:[、和与及或]|以及|或者)(?:(?:相关|其他|有关)?{_OTHERS}|[一-鿿]{{0,8}}人员)|{_OTHERS})*(?:等(?![级候于待]))?(?:（[^（）]{{1,60}}）)?"
)
_MORE_LEFT = re.compile(rf"(?:{_OTHERS}(?:[、和与及]|以及)){{1,6}}$")

# What may stand before a subject in its clause.
_ADVERB = (
    r"(?:[一二三四五六七八九十]是|同时|另外|此外|其中|目前|每年|每月|每季度|期间|原则上|凡|由此|并且|并|而|但|其他|"
    r"一方面|另一方面|首先|其次|全市|全省|全区|全县|全国|我[市省县区]|本[市省县区]|该[市省县区]|现场|近年来|"
    r"（[^）]{1,12}）|[\d年月日起前底来以至—\-.．、\s])*+"
)
_ADVERBIAL = re.compile(
    rf"{_ADVERB}(?:[^，。；：]{{1,15}}(?:[前后时中内]|期间|以来|阶段|委托|批准|同意))?{_ADVERB}"
    # 取得资质的, 在本市施工的; 有条件的.
    r"(?:[^，。；：的]{2,20}的(?:其他|各)?)?"
)
# Numbers and words of quantity; and what qualifies: 有条件的, 油田、石化等.
_QUANTITY = (
    r"(?:\d+余?[家个所名]|多[家个]|[一二两三四五六七八九十]+[家个所]|该[市省县区]?|其|全市|全省|全县|全区|"
    r"我市|我省|本地区|本区域|本辖区|辖区内?|区域内|所有|广大|现有|已有|本地|当地|全部|首批|部分|多数){0,3}"
)
_QUALIFIED = rf"(?:[^，。；：、的]{{1,15}}的|[^，。；：的]{{1,12}}等)?{_QUANTITY}"

# Before a list.
_LABEL = re.compile(
    r"(?:(?P<lead>牵头|主办|组织)|(?P<responsible>责任|承办|实施|负责|主责|主管|归口|落实|执行|完成)|(?P<support>配合|协助|协办|支持|指导)|"
    r"(?P<member>成员|组成)|(?P<partner>合作|共建))(?:单位|部门|院校|企业)(?:分别)?(?:包括|为|是|有|：|:)$"
)
_MEMBER_BEFORE = re.compile(r"成员(?:单位)?(?:包括|为|有|由)$")
_APPROVED = r"[^，。；：、的]{1,16}(?:认可|审批|批准|认定|备案|核准|授权|指定)的"
_BY = re.compile(rf"(?:由{_QUALIFIED}|经(?:{_APPROVED})?{_QUANTITY})$")
# 报市政府批准后执行, 送主管部门备案审查.
_PUT_TO = re.compile(rf"(?:报请?|提请|提交|报送|呈报|报经){_QUANTITY}$")
_CONSENTS = re.compile(r"(?:审核|批准|审批|审定|审议|同意|核准|审查|批复|核定)")
_JOINT_BEFORE = re.compile(
    rf"(?:联合|会同|协同|携手|联手|商请|商|共同|同(?![时步意级比期样类等一]))(?:我[市省县区])?{_QUALIFIED}$"
)
_WITH = re.compile(rf"(?:与|同(?![时步意级比期样类等一])|跟){_QUALIFIED}$")
_PARTNER_BEFORE = re.compile(rf"(?:依托|依靠|借助|对接){_QUALIFIED}[“‘]?$")
_USED = re.compile(
    rf"(?:发挥|强化|突出|调动|激发|用好)了?{_QUANTITY}(?:[^，。；：]{{1,25}}[和与、])?$"
)
_ESTABLISHED = re.compile(r"(?:成立|设立|组建|建立)了?(?:[^，。；：]{1,50}的)?$")
# A list whose clause puts it together into a network: 构建政府、企业、院校…的网络.
_WOVEN = re.compile(r"(?:构建|建立|形成|打造|组建)(?:了|起|由|以)?$")
_WEB = re.compile(r"[^，。；]{0,12}的[^，。；]{0,20}(?:网络|体系|机制|格局|联盟|共同体|合力|模式)")
# What makes a list the object or the modifier of something.
_OBJECT = re.compile(
    r"(?:对|向|给|为|把|将|被|在|从|至|到|于|以|使|让|按|比|占|往|关于|针对|面向|包括|涉及)"
    rf"{_QUALIFIED}$"
)
_OBJECT_FAR = re.compile(r"(?:^|[^面应])(?:对|向|给|为|把|将|在)[^，。；：]{1,50}的$")

# Behind a list.
_LEADS = re.compile(
    r"(?:作为|负责|共同|联合)?总?(?:牵头|主办|组织领导)|为(?:牵头|主办)(?:单位|部门)"
)
_UNDER = re.compile(r"的?(?:统一|坚强|正确)?领导下")
_HELPS = r"配合|协助|协办|支持(?=[，。；、配]|$)"
_GIVES = r"提供(?:政策|资金|技术|信息技术|经费|数据|智力|人才|法律)?(?:支持|支撑|保障)"
_SUPPORTS = re.compile(
    rf"(?:应当|应|要|须|需|积极|全力|做好|密切|主动)*+(?:{_HELPS}|{_GIVES})(?!的(?:企业|单位))"
)
_MEMBERS = re.compile(r"(?:共同)?(?:组成|构成|为成员|参与组成)|(?:作)?为(?:主要)?成员")
_TOGETHER = re.compile(r"(?:协同|联动|协作)(?=[的，。；、]|$|配合|机制)")
_JOINS = re.compile(r"(?:共同)?参[与加](?=[的，。；、]|$)")
_JOINTLY = re.compile(
    r"[^，。；：]{0,10}?(?:联合(?!惩戒|体|会(?!商))|共同|联动|协同|合力|携手|联手|协作)"
)
# 与 B 建立机制: 与 joins equals.
_BINDS = re.compile(
    r"(?:建立|开展|签订|达成|形成|实行)[^，。；：]{0,14}(?:机制|制度|关系|协商|联盟|衔接|集体合同)"
)
# 推动系统与住建部平台、本市人社部门数据对接.
_LINKED_WITH = re.compile(r"(?:与|和|同)[^，。；：]{2,20}、$")
# 与用人单位建立劳动关系的建筑工人: whom it tells apart.
_TELLS_APART = re.compile(r"[^，。；：]{2,10}的(?:建筑工人|产业工人|工人|农民工|人员|劳动者|职工)")
_DATA_LINKED = re.compile(
    r"(?:部门|单位|系统)?的?(?:业务|政务)?数据(?:的|实时|双向|全面)?(?:对接|共享|联通|互通|交换|衔接)"
)
_LINKED = re.compile(r"的?(?:信息)?(?:联动|协同|协作|配合|衔接|沟通|共享|联系|协调|会商)")
_WORKS_WITH = re.compile(
    r"(?:等|开展|进行|建立|加强|签订|达成|深化|的|密切|深度|长期|战略)*+"
    r"(?:合作|校企合作|共建|签约|结对|对接)|(?:签订|签署|订立)[^，。；：]{0,8}协议"
)
_BASIS = re.compile(r"为(?:依托|平台|载体|基地|支撑)")
_ROLE_OF = re.compile(r"[^，。；：]{0,20}?(?:作用|优势|职能|积极性|主动性|创造性|活力)")
_STEERS = re.compile(r"[^，。；：]{0,4}(?:统筹|主导|引导|牵头)[^，。；：]{0,16}作用")
# 压实总包单位主体责任, 明确建设单位首要责任.
_BURDENED = re.compile(rf"(?:落实|压实|压紧|强化|夯实|明确|细化|厘清|突出){_QUALIFIED}$")
_BURDEN = re.compile(r"的?(?:主体|监管|首要|直接|管理|属地|领导|总)责任")
_DUTIES = re.compile(r"的?(?:工作)?(?:职责|分工|任务)")
_IN_CHARGE = re.compile(
    r"(?:具体|主要|分别)?(?:负责|承担|主管)(?!人)|(?:应当|应|要|须|必须|不得)(?!急)|"
    r"是[^，。；]{2,24}(?:责任主体|责任人|责任单位|第一责任|主管部门|主管机关|责任部门|牵头部门|牵头单位)"
)
# 各部门和单位，应当按照各自职责做好…; 企业，除…以外，还应当….
_DUTY_NEXT = re.compile(
    r"，(?:除[^，。；]{2,30}，)?(?:还|均|都)?(?:应当|应|必须|须|要|负责|不得|按照(?:各自|职责)|依照(?:各自|职责)|"
    r"根据(?:各自|职责)|在各自|依法|分别|各司其职|各负其责)"
)
# In 人社部门认可的机构 and 协会承办的项目 the list is the subject of a relative clause.
_RELATIVE = re.compile(r"(?:认可|审批|批准|认定|核发|备案|颁发|确认|公布|发布|制定|委托|规定)的")
_APPROVES = re.compile(r"(?:认可|审批|批准|认定|核发|颁发|核准|授权|审定)的")
_UNDERTAKES = re.compile(r"(?:承办|主办|举办|协办|开办|组织实施|具体实施)的")
# 政府引导，各方参与: nobody in particular.
_SLOGANS = re.compile(
    r"(?:政府|部门|企业|行业)[一-鿿]{2}[，、](?:[一-鿿]{4}(?:[，、。\n⏎”]|的|$))+"
)
# What a unit must do in a case; not what is done to it: 应责令改正, 应由主管部门处理.
_MUST_THEN = re.compile(
    r"(?:应当|应|要|须|必须|可以?|不得|及时|立即)"
    r"(?!当?(?:由|责令|依法|予以|给予|处|按|从重|从严|追究|承担))"
)
# 凡在本市承接工程的企业，均应登记.
_ALL_MUST = re.compile(r"，(?:均|都|一律)(?:应|须|要|可|不得|必须)")
# A list goes on with something that is in no gazetteer.
_COMPANY = re.compile(r"、[\w（）]{2}")
# Who breaks a rule does not act in the measure.
_OFFENDS = re.compile(r"(?:违反|违规|不履行|未履行|拒不|拒绝|逾期)")
# The list only modifies a noun: 企业注册地, 工会经费, 市政府分管领导.
_MODIFIES = re.compile(
    r"的|(?:明确|指定|确定|设立|所属|下属|选派|推荐|组织)的|经费|资金|负责人|负责同志|人员|员工|职工|工作人员|法定代表人|注册地|所在地|代表|内部|自身|"
    r"(?:分管|主要)?领导(?!小组)|分管|主要负责"
)

_PARTNERS: set[ActorType] = {"enterprise", "school", "bank", "institution", "association"}

_AUTHORITIES: set[ActorType] = {"department", "government", "court", "union"}

Roles = tuple[ActorRole, ActorRole]
"""The role of a list's first member, and of the others."""


@dataclass(frozen=True)
class Place:
    """A list of organisations in its clause; ``chained`` when others acted before it there."""

    prose: Prose
    members: Listed
    clause: Span
    chained: bool = False

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
        return found.end() if found else self.members.end

    @cached_property
    def acts(self) -> bool:
        """Whether a predicate follows, at once or behind what is listed on."""
        return self.prose.opens_predicate(self.behind) or self._acts_in_company

    @property
    def _acts_in_company(self) -> bool:
        """Whether a predicate follows on one more member, of no known kind."""
        if _COMPANY.match(self.prose.text, self.behind) is None:
            return False
        ends = range(self.behind + 3, min(self.behind + 9, self.clause[1]))
        tail = self.prose.text[self.behind : self.clause[1]]
        return "的" not in tail[:9] and any(map(self.prose.opens_predicate, ends))

    @property
    def may_act(self) -> bool:
        """Whether they stand before a word that is no known noun, so likely a verb."""
        return self.prose.goes_on(self.behind) and not self.follows(_MODIFIES)

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
    def label(self) -> re.Match[str] | None:
        """牵头单位： and the like right before the list."""
        start = self.members.start
        return _LABEL.search(self.prose.text[max(0, start - 12) : start])

    def follows(self, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern fits right behind the list."""
        return pattern.match(self.prose.text, self.behind) is not None


def roles(place: Place) -> tuple[ActorRole, ...] | None:
    """The roles of a list's members, in their order; None when they do not act."""
    count = len(place.members.members)
    pair = _by_words_behind(place) or _by_words_before(place) or _as_subject(place)
    if pair is None:
        return None
    result: list[ActorRole] = [pair[0], *[pair[1]] * (count - 1)]
    first = _first_partner(place)
    partner: ActorRole = "partner"
    return (*result[:first], *[partner] * (count - first))


def _first_partner(place: Place) -> int:
    """The first member behind 与 in 企业与职业院校合作; how many there are when none is."""
    members = place.members.members
    if place.follows(_WORKS_WITH) or place.follows(_DATA_LINKED):
        for number, (left, right) in enumerate(pairwise(members), start=1):
            if place.prose.text[left.end : right.start] == "与":
                return number
    return len(members)


def _kinds(place: Place) -> set[ActorType]:
    return {each.type for each in place.members.members}


def _same(role: ActorRole) -> Roles:
    return role, role


def _by_words_behind(place: Place) -> Roles | None:
    """牵头, 配合, 组成, 为依托 and the like say the role wherever the list stands."""
    if place.follows(_LEADS) or (place.follows(_UNDER) and place.before.endswith("在")):
        return _same("lead")
    if place.follows(_BASIS) and place.before.endswith("以"):
        return _same("partner")
    if place.follows(_MEMBERS):
        return _same("member")
    if _USED.search(place.before) and place.follows(_STEERS) and _kinds(place) == {"government"}:
        return _same("lead")
    if _USED.search(place.before) and place.follows(_ROLE_OF):
        return _same("support")
    if place.follows(_APPROVES) and _kinds(place) <= _AUTHORITIES:
        return _same("responsible")
    if _OBJECT.search(place.before):
        return None
    if place.follows(_UNDERTAKES):
        return _same("responsible")
    if place.follows(_SUPPORTS):
        return _same("support")
    if place.follows(_JOINS) and (place.chained or not place.is_slogan):
        return _same("joint")
    if place.follows(_TOGETHER):
        return _same("joint") if place.chained else ("responsible", "joint")
    return None


def _by_words_before(place: Place) -> Roles | None:
    """牵头单位：, 由, 联合, 依托, 鼓励 and the like before the list."""
    before = place.before
    if label := place.label:
        return _same(_LABELLED[label.lastgroup or ""])
    if _MEMBER_BEFORE.search(before):
        return _same("member")
    if _PARTNER_BEFORE.search(before):
        return _same("partner")
    if _BY.search(before):
        return None if place.follows(_MODIFIES) else _plainly(place)
    if _WOVEN.search(before) and place.follows(_WEB) and len(place.members.members) > 1:
        return _same("member")
    if _JOINT_BEFORE.search(before):
        return _same("joint")
    if _PUT_TO.search(before) and place.follows(_CONSENTS):
        return _same("responsible")
    if _BURDENED.search(before) and place.follows(_BURDEN):
        return _same("responsible")
    if _WITH.search(before):
        return _with(place)
    if _directive().search(before):
        if place.is_condition:
            return None
        told = place.acts or place.may_act or place.follows(_DUTIES) or place.acts_after_comma
        return _plainly(place) if told else None
    if _ESTABLISHED.search(before):
        made = all(each.type in ("committee", "institution") for each in place.members.members)
        return _same("responsible") if made else None
    return None


_LABELLED: dict[str, ActorRole] = {
    "lead": "lead",
    "responsible": "responsible",
    "support": "support",
    "member": "member",
    "partner": "partner",
}


def _plainly(place: Place) -> Roles:
    """All are responsible; but where they act together, the second and further are joint."""
    members = place.members.members
    equals = len(members) > 1 and place.prose.text[members[-2].end : members[-1].start] == "与"
    jointly = place.follows(_JOINTLY) or (equals and place.follows(_BINDS))
    return "responsible", "joint" if jointly else "responsible"


def _with(place: Place) -> Roles | None:
    """与省高院建立…制度 is joint; 与高校合作 is partnership, as is anything done with such."""
    if place.follows(_WORKS_WITH) or place.follows(_DATA_LINKED):
        return _same("partner")
    if place.follows(_LINKED):
        return _same("joint")
    if not place.acts or place.follows(_RELATIVE) or place.follows(_TELLS_APART):
        return None
    return _same("partner" if _kinds(place) <= _PARTNERS else "joint")


@cache
def _directive() -> re.Pattern[str]:
    """鼓励有条件的, 督促各; but not 按要求, where nobody is told anything."""
    # 支持坚持市场定位、符合许可条件的….
    qualified = rf"(?:{_QUALIFIED}|[^，。；：的]{{1,45}}的{_QUANTITY})"
    return re.compile(rf"(?<![按未无照]){wording().directives}了?{qualified}$")


def _as_subject(place: Place) -> Roles | None:
    """The plain subject of a clause."""
    if place.follows(_ALL_MUST) and not place.before.startswith("对"):
        return _plainly(place)
    if place.follows(_DUTY_NEXT) and _ADVERBIAL.fullmatch(place.before):
        return _plainly(place)
    if _OBJECT.search(place.before) or _OBJECT_FAR.search(place.before) or place.is_case:
        return None
    if place.prose.text.startswith("由", place.behind) or place.follows(_OFFENDS):
        return None
    if place.follows(_DATA_LINKED):
        return _same("partner") if _LINKED_WITH.search(place.before) else _plainly(place)
    if _SLOGANS.match(place.prose.text, place.members.start):
        return None
    opens = _ADVERBIAL.fullmatch(place.before) is not None
    if opens and place.is_duty:
        return _plainly(place)
    if place.follows(_IN_CHARGE) or (opens and (place.acts or place.may_act)):
        return _plainly(place)
    return None
