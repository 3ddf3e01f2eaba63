from typing import get_args

import pytest

from corpus.errors import InputError
from corpus.registry import InstrumentType
from ingest.extract.instruments import instruments, read_cues
from tests.ingest.extract.practices import practice

CASES = [
    ("利用大数据和人脸识别技术加强监管。", ["platform"]),
    ("对考勤异常的项目发出红黄牌预警。", ["warning"]),
    ("将培训情况纳入企业信用评价，给予加分。", ["credit"]),
    ("对欠薪企业实施联合惩戒，列入黑名单，限制投标。", ["joint_sanction"]),
    ("对取得高级工证书的，每人补贴2000元。", ["subsidy"]),
    ("实名制管理费用列入不可竞争费，专款专用。", ["fee_rule"]),
    ("推行工程款支付担保，使用银行保函缴纳工资保证金。", ["guarantee"]),
    ("开设农民工工资专用账户，实行银行代发。", ["dedicated_account"]),
    ("依法签订劳动合同或用工协议。", ["contract"]),
    ("按照技能工人配备标准施工。", ["standard"]),
    ("开展双随机检查，约谈责任单位。", ["inspection"]),
    ("定期公示欠薪企业名单。", ["disclosure"]),
    ("举办农民工夜校，开展岗前培训。", ["training"]),
    ("组织职业技能竞赛。", ["competition"]),
    ("开展职业技能等级认定。", ["grading"]),
    ("建成3个建筑产业工人实训基地。", ["base_or_park"]),
    ("为工人提供免费体检。", ["service"]),
    ("成立工作专班，建立联席会议制度。", ["coordination_body"]),
    ("设立调解室，提供法律援助。", ["mediation"]),
    ("选取5个项目开展试点。", ["pilot"]),
    ("出台实施办法。", ["legislation"]),
    ("职业培训机构应当如实上报。", []),
    ("维护建筑市场秩序，促进高质量发展。", []),
    ("充分认识培训工作的重要意义。", []),
    ("落实《建设工程企业信用评价办法》。", []),
    ("推行自有工人与企业建立稳定劳动关系。", []),
    ("企业竞争力不断提升。", []),
    ("组织观看安全警示教育片。", []),
    ("统一社会信用代码由系统自动生成。", []),
    ("乱收费用的依法处理。", []),
]  # fmt: skip


