"""The roles of the organisations of a list, from the words around it.

What stands right behind the list goes first (牵头, 配合, 组成), then what stands right before it
(由, 依托, 联合, 鼓励); else it acts when it is the subject of a clause. An organisation that
something is only done to, or that only modifies a noun, has no role.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from corpus.registry import ActorRole, ActorType
from ingest.extract.place import ATTRIBUTE, AUTHORITIES, Place
from ingest.extract.wording import wording

# What may stand before a subject in its clause.
_ADVERB = (
    r"(?:[一二三四五六七八九十]是|同时|另外|此外|其中|目前|每年|每月|每季度|期间|原则上|凡|由此|并且|并|而|但|其他|"
    r"一方面|另一方面|首先|其次|全市|全省|全区|全县|全国|我[市省县区]|本[市省县区]|该[市省县区]|[两三四多]地|现场|近年来|"
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
    r"[一二两三四五六七八九十\d]{1,3}类|每[家个所]|[两三]地|"
    r"我市|我省|本地区|本区域|本辖区|辖区内?|区域内|所有|广大|现有|已有|本地|当地|全部|首批|部分|多数){0,3}"
)
_QUALIFIED = rf"(?:[^，。；：、的]{{1,15}}的|[^，。；：的]{{1,12}}等)?{_QUANTITY}"
# Members before it that are in no list of words: 与农业、供销、商贸企业合作.
_STRANGERS = r"(?:[^，。；：、的]{2,10}、){0,4}"
_MEMBER_BEFORE = re.compile(r"成员(?:单位)?(?:包括|为|有|由)$")
_APPROVED = r"[^，。；：、的]{1,16}(?:认可|审批|批准|认定|备案|核准|授权|指定)的"
_BY = re.compile(rf"(?:由{_QUALIFIED}|经(?:{_APPROVED})?{_QUANTITY})[“‘]?$")
# 报市政府批准后执行, 送主管部门备案审查.
_PUT_TO = re.compile(rf"(?:报请?|提请|提交|报送|呈报|报经){_QUANTITY}$")
_CONSENTS = re.compile(r"(?:审核|批准|审批|审定|审议|同意|核准|审查|批复|核定)")
_JOINT_BEFORE = re.compile(
    rf"(?:联合(?!惩戒|体|国)|会同|协同|携手|联手|(?<!工)商(?![请务业贸品会标城])|共同|(?<![合共协相不])同(?![时步意级比期样类等一]))(?:我[市省县区])?"
    rf"{_QUALIFIED}$"
)
_WITH = re.compile(
    rf"(?:与|(?<![合共协相不])同(?![时步意级比期样类等一])|跟){_STRANGERS}{_QUALIFIED}$"
)
_PARTNER_BEFORE = re.compile(rf"(?:依托|依靠|借助|对接){_STRANGERS}{_QUALIFIED}[“‘]?$")
_BROUGHT = re.compile(rf"(?:引入|引进){_QUANTITY}$")
_COORDINATED = re.compile(rf"(?<!统筹)(?<!组织)协调{_QUANTITY}$")
# 吸收院校参加; 从住建、交通抽调骨干组成.
_DRAWN = re.compile(rf"(?:吸收|吸纳|从){_QUANTITY}$")
_DRAWN_TO = re.compile(
    r"(?:等?(?:参加|加入)|(?:抽调|选派|抽派)[^，。；、]{0,10}(?:组成|集中办公|参加|入驻|进驻))"
)
_USED = re.compile(
    rf"(?:发挥|强化|突出|调动|激发|用好)[了好]?{_QUANTITY}(?:[^，。；：]{{1,25}}[和与、])?$"
)
_ESTABLISHED = re.compile(
    rf"(?:成立|设立|组建|组成|建立)了?(?:[^，。；：]{{1,50}}的)?{_QUANTITY}[“‘]?$"
)
_ENDS = re.compile(r"等?(?:[”’]|组织|机构)?(?:[，。；：（]|$)")
_TELLING = 4
_TOLD = re.compile(r"鼓励|支持|引导|推动|要求|督促|允许|倡导")
# 配合人社部门处置纠纷: they do it, with help.
_HELPED = re.compile(rf"配合{_QUALIFIED}$")
# 配合主管部门检查: it is done to who helps.
_DONE_TO = re.compile(r"[一-鿿]{2}(?:[，。；、]|$|工作)")
# 遴选40家企业作为培育基地: they are only chosen.
_CHOSEN = re.compile(rf"(?:遴选|选取|筛选|评选|选树){_QUALIFIED}$")
_TO_BE = re.compile(r"作为|为(?!主)")
# 问题转相关部门整改.
_HANDED = re.compile(
    rf"(?:问题|线索|案件|工单|诉求|事项|清单|结果)(?:转|交|派)(?:至|给)?{_QUALIFIED}$"
)
# 实行设计单位自审承诺.
_LEFT_TO = re.compile(rf"(?:实行|采取|推行|采用){_QUALIFIED}$")
_SELF = re.compile(r"自[查审检评律纠验]")
# 推进创新中心、创新联盟建设.
_BUILT_UP = re.compile(r"(?:推进|加快|推动|加快推进)$")
_UPBUILDING = re.compile(r"等?(?:平台)?(?:建设|组建)(?=[，。；、]|$)")
# 落实施工企业按项目参保; not 落实总包代发制度.
_CARRIED = re.compile(rf"落实{_QUANTITY}$")
_SCHEME = re.compile(
    r"[^，。；]{0,10}(?:制度|机制|责任|职责|义务|政策|措施|要求|规定|办法|部署|精神)"
)
# A list whose clause puts it together into a network: 构建政府、企业、院校…的网络.
_WOVEN = re.compile(r"(?:构建|建立|形成|打造|组建)(?:了|起|由|以)?$")
_WEB = re.compile(r"[^，。；]{0,12}的[^，。；]{0,20}(?:网络|体系|机制|格局|联盟|共同体|合力|模式)")
# What makes a list the object or the modifier of something.
_OBJECT = re.compile(
    r"(?:对(?![口标接外])|向|给|为(?!主)|把(?!关)|将|被|在(?![建岗校册])|从(?![事业])|至|到|于|以(?!及)|使(?!用)|让|按|比|占|往|"
    r"关于|针对|面向|包括|涉及)"
    rf"{_STRANGERS}{_QUALIFIED}$"
)
_OBJECT_FAR = re.compile(
    r"(?:^|[^面应])(?:对(?![口标接外])|向|给|为(?!主)|把(?!关)|将|在(?![建岗校册]))[^，。；：]{1,50}的$"
)
# Behind a list.
_LEADS = re.compile(
    r"(?:作为|负责|共同|联合)?总?(?:牵头(?!医院|单位|部门|院校|机构)|主办|组织领导)|统筹(?:协调|调度|推进)?(?=[，、；。]|$)|(?:负责)?组织(?=，)|为(?:牵头|主办)(?:单位|部门)|"
    # 要发挥牵头作用, 要切实加强对本辖区监管工作的组织领导.
    r"(?:要|应当?|须)?(?:切实|充分|积极|更好)*+(?:发挥[^，。；]{0,4}(?:牵头|统筹|主导)[^，。；]{0,8}作用|"
    r"加强(?:对[^，。；]{1,30}的)?组织领导)"
)
# （财政部、教育部负责。列第一位者为牵头单位）: the first of the list leads.
_FIRST_LEADS = re.compile(
    r"(?:按职责分工|分工|共同)?负责[，。；](?:列|排)(?:在)?(?:第一位?|首位)(?:的|者)*(?:部门|单位)?为牵头"
)
_UNDER = re.compile(r"的?(?:统一|坚强|正确)?领导下")
_HELPS = r"(?:予以|给予|做好)?(?:协助|配合)|协办|(?:予以|给予)?支持(?=[，。；、配]|$)"
# 提供参保数据核验支持, 加大资金支持力度, 技术支撑.
_GIVES = (
    r"提供[^，。；、的]{0,10}(?:支持|支撑|保障)(?=[，。；、]|$)|"
    r"提供(?:政策|资金|技术|信息技术|经费|数据|智力|人才|法律)?(?:支持|支撑|保障)|"
    r"[^，。；、]{0,16}(?:予以|给予)支持(?=[，。；、]|$)|"
    r"(?:加大|强化|加强)[^，。；、]{0,8}(?:支持|支撑)(?:力度|保障)?(?=[，。；、]|$)|"
    r"(?:技术|资金|政策|数据|信息|服务|资源|要素)(?:支持|支撑|保障)(?=[，。；、]|$)"
)
_SUPPORTS = re.compile(
    rf"(?:应当|应|要|须|需|(?:各司其职|各负其责|按职责分工)[、，]?|积极|全力|做好|密切|主动)*+(?:为[^，。；、]{{1,20}}(?=提供))?(?:{_HELPS}|{_GIVES})"
    r"(?!的(?:企业|单位))"
)
_MEMBERS = re.compile(
    r"(?:(?:各自|分别|各)?(?:选派|抽派|抽调|派出|派)[^，。；、]{0,8}?)?"
    r"(?:共同)?(?:组成(?!部门|部分|人员)|构成|为成员|参与组成)|(?:作)?为(?:主要)?(?:成员|会员|理事)"
)
_TOGETHER = re.compile(r"(?:协同|联动|协作)(?=[的，。；、]|$|配合|机制|推进|实施)")
# 与社会资本方组建项目公司: they are equals in what they found.
_FOUNDS = re.compile(r"(?:共同|联合)?(?:组建|成立|设立|出资)")
# 由市总工会、市人社局共同主办: the first leads, with the others.
_LEAD_TOGETHER = re.compile(r"(?:共同|联合)(?:牵头|主办|组织领导)")
# 人社部门牵头，住建、司法等部门派员进驻: they join the one that leads.
_SENDS = re.compile(r"派员(?:进驻|入驻|参加|参与)")
_JOINS = re.compile(r"(?:共同)?参[与加](?=[的，。；、]|$)")
_JOINTLY = re.compile(
    r"[^，。；：]{0,10}?(?:联合(?!惩戒|体|会(?!商))|共同|联动(?!处置|办法|方案|机制)|协同|合力|携手|联手|协作)"
)
# 与 B 建立机制: 与 joins equals.
_BINDS = re.compile(
    r"组建|合资|共同出资|会签|会商|(?:签订|签署)[^，。；：]{0,8}备忘录|(?:建立|开展|签订|达成|形成|实行)[^，。；：]{0,24}(?:机制|制度|关系|协商|联盟|衔接|集体合同)"
)
# 归集住建、交通等单位数据.
_GATHERED = re.compile(
    rf"(?:归集|比对|汇聚|整合|汇集|汇总|采集|调取|打通|接入|联通|共享|获取){_QUANTITY}$"
)
_DATA = re.compile(r"(?:部门|单位|系统)?的?(?:[一-鿿]{2})?(?:数据|信息)")
# 推动系统与住建部平台、本市人社部门数据对接.
_LINKED_WITH = re.compile(r"(?:与|和|同)[^，。；：]{2,20}、$")
# 与用人单位建立劳动关系的建筑工人: whom it tells apart.
_TELLS_APART = re.compile(r"[^，。；：]{2,10}的(?:建筑工人|产业工人|工人|农民工|人员|劳动者|职工)")
_DATA_LINKED = re.compile(
    r"(?:实时|双向|全面)?(?:共享|互通|交换)[^，。；]{0,16}数据|"
    r"(?:部门|单位|系统)?的?(?:业务|政务)?数据(?:的|实时|双向|全面)?(?:对接|共享|联通|互通|交换|衔接|比对)"
)
_LINKED = re.compile(
    r"的?(?:信息)?(?:联动|协同|协作|配合|衔接|沟通|共享|联系|协调|会商|会签|联席|联合印发)"
)
_WORKS_WITH = re.compile(
    r"(?:等|开展|进行|建立|加强|签订|达成|深化|的|密切|深度|长期|战略)*+"
    r"(?:合作|校企合作|共建|签约|结对|对接)|(?:签订|签署|订立)[^，。；：]{0,8}(?:协议|订单|意向书)"
)
_BASIS = re.compile(r"为(?:依托|平台|载体|基地|支撑)")
_ROLE_OF = re.compile(r"[^，。；：]{0,20}?(?:作用|优势|职能|积极性|主动性|创造性|活力)")
_STEERS = re.compile(r"[^，。；：]{0,4}(?:统筹|主导|引导|牵头)[^，。；：]{0,16}作用")
# 压实总包单位主体责任, 明确建设单位首要责任.
_BURDENED = re.compile(rf"(?:落实|压实|压紧|强化|夯实|明确|细化|厘清|突出){_QUALIFIED}$")
_BURDEN = re.compile(r"的?(?:[一-鿿]{2})?(?:主体|监管|首要|直接|管理|属地|领导|总)责任")
_DUTIES = re.compile(r"的?(?:工作)?(?:职责|分工|任务)")
_IN_CHARGE = re.compile(
    r"(?:具体|主要|分别)?(?:负责|承担|主管)(?!人|同志)|(?:应当|应|要|须|必须|不得)(?!急)|"
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
# 凡在本市承接工程的企业，均应登记.
_ALL_MUST = re.compile(r"，(?:均|都|一律)(?:应|须|要|可|不得|必须)")
# Who breaks a rule does not act in the measure.
_OFFENDS = re.compile(r"(?:违反|违规|不履行|未履行|拒不|拒绝|逾期)")
# 由培训中心组织的考核 is what it does; 由市政府指定的部门 is not.
_HAS = re.compile(rf"的|(?:明确|指定|确定|设立|所属|下属)的|{ATTRIBUTE}")
# 市场主体突破40万户: they are only counted.
_COUNTED = re.compile(
    r"(?:总数|总量|数量|户数)?(?:已|累计|共|总数)*(?:突破|达到?|超过?|增至|增加到?|增长|净增|新增|减少)(?:了|至|到)?[\d近约]"
)
# 大型企业按30%返还: they are paid.
_RATED = re.compile(r"(?:分别)?按[\d.]+%")
# 参建企业列入黑名单: it is done to them.
_SUFFERS = re.compile(
    r"(?:一律|均|都|直接|及时|同步)?(?:列入|列为|记入|计入|被|移出|清出)|"
    r"(?:可|可以|均可|能|均|同等|优先|依法){0,2}(?:享受|获得)"
)
_PARTNERS: set[ActorType] = {"enterprise", "school", "bank", "institution", "association"}

Roles = tuple[ActorRole, ActorRole]
"""The role of a list's first member, and of the others."""


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
            if place.prose.text[left.end : right.start] in ("与", "等与"):
                return number
    return len(members)