MEASURES = [
    ("浙江省温州市打造建筑工人综合服务平台。整合实名制、工资支付、技能评价等数据，建立工人信用积分制度，积分可兑换体检、购票等服务。", ["credit", "platform", "service"]),
    ("山东省青岛市推行建筑工人技能等级与薪酬挂钩。制定技能工人薪酬指引，发布人工价格信息，引导企业建立以技能为导向的薪酬制度，对高级工以上人员给予政府津贴。", ["grading", "legislation", "subsidy"]),
    ("湖南省长沙市强化劳务用工监管。每季度开展一次专项检查，对未签订劳动合同、未设立专用账户的项目下发整改通知，并在全市通报，情节严重的暂停投标资格。", ["contract", "dedicated_account", "disclosure", "inspection", "joint_sanction"]),
    ("江苏省南京市开展“送法进工地”活动。组织律师志愿者为农民工提供法律咨询，设立流动仲裁庭，就地调解劳资纠纷。", ["mediation", "service"]),
    ("四川省成都市建设智慧工地，应用AI摄像头、物联网传感器，对危险行为自动识别、实时报警。", ["platform", "warning"]),
    ("福建省厦门市将技能工人配备比例列入招标文件，施工现场中级工以上占比不低于20%，未达标的不予验收。", ["standard"]),
    ("广东省佛山市建立农民工工资保证金差异化缴存机制，对诚信企业减免缴存，对失信企业提高缴存比例。", ["credit", "guarantee"]),
    ("浙江省建筑业行业协会举办第十届技能竞赛，获奖选手授予“浙江工匠”称号，直接晋升技师。", ["competition", "grading"]),
    ("上海市在临港新片区开展新型建筑工人培育试点，设立企业新型学徒制专项资金，支持企业与院校联合办学。", ["pilot", "subsidy", "training"]),
    ("各单位要加强组织领导，成立工作专班，细化任务分工，确保各项工作落地见效。", ["coordination_body"]),
    ("河北省雄安新区实行建设者之家集中居住管理，配套食堂、超市、医务室，统一物业服务，改善工人住宿条件。", ["base_or_park", "service"]),
    ("湖北省襄阳市建立工资支付“三色”分级监管，绿色免检、黄色约谈、红色挂牌督办。", ["inspection", "warning"]),
    ("山西省太原市将实名制考勤与工程款拨付挂钩，未落实的项目不予拨付安全文明施工费。", ["fee_rule"]),
    ("安徽省合肥市与职业院校签订战略合作协议，共建产业学院，开设装配式建筑专业课程。", ["base_or_park", "contract", "training"]),
    ("江西省南昌市设立维权窗口，公布投诉电话，24小时受理欠薪投诉，做到件件有回音。", ["mediation"]),
    ("贵州省遵义市组织工人技能大比武，优胜者由市总工会授予五一劳动奖章。", ["competition"]),
    ("陕西省西安市明确施工现场技能工人最低配备标准，定期抽查，结果纳入企业市场行为评价。", ["credit", "inspection", "standard"]),
    ("新疆维吾尔自治区实现建筑工人职业技能证书跨省互认，推行电子证书扫码核验。", ["grading", "platform"]),
    ("云南省昆明市由施工总承包单位代发分包工人工资，银行按月批量支付到个人账户。", ["dedicated_account"]),
    ("海南省建立省市县三级住建、人社、公安联合工作机制，对欠薪线索提级办理，限时办结。", ["coordination_body"]),
    ("甘肃省兰州市将工伤保险参保作为项目开工的前置条件，推行按项目参保。", ["guarantee"]),
    ("吉林省长春市举办建筑工人讲堂，讲授安全操作知识，开展实操演练。", ["training"]),
    ("浙江省绍兴市推行建筑工人“安心码”，工人扫码即可查询工资发放、社保缴纳情况，遇欠薪一键投诉，后台自动派单至属地处理。", ["mediation", "platform"]),
    ("江苏省无锡市规范劳务分包管理，要求劳务企业配备专职劳资员，推广使用劳务分包合同示范文本。", ["contract", "standard"]),
    ("四川省绵阳市对培育自有工人达到一定比例的企业，在招投标中给予信用加分，优先推荐评优，并返还工资保证金。", ["credit", "guarantee"]),
    ("广东省惠州市在项目设置农民工服务站，提供就业指导、心理疏导、法律援助等服务。", ["mediation", "service"]),
    ("山东省烟台市制定建筑工人职业培训大纲，组织编写教材，每年培训不少于5000人次。", ["training"]),
    ("河南省洛阳市成立治欠保支工作专班，住建、人社、公安等部门集中办公，对重点案件挂牌督办，并在媒体曝光典型案例。", ["coordination_body", "disclosure", "inspection"]),
    ("湖南省株洲市对农民工工资实行“一卡通”发放，设立专用账户，人工费与工程款分账管理。", ["dedicated_account"]),
    ("福建省泉州市开展施工班组星级评定，评定结果与工程承揽、薪酬待遇挂钩。", ["grading"]),
    ("重庆市遴选10家企业先行开展自有工人培育，总结形成可复制经验。", ["pilot"]),
    ("上海市建立欠薪案件快速处置机制，人社部门与法院建立诉调对接，推行支付令。", ["mediation"]),
    ("湖北省宜昌市举办首届建筑工匠技能大赛，以赛促训、以赛促评。", ["competition"]),
    ("天津市印发建筑工人实名制管理实施细则，将考勤数据接入市级平台，对人员到岗率低的项目进行预警。", ["legislation", "platform", "warning"]),
    ("项目部在生活区显著位置张贴维权告示牌，公布举报电话。", ["disclosure", "mediation"]),
    ("将检查结果录入全国建筑市场监管公共服务平台，与“信用中国”网站共享。", ["inspection", "platform"]),
    ("会同保险公司研发“安责险”，由保险机构派驻技术人员开展隐患排查。", ["guarantee", "inspection"]),
    ("与同济大学、上海建工集团共建产学研基地，定向培养硕士研究生20名。", ["base_or_park", "training"]),
    ("对失信企业，住建、税务、银行等单位依法实施联合惩戒。", ["credit", "joint_sanction"]),
    ("劳动保障监察机构接到投诉后，应在3日内核查。", ["inspection", "mediation"]),
    ("未按《保障农民工工资支付条例》规定开设专户的，依法处罚。", ["dedicated_account", "joint_sanction"]),
    ("通过广东省“互联网+监管”系统推送风险预警信息。", ["platform", "warning"]),
    ("协会可依据本标准开展星级班组评定，结果在协会官网公示。", ["disclosure", "grading"]),
    ("完善水库大坝安全监测系统、雨水情测报系统，提升预警能力。", ["platform", "warning"]),
    ("县总工会为新就业形态劳动者赠送意外伤害保险，组织免费体检。", ["guarantee", "service"]),
    ("市建筑业联合会开展行业自律检查，向社会公布检查结果。", ["disclosure", "inspection"]),
    ("对评为示范企业的，由市财政一次性奖励20万元。", ["pilot", "subsidy"]),
    ("浙江省杭州市建立建筑工人技能培训“校企双制”模式，由建筑企业提出用工需求，技工院校定制课程，市建筑业协会组织考核发证。", ["grading", "training"]),
    ("湖南省益阳市住房城乡建设、人社、公安三部门联合开展拉网式排查，限期整改问题项目35个。", ["coordination_body", "inspection"]),
    ("对“工程建设领域农民工工资监测预警系统”预警的项目，24小时内派员核查。", ["inspection", "platform", "warning"]),
    ("依托“八桂建工”线上学习平台，开设理论课程126门。", ["platform", "training"]),
    ("河南省许昌市将农民工工资支付情况作为企业信用评价的重要内容，对连续三年无欠薪企业减免工资保证金。", ["credit", "guarantee"]),
    ("山西省临汾市实行“红黑榜”制度，对列入红榜的劳务企业优先推荐，对列入黑榜的清出市场。", ["credit", "disclosure", "joint_sanction"]),
    ("云南省玉溪市实施“工匠培育工程”，市住房城乡建设局与玉溪技师学院签订战略合作协议。", ["contract", "training"]),
    ("省厅每季度通报各市培训进度，对排名靠后的市进行约谈。", ["disclosure", "inspection"]),
    ("失业保险基金返还企业上年度失业保险费。", ["subsidy"]),
    ("负面清单由省发展改革部门会同有关部门制定。", ["legislation"]),
    ("建立信息共享机制。", ["coordination_body"]),
    ("经济信息化管理部门负责指导实训基地建设。", ["base_or_park"]),
    ("行业整体检查情况良好。", ["inspection"]),
]  # fmt: skip