def _kinds(place: Place) -> set[ActorType]:
    return {each.type for each in place.members.members}


def _same(role: ActorRole) -> Roles:
    return role, role


def _by_words_behind(place: Place) -> Roles | None:
    """牵头, 配合, 组成, 为依托 and the like say the role wherever the list stands."""
    if place.follows(_LEAD_TOGETHER):
        return "lead", "joint"
    if place.follows(_LEADS) or (place.follows(_UNDER) and place.before.endswith("在")):
        return _same("lead")
    if place.follows(_FIRST_LEADS):
        return "lead", "responsible"
    if place.follows(_BASIS) and place.before.endswith("以"):
        return _same("partner")
    if place.follows(_MEMBERS):
        return _same("member")
    if _USED.search(place.before) and place.follows(_STEERS) and _kinds(place) == {"government"}:
        return _same("lead")
    if used := _USED.search(place.before):
        # 激发市场主体活力 tells of nobody in particular.
        stirred = used.group().startswith(("激发", "调动")) and place.is_slogan
        if place.follows(_ROLE_OF):
            return None if stirred else _same("support")
    if place.follows(_APPROVES) and _kinds(place) <= AUTHORITIES:
        return _same("responsible")
    if _DRAWN.search(place.before) and place.follows(_DRAWN_TO):
        return _same("member")
    if _OBJECT.search(place.before):
        return None
    if place.follows(_UNDERTAKES):
        return _same("responsible")
    if place.follows(_SUPPORTS):
        return _same("support")
    if place.follows(_JOINS) and (place.chained or not place.is_slogan):
        return _same("joint")
    if place.follows(_TOGETHER):
        return _same("joint") if place.chained or place.led else ("responsible", "joint")
    if place.led and place.follows(_SENDS):
        return _same("joint")
    return None


def _by_words_before(place: Place) -> Roles | None:
    """牵头单位：, 由, 联合, 依托, 鼓励 and the like before the list."""
    before = place.before
    if place.is_signed:
        return _same("responsible")
    if label := place.label:
        return _same(_LABELLED[label.lastgroup or ""])
    if _MEMBER_BEFORE.search(before):
        return _same("member")
    if _PARTNER_BEFORE.search(before):
        return _same("partner")
    if _BY.search(before):
        return None if place.follows(_HAS) else _plainly(place)
    firms = _kinds(place) == {"enterprise"}
    if _GATHERED.search(before) and place.follows(_DATA) and not firms:
        return _same("partner")
    if _BROUGHT.search(before) and place.acts:
        return _same("partner")
    if _COORDINATED.search(before) and place.acts:
        return _same("support")
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
    if _CARRIED.search(before) and place.acts and not place.follows(_SCHEME):
        return _plainly(place)
    if _LEFT_TO.search(before) and place.follows(_SELF):
        return _plainly(place)
    if _HANDED.search(before) and place.acts:
        return _plainly(place)
    if _HELPED.search(before) and place.acts and not place.follows(_DONE_TO):
        return _plainly(place)
    if _directive().search(before):
        if place.is_condition or (_CHOSEN.search(before) and place.follows(_TO_BE)):
            return None
        told = place.acts or place.may_act or place.follows(_DUTIES) or place.acts_after_comma
        return _plainly(place) if told else None
    if _ESTABLISHED.search(before):
        return _same("responsible") if _is_new(place) else None
    if _BUILT_UP.search(before) and place.follows(_UPBUILDING):
        return _same("responsible") if _kinds(place) <= {"institution", "association"} else None
    return None