# How documents word each means, clause by clause.
WORDINGS = [
    ("在项目出入口安装人脸识别闸机。", ["platform"]),
    ("推行工程档案电子化归档。", ["platform"]),
    ("运用卫星遥感影像比对违法建设。", ["platform"]),
    ("搭建数字孪生模型模拟施工。", ["platform"]),
    ("建立建筑工人电子档案，一人一档。", ["platform"]),
    ("施工许可全程网上办理。", ["platform"]),
    ("通过短信平台发送考勤异常提醒。", ["platform", "warning"]),
    ("对工资拖欠风险高的项目发出黄色预警。", ["warning"]),
    ("向企业发送监管提示函。", ["warning"]),
    ("对临近到期的保函提前30天提醒续保。", ["guarantee", "warning"]),
    ("按风险高低实行红橙黄绿四色管理。", ["warning"]),
    ("将拖欠行为计入企业诚信档案。", ["credit"]),
    ("对守信企业实行绿色通道。", ["credit", "service"]),
    ("对信用等级低的企业增加抽查频次。", ["credit", "inspection"]),
    ("实行企业信用分级分类监管。", ["credit"]),
    ("列入重点关注名单，一年内不得参加评优评先。", ["joint_sanction"]),
    ("对恶意欠薪企业实施市场禁入。", ["joint_sanction"]),
    ("依法将其清出本地建筑市场。", ["joint_sanction"]),
    ("对列入失信被执行人名单的依法限制高消费。", ["joint_sanction"]),
    ("对参训工人发放误工补贴。", ["subsidy"]),
    ("符合条件的给予最高10万元资金扶持。", ["subsidy"]),
    ("按企业新增产值的1%给予奖励。", ["subsidy"]),
    ("减按15%的税率征收企业所得税。", ["subsidy"]),
    ("对小微企业免征增值税。", ["subsidy"]),
    ("提供贴息贷款支持。", ["subsidy"]),
    ("培训费用列入企业成本。", ["fee_rule"]),
    ("安全文明施工费按规定足额计提、专款专用。", ["fee_rule"]),
    ("实名制管理所需费用列入工程造价。", ["fee_rule"]),
    ("按工资总额的1.5%足额提取职工教育经费。", ["fee_rule"]),
    ("发布建筑工种人工成本信息，指导计价。", ["fee_rule"]),
    ("推行工程质量潜在缺陷保险。", ["guarantee"]),
    ("鼓励企业为工人投保团体意外险。", ["guarantee"]),
    ("建立欠薪应急保障金制度。", ["guarantee"]),
    ("以银行保函替代现金保证金。", ["guarantee"]),
    ("建立风险补偿基金，为企业融资增信。", ["guarantee"]),
    ("要求建设单位提供工程款支付担保。", ["guarantee"]),
    ("实行工资专户管理，按月代发。", ["dedicated_account"]),
    ("总包单位在银行开立工资专用账户。", ["dedicated_account"]),
    ("与工人签订书面用工合同。", ["contract"]),
    ("推广使用劳务分包合同示范文本。", ["contract"]),
    ("企业与班组长签订劳务承包协议。", ["contract"]),
    ("编制装配式施工工艺工法和操作规程。", ["standard"]),
    ("明确各工种持证上岗率最低要求。", ["standard"]),
    ("开展拉网式大排查。", ["inspection"]),
    ("组织第三方机构飞行检查。", ["inspection"]),
    ("对隐患实行清单管理、销号整改。", ["inspection"]),
    ("开展交叉互查和执法检查。", ["inspection"]),
    ("每季度组织一次明察暗访。", ["inspection"]),
    ("约谈企业法定代表人。", ["inspection"]),
    ("在官网公布第一批优秀班组名单。", ["disclosure"]),
    ("在主流媒体集中曝光一批典型案例。", ["disclosure"]),
    ("在工地显著位置设置维权告示牌。", ["disclosure"]),
    ("评选“最美建筑工人”，通过报刊宣传先进事迹。", ["disclosure"]),
    ("推行“双元制”人才培养模式。", ["training"]),
    ("组织观看安全教育片，开展应急演练。", ["training"]),
    ("校企共建现代学徒班。", ["training"]),
    ("编写通俗易懂的工种教材。", ["training"]),
    ("举办班组长能力提升研修班。", ["training"]),
    ("开展安全技术交底和体验式安全教育。", ["training"]),
    ("举办全市砌筑工技能比武。", ["competition"]),
    ("以赛促学，组织岗位大练兵活动。", ["competition"]),
    ("组织参加全国住房城乡建设行业职业技能大赛。", ["competition"]),
    ("推行工人技能等级自主评价。", ["grading"]),
    ("考核合格的核发特种作业操作资格证书。", ["grading"]),
    ("打通技能人才职称评审通道。", ["grading"]),
    ("对班组实行A、B、C三级评定。", ["grading"]),
    ("开展星级工地评定。", ["grading"]),
    ("在高职院校设立建筑工匠学院。", ["base_or_park"]),
    ("挂牌成立建筑产业工人培育基地。", ["base_or_park"]),
    ("建成集食宿于一体的建筑工人集中生活区。", ["base_or_park", "service"]),
    ("依托龙头企业打造智能建造产业园。", ["base_or_park"]),
    ("设立职工书屋、母婴室、爱心驿站。", ["service"]),
    ("开展夏季送清凉、冬季送温暖活动。", ["service"]),
    ("协助工人随迁子女就近入学。", ["service"]),
    ("组织返乡专列，点对点接送工人。", ["service"]),
    ("为工人建立健康档案，定期体检。", ["service"]),
    ("设立工会户外劳动者服务站点。", ["service"]),
    ("开展劳务对接和用工余缺调剂。", ["service"]),
    ("建立多部门联合办公机制。", ["coordination_body"]),
    ("市县两级成立工作领导小组。", ["coordination_body"]),
    ("建立跨区域协作机制，实行信息互通。", ["coordination_body"]),
    ("建立府院联动机制。", ["coordination_body"]),
    ("设立驻工地劳动争议调解室。", ["mediation"]),
    ("开通24小时农民工维权热线。", ["mediation"]),
    ("开展根治欠薪专项行动，快立快审快结欠薪案件。", ["inspection", "mediation"]),
    ("推行先行调解、一站化解。", ["mediation"]),
    ("支持农民工申请支付令。", ["mediation"]),
    ("在3个区率先开展工人自有化试点。", ["pilot"]),
    ("创建示范项目，打造样板工地。", ["pilot"]),
    ("先行先试自有工人制度。", ["pilot"]),
    ("印发年度工作要点。", ["legislation"]),
    ("联合出台若干政策措施。", ["legislation"]),
    ("修订完善实名制管理实施细则。", ["legislation"]),
    ("起草地方性法规。", ["legislation"]),
]  # fmt: skip

# Words of a means that name a body, an object of inspection, a condition or an aim.
MENTIONS = [
    ("对履职不力的严肃问责。", []),
    ("组建产教融合联合体。", []),
    ("建立健全工人管理制度。", []),
    ("提高政治站位，加强组织领导。", []),
    ("各地要加大宣传力度，营造良好氛围。", []),
    ("工人流动性大、培训不足、技能水平偏低。", []),
    ("推动建筑业高质量发展，提升信用水平。", []),
    ("本通知自印发之日起施行。", []),
    ("由市住房公积金管理中心负责归集。", []),
    ("市劳动保障监察支队负责解释。", []),
    ("未取得资质证书的企业不得承揽工程。", []),
    ("建筑施工企业应当遵守安全生产法律法规。", []),
    ("信息应当包括姓名、培训情况、信用记录、工资支付等内容。", []),
    ("由根治欠薪工作领导小组办公室负责解释。", []),
    ("重点检查合同签订、专户开设、工资发放等制度落实情况。", []),
    ("协调解决推进中的困难。", []),
    ("缴纳失业保险费的比例不变。", []),
    ("签订一年以上劳动合同的，可申请贷款。", []),
    ("依托社交平台经济带动消费。", []),
    ("深化联动发展格局。", []),
    ("取得职业资格证书的，优先录用。", []),
    ("检测机构、区文体旅游局按职责分工。", []),
    ("落实工作责任。（市人社局、市信访局、市行政综合执法局负责）", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "types"), [*CASES, *MEASURES, *WORDINGS, *MENTIONS])