def _is_new(place: Place) -> bool:
    """Whether what is set up is an organisation: 成立专班; 组建劳务集团，."""
    # Money, and people who teach.
    if any(each.name.endswith(("基金", "讲师团", "宣讲团")) for each in place.members.members):
        return False
    if _kinds(place) <= {"committee", "institution", "court"}:
        return True
    named = all(len(each.name) >= _TELLING for each in place.members.members)
    # 鼓励企业组建自有劳务公司: nobody in particular.
    own = place.members.members[0].name.startswith("自有")
    told = own or _TOLD.search(place.before) is not None
    others = _kinds(place) & {"department", "bank", "school"}
    # 组建快递行业工会联合会开展集体协商.
    ends = place.follows(_ENDS) or (_kinds(place) <= {"association", "union"} and place.acts)
    return named and not (told or others) and ends


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
    between = (place.prose.text[left.end : right.start] for left, right in pairwise(members))
    jointly = place.follows(_JOINTLY) or ("与" in between and place.follows(_BINDS))
    return "responsible", "joint" if jointly else "responsible"


def _with(place: Place) -> Roles | None:
    """与省高院建立…制度 is joint; 与高校合作 is partnership, as is anything done with such."""
    if place.follows(_WORKS_WITH) or place.follows(_DATA_LINKED):
        return _same("partner")
    if place.follows(_LINKED):
        return _same("joint")
    if not place.acts or place.follows(_RELATIVE) or place.follows(_TELLS_APART):
        return None
    equals = place.follows(_FOUNDS) or not _kinds(place) <= _PARTNERS
    return _same("joint" if equals else "partner")


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
    if place.follows(_COUNTED) or (place.follows(_SUFFERS) and _kinds(place) <= _PARTNERS):
        return None
    if place.follows(_RATED) and _kinds(place) == {"enterprise"}:
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