def test_types_of_instruments(text, types):
    assert sorted(row.type for row in instruments(practice(text))) == types


def test_every_type_has_cues_and_only_one_entry():
    assert sorted(each.type for each in read_cues()) == sorted(get_args(InstrumentType))


def test_words_are_short_and_begin_at_a_word():
    text = "打造面向新时代建筑产业工人队伍建设的全省建筑产业工人职业技能实训基地。"
    (row,) = instruments(practice(text))
    assert row.type == "base_or_park"
    assert 2 <= len(row.words) <= 15
    assert row.words == row.quote


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("制定特色农产品地方标准。", "制定特色农产品地方标准"),
        ("由财政部门安排就业补助资金予以支持。", "就业补助资金"),
        ("建立部门联合抽查的事项清单。", "部门联合抽查"),
        ("落实责任人“黑名单”管理制度。", "“黑名单”管理制度"),
        ("多部门共同打造“甜城建工安居乐业幸福家园”品牌。", "多部门共同打造"),
        ("推动省建设工程招标审批管理系统对接。", "省建设工程招标审批管理系统"),
        ("数据比对后及时发放。", "数据比对"),
    ],
)
def test_words_are_whole_words(text, words):
    assert words in [row.words for row in instruments(practice(text))]


def test_names_of_platforms_and_titles_are_no_instruments():
    text = "按照《建筑工人培训办法》，在“农民工工资保证金系统”登记。"
    assert [row.type for row in instruments(practice(text))] == ["platform"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("masks = [", "读不出"),
        ('masks = []\n[[instrument]]\ntype = "magic"\ncues = []', "instrument.0.type"),
        ('masks = []\n[[instrument]]\ntype = "training"\ncues = ["(培训"]', "正则表达式"),
        ("instrument = []", "masks"),
    ],
)
def test_a_malformed_file_of_cues_is_told(tmp_path, content, said):
    path = tmp_path / "instruments.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"instruments\.toml") as caught:
        read_cues(path)
    assert said in caught.value.message
    assert caught.value.hint
