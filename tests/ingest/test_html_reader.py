import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.errors import UnreadableFile
from ingest.html_metadata import iso_date, normal_number
from ingest.readers import read, unaccounted

DATA = Path(__file__).parent / "data"
LIMIT = 2**26
SENTENCE = "各地要加强建筑工人实名制管理，落实工资专用账户制度。"


def read_page(page, name="页面.html"):
    data = page if isinstance(page, bytes) else page.encode()
    return read(data, name, max_bytes=LIMIT)


def sample(name):
    return read_page((DATA / name).read_bytes(), name)


def outline(source):
    """Paragraphs as strings, rows as tuples."""
    return [
        block.cells[0].text
        if block.kind == "paragraph"
        else tuple(cell.text for cell in block.cells)
        for block in source.blocks
    ]


def blocks_of(body):
    return outline(read_page(body))


def furniture_of(source, why):
    return [source.text[start:end] for (start, end), reason in source.furniture if reason == why]


def assert_whole(source):
    """Every character is in exactly one cell or stretch of furniture, white space aside."""
    assert unaccounted(source) == []
    outside = {}
    for (start, end), why in source.furniture:
        assert start < end
        for offset in range(start, end):
            assert outside.setdefault(offset, why) is why
    inside = [offset for block in source.blocks for cell in block.cells for offset in cell.at]
    assert not outside.keys() & set(inside)
    assert inside == sorted(inside)


# Whole pages


def test_a_city_site():
    source = sample("city_site.html")
    assert outline(source) == [
        "云溪市住房和城乡建设局关于印发",
        "《云溪市工地夜校建设实施方案》的通知",
        "各区住房和城乡建设局，各有关单位：",
        "　　现将《云溪市工地夜校建设实施方案》印发给你们，请认真组织实施。",
        "云溪市住房和城乡建设局\xa0\xa0",
        "2024年3月12日",
        "云溪市工地夜校建设实施方案",
        "一、工作目标",
        "　　到2025年底，全市建设工地夜校50所，培训农民工 2 万人次，A&B 类工地覆盖率 ≥90%。",
        "二、任务分工",
        "工地夜校建设任务表",
        ("序号", "任务", "牵头单位", "完成时限"),
        ("1", "编制教材", "市住建局", "2024年6月"),
        ("", "组建师资库\n（不少于30人）", "", "2024年9月"),
        ("2", "各区自行组织开班", "", "2024年12月"),
        "附件：1.工地夜校申报表",
    ]
    assert [block.style for block in source.blocks[:3]] == ["h1", "h1", "p"]
    assert source.metadata == {
        "title": "云溪市住房和城乡建设局关于印发《云溪市工地夜校建设实施方案》的通知",
        "issuer": "云溪市住房和城乡建设局",
        "number": "云建发〔2024〕17号",
        "issued_on": "2024-03-12",
        "index_number": "YX0200-0301-2024-0017",
    }
    assert source.text[slice(*source.metadata_spans["number"])] == "云建发[2024] 17号"
    assert not source.truncated
    assert_whole(source)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("head", ["云溪市住房和城乡建设局关于印发《云溪市工地夜校建设实施方案》的通知_通知公告"]),
        ("head", ["脚本里的字", "样式里的字"]),
        ("comment", ["<!DOCTYPE html>", "注释里的字"]),
        ("header", ["云溪市住房和城乡建设局", "搜索"]),
        ("navigation", ["政务公开", "互动交流"]),
        ("breadcrumb", ["您现在的位置", "通知公告"]),
        ("metadata table", ["索取号", "主动公开", "失效日期"]),
        ("page information", ["浏览次数", "128", "责任编辑"]),
        ("share or print widget", ["【字体：", "分享到：", "微博", "【打印】", "扫一扫"]),
        ("related links", ["相关稿件", "一图读懂", "夜校开班啦"]),
        ("footer", ["版权所有", "云ICP备99000001号"]),
    ],
)
def test_furniture_of_a_city_site(why, words):
    found = "\n".join(furniture_of(sample("city_site.html"), why))
    assert [word for word in words if word not in found] == []


def test_a_page_laid_out_with_tables():
    source = sample("layout_tables.html")
    assert outline(source) == [
        "云溪省人民政府办公厅关于促进",
        "建筑劳务企业转型的意见",
        "云政办发〔2021〕42号",
        "各市、县人民政府：",
        "为培育新时代建筑产业工人队伍，经省人民政府同意，现提出以下意见：",
        "一、鼓励组建专业作业企业",
        "（一）支持班组长注册作业企业，减免登记费用。（省市场监管局负责）",
        "云溪省人民政府办公厅 \xa0 \xa0",
        "2021年9月5日\xa0\xa0",
        "（此件公开发布）",
    ]
    assert source.metadata == {
        "title": "云溪省人民政府办公厅关于促进建筑劳务企业转型的意见",
        "issuer": "云溪省人民政府办公厅",
        "number": "云政办发〔2021〕42号",
        "issued_on": "2021-09-05",
        "published_on": "2021-09-18",
        "index_number": "990000001/2021-00042",
    }
    for name, span in source.metadata_spans.items():
        stated = source.text[slice(*span)]
        assert source.metadata[name] in (stated, iso_date(stated))
    assert "主 题 词：" in furniture_of(source, "metadata table")
    assert furniture_of(source, "embedded object") == ["本页面用到了框架"]
    assert_whole(source)


def test_a_practice_list_in_gb2312():
    page = (DATA / "practice_table.html").read_text("utf-8")
    source = read_page(page.encode("gb18030"))
    assert source.encoding == "gb18030"
    assert source.text == page
    assert outline(source) == [
        "智能工地可复制经验做法清单（第一批）",
        ("序号", "工作任务", "主要举措", "经验做法"),
        (
            "一",
            "推进智能工地建设",
            "（一）完善标准",
            "1. 云溪省云东市编制智能工地标准。一是制定设备接口规范，统一数据格式。"
            "二是建立评价办法，按季度公布结果。\n"
            "2. 云溪省云西市推行样板工地。每个区县至少建成3个样板工地，组织观摩不少于2次。",
        ),
        (
            "",
            "",
            "（二）加强监管",
            "1. 云溪省云东市建立“红黄蓝”预警机制。对超期未整改的项目自动推送预警信息，"
            "由属地部门48小时内核查处置。",
        ),
        ("", "", "（三）培育企业", ""),
    ]
    assert source.metadata == {"title": "智能工地可复制经验做法清单（第一批）"}
    assert_whole(source)


def test_a_page_without_a_known_container():
    source = sample("no_container.html")
    assert outline(source) == [
        "关于开展劳务用工专项检查的通知",
        "各县（区）住建局：",
        "为规范劳务用工行为，决定开展专项检查。",
        "一、检查内容",
        "\xa0\xa0重点检查实名制管理、工资专用账户和维权告示牌。",
        "二、时间安排",
        "\xa0\xa02024年6月1日至6月30日。",
        "联系人：王某，电话：010-00000000",
    ]
    assert source.metadata == {"title": "关于开展劳务用工专项检查的通知"}
    assert len(furniture_of(source, "related links")) == 3
    assert_whole(source)


# Text


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("<p>甲<b>乙</b><span>丙</span></p>", ["甲乙丙"]),
        ("<p>甲<br>乙<br/>丙</p>丁<div>戊</div>己", ["甲", "乙", "丙", "丁", "戊", "己"]),
        (
            "<p>一<p>二<ul><li>三<li>四<ul><li>五</ul><li>六</ul>",
            ["一", "二", "三", "四", "五", "六"],
        ),
        ("<h2>题</h2><dl><dt>词<dd>义</dl>", ["题", "词", "义"]),
        ("<p>\n  甲乙\n  丙丁 \t AB\n  CD 3\n  个 </p>", ["甲乙丙丁 AB CD 3 个"]),
        ("<p>“甲”\n<b>乙</b></p>", ["“甲”乙"]),
        ("<pre>第一行\n  第二行\r\n\r\n第三行</pre>", ["第一行", "第二行", "第三行"]),
        ("<p>甲&nbsp;&lt;p&gt;&#20057;&#x4E19;&amp;amp;</p>", ["甲\xa0<p>乙丙&amp;"]),
        ("<p>甲&gt乙&bogus;丙&;丁&#;戊&#x;己 & 庚</p>", ["甲>乙&bogus;丙&;丁&#;戊&#x;己 & 庚"]),
        ("<p>甲&notit;乙</p>", ["甲¬it;乙"]),
        ("<p>甲&#0;乙&#7;丙&shy;丁&zwnj;戊</p>", ["甲\ufffd乙丙丁戊"]),
        ("<p>甲\x07乙\u200b丙</p>", ["甲乙丙"]),
        ("<p>甲<!-- 注 -->乙<![if !vml]>丙<![endif]><?xml:ns ?>丁<o:p></o:p></p>", ["甲乙丙丁"]),
        ("<p>甲<script>if (a<b) '</p>'</script>乙<style>p>b{}</style></p>", ["甲乙"]),
        ("<p>3 < 5，5 > 3，a<1</p>", ["3 < 5，5 > 3，a<1"]),
        ("<div>甲<!-->乙<!--->丙</div>", ["甲乙丙"]),
        ("<p>&nbsp;</p><p> </p><p>甲</p><p>&#8203;</p>", ["甲"]),
        ('<p title="a>b" class=x>甲</p>', ["甲"]),
        ("<div>甲</span></b></td></div>乙</div></div>丙", ["甲", "乙", "丙"]),
    ],
)
def test_text(body, blocks):
    source = read_page(body)
    assert outline(source) == blocks
    assert_whole(source)


def test_characters_keep_their_offsets():
    page = "<p>甲&nbsp;&#20057;\n <b>A&amp;B</b></p>"
    cell = read_page(page).blocks[0].cells[0]
    assert cell.text == "甲\xa0乙 A&B"
    assert [page[at] for at in cell.at] == ["甲", "&", "&", "\n", "A", "&", "B"]


def test_html_never_survives():
    source = read_page("<p onclick=x>甲<b style='y'>乙</b></p><table><tr><td><i>丙</i>")
    assert "<" not in "".join(cell.text for block in source.blocks for cell in block.cells)


# Tables


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("<tr><th>甲<th>乙<tr><td>1<td>2", [("甲", "乙"), ("1", "2")]),
        (
            "<tr><td>甲</td><td></td><td>乙</td></tr><tr><td>1<td>2<td>3",
            [("甲", "", "乙"), ("1", "2", "3")],
        ),
        (
            "<tr><td rowspan=3>一<td colspan=2>甲<tr><td>1<td>2<tr><td>3<td>4<tr><td>二<td>5<td>6",
            [("一", "甲", ""), ("", "1", "2"), ("", "3", "4"), ("二", "5", "6")],
        ),
        (
            "<tr><td>一<td>甲<td rowspan=2>丙<tr><td>二<td>乙<tr><td> <td>&nbsp;<td><br>",
            [("一", "甲", "丙"), ("二", "乙", "")],
        ),
        (
            "<tr><td rowspan=2 colspan=2>甲<td>乙<tr><td>丙<tr><td>1<td>2<td>3",
            [("甲", "", "乙"), ("", "", "丙"), ("1", "2", "3")],
        ),
        ("<td>甲<td>乙</tr><tbody><td>1<td>2</tbody>", [("甲", "乙"), ("1", "2")]),
        (
            "<tr><td>甲<td>a<br>b<p>c</p><ul><li>d</ul><tr><td>1<td>2",
            [("甲", "a\nb\nc\nd"), ("1", "2")],
        ),
    ],
)
def test_tables_become_rows(table, rows):
    source = read_page(f"<p>前</p><table>{table}</table><p>后</p>")
    assert outline(source) == ["前", *rows, "后"]
    assert_whole(source)


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>{}</td></tr></table>",
        "<table><tr><td>左栏</td><td>{}</td></tr></table>",
        "<table><tr><td>甲<td>乙<tr><td>丙<td><table><tr><td>{}</table></table>",
        "<table><tr><td>甲<td>乙<tr><td>丙<td><div id=zoom>{}</div></table>",
        "<table><tr><td>市徽<td>某局网站<tr><td>丙<td>{}</table>",
    ],
    ids=["single", "row", "nested", "container", "heavy"],
)
def test_layout_tables_are_seen_through(page):
    article = "".join(f"<p>第{i}条　{SENTENCE}</p>" for i in range(20))
    found = blocks_of(page.format(article))
    assert [block for block in found if block.startswith("第")] == [
        f"第{i}条　{SENTENCE}" for i in range(20)
    ]


def test_a_data_table_inside_layout_tables():
    inner = "<table><tr><td>单位<td>人数<tr><td>甲公司<td>30</table>"
    page = f"<table><tr><td>页眉<td>栏目<tr><td>侧栏<td><p>{SENTENCE}</p>{inner}</table>"
    assert blocks_of(page)[-3:] == [SENTENCE, ("单位", "人数"), ("甲公司", "30")]


def test_merged_cells_cannot_exhaust_memory():
    row = "<td rowspan=60000 colspan=60000>甲<td>乙"
    source = read_page(f"<table><tr>{row * 500}{'<tr><td>1<td>2' * 2000}</table>")
    assert len(source.blocks) == 2001
    assert sum(len(block.cells) for block in source.blocks) < 200_000


# Metadata


def facts_page(table, body=f"<div class='TRS_Editor'><p>{SENTENCE}</p></div>"):
    return read_page(f"<html><body>{table}{body}</body></html>")


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>索引号:<td>X/1<td>文号:<td>云发(2023)5号"
        "<tr><td>发布机构:<td>云溪市人民政府<td>成文日期:<td>2023/05/06</table>",
        "<table><tr><td>索引号：X/1<td>文号：云发〔2023〕5号"
        "<tr><td>发布机构：云溪市人民政府<td>成文日期：2023.5.6</table>",
        "<ul><li><b>索引号：</b>X/1</li><li><b>文 号：</b>云发［2023］5号</li>"
        "<li>【发布机构】：云溪市人民政府<li>成文日期：2023年5月6日</ul>",
        "<dl><dt>索引号：<dd>X/1<dt>文号：<dd>云发【2023】5号<dt>发布机构：<dd>云溪市人民政府"
        "<dt>成文日期：<dd>二〇二三年五月六日</dl>",
        "<div><div>索引号：</div><div>X/1</div></div>"
        "<div><div>文号：</div><div>云发〔2023〕 5号</div></div>"
        "<div><div>发布机构：</div><div>云溪市人民政府</div></div>"
        "<div><div>成文日期：</div><div>20230506</div></div>",
        "<table><tr><th>索引号</th><td>X/1</td><th>发文字号</th><td>云发〔2023〕5号</td></tr>"
        "<tr><th>发文机关</th><td>云溪市人民政府</td><th>成文日期</th><td>2023-05-06</td></table>",
        "<table><tr><th>索引号<td>X/1<th>发文字号<td>云发〔2023〕5号"
        "<tr><th>发文机关<td>云溪市人民政府<th>成文日期<td>2023-05-06 00:00",
    ],
    ids=["pairs", "same-cell", "list", "dl", "divs", "headers", "unclosed"],
)
def test_shapes_of_the_metadata_table(table):
    source = facts_page(table)
    assert source.metadata == {
        "index_number": "X/1",
        "number": "云发〔2023〕5号",
        "issuer": "云溪市人民政府",
        "issued_on": "2023-05-06",
    }
    assert outline(source) == [SENTENCE]
    assert_whole(source)


def test_empty_values_are_absent():
    source = facts_page(
        "<table><tr><td>索引号：<td>X/1<td>文号：<td>无<tr><td>发布机构：<td>&nbsp;<td>成文日期：<td>—"
        "<tr><td>名称：<td>关于某事的通知<td>发布日期：<td>2023年13月40日</table>"
    )
    assert source.metadata == {"index_number": "X/1", "title": "关于某事的通知"}


def test_the_date_of_the_document_goes_before_others():
    source = facts_page(
        "<table><tr><td>生成日期：<td>2023-01-01<td>成文日期：<td>2022-12-30"
        "<tr><td>发布机构：<td>甲局<td>发布日期：<td>2023-01-02</table>"
    )
    assert source.metadata["issued_on"] == "2022-12-30"
    assert source.metadata["published_on"] == "2023-01-02"


def test_a_table_that_lists_documents_is_content():
    rows = [
        ("序号", "名称", "文号", "发文机关", "成文日期"),
        ("1", "关于甲的通知", "云发〔2001〕1号", "甲局", "2001-01-01"),
        ("2", "关于乙的通知", "云发〔2002〕2号", "乙局", "2002-02-02"),
    ]
    for columns in (slice(0, 5), slice(1, 5)):
        table = "".join("<tr><td>" + "<td>".join(row[columns]) for row in rows)
        source = facts_page("", f"<div id=zoom><p>{SENTENCE}</p><table>{table}</table></div>")
        assert outline(source) == [SENTENCE, *(row[columns] for row in rows)]
        assert source.metadata == {}


def test_a_table_of_facts_within_the_article_is_content():
    paragraphs = "".join(f"<p>第{i}条　{SENTENCE}</p>" for i in range(20))
    table = "<table><tr><td>名称<td>某平台<tr><td>发布机构<td>甲局<tr><td>备注<td>乙</table>"
    source = facts_page("", f"<div id=zoom>{paragraphs}{table}</div>")
    assert outline(source)[-3:] == [("名称", "某平台"), ("发布机构", "甲局"), ("备注", "乙")]
    assert source.metadata == {}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("国办发[2018]118号", "国办发〔2018〕118号"),
        ("国办发（2018） 118 号", "国办发〔2018〕118号"),
        ("国办发﹝\uff12\uff10\uff11\uff18﹞118号", "国办发〔2018〕118号"),
        ("建办市〔2024〕3号（修订）", "建办市〔2024〕3号（修订）"),
        ("公告第12号", "公告第12号"),
    ],
)
def test_normal_number(text, number):
    assert normal_number(text) == number


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2018年12月5日", "2018-12-05"),
        ("2018-12-05 10:00:00", "2018-12-05"),
        ("2018 年 12 月 5 日", "2018-12-05"),
        ("2018\uff0e12\uff0e\uff15", "2018-12-05"),
        ("20181205", "2018-12-05"),
        ("二○一八年十二月五日", "2018-12-05"),
        ("二〇二一年二月二十九日", None),
        ("二〇二〇年十一月三十日", "2020-11-30"),
        ("2018年2月30日", None),
        ("2018年", None),
        ("", None),
    ],
)
def test_iso_date(text, date):
    assert iso_date(text) == date


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>甲的通知_栏目_某网</title>", "<p>{}</p>", "甲的通知"),
        ("<title>甲的通知 - 云溪市政府</title>", "<p>{}</p>", "甲的通知"),
        ("<title>云溪市人民政府门户网站</title>", "<p>{}</p>", None),
        (
            "<title>某网_甲</title><meta name='ArticleTitle' content='乙&amp;丙的通知'>",
            "<p>{}</p>",
            "乙&丙的通知",
        ),
        ("<title>甲的通知</title>", "<h1>丁的通知</h1><p>{}</p>", "丁的通知"),
        ("<title>甲</title>", "<h1>云溪市人民政府</h1><p>{}</p>", None),
        (
            "",
            "<div class='article-title'>戊的<br>通知</div><div id=zoom><p>{}</p></div>",
            "戊的通知",
        ),
    ],
)
def test_title_without_a_table(head, body, title):
    page = f"<html><head>{head}</head><body>{body.format(SENTENCE)}</body></html>"
    source = read_page(page)
    assert source.metadata.get("title") == title
    assert_whole(source)


def test_a_heading_that_the_article_repeats_is_not_doubled():
    source = read_page(
        f"<h1>己的通知</h1><div id=zoom><p>己的</p><p>通知</p><p>{SENTENCE}</p></div>"
    )
    assert outline(source) == ["己的", "通知", SENTENCE]
    assert furniture_of(source, "outside the main content") == ["己的通知"]


# Article and furniture


@pytest.mark.parametrize(
    "container",
    [
        "div id='UCAP-CONTENT'",
        "div class='x pages_content'",
        "div class='TRS_Editor'",
        "div id=zoom",
        "div class='article'",
        "article",
        "main",
        "td id=zoom",
        "ucapcontent",
    ],
)
def test_known_containers(container):
    tag = container.split()[0]
    article = f"<{container}><p>一、目标</p><p>{SENTENCE}</p></{tag}>"
    page = f"<div>不相干的文字，说的是天气。</div><div>{article}</div><div>末尾不相干的文字。</div>"
    assert blocks_of(page) == ["一、目标", SENTENCE]


def test_an_empty_known_container_is_not_taken():
    page = f"<div id=zoom> </div><div><p>一、目标</p><p>{SENTENCE}</p><p>二、措施</p></div>"
    assert blocks_of(page) == ["一、目标", SENTENCE, "二、措施"]


def test_article_in_several_containers():
    box = "<div class=TRS_Editor><p>{}</p></div>"
    page = f"{box.format(SENTENCE)}广告{box.format('附件：' + SENTENCE)}"
    assert blocks_of(page) == [SENTENCE, f"附件：{SENTENCE}"]


def test_short_neighbours_of_a_long_paragraph_are_kept():
    assert blocks_of(f"<div>通知</div><div>{SENTENCE * 20}</div><div>某局</div>") == [
        "通知",
        SENTENCE * 20,
        "某局",
    ]


def test_content_outweighs_names():
    page = f"<div class='footer'><p>{SENTENCE}</p><p>{SENTENCE}</p><p>二、措施</p></div>"
    assert blocks_of(page) == [SENTENCE, SENTENCE, "二、措施"]


@pytest.mark.parametrize(
    "body",
    [
        "<div style='display: none'>甲</div>",
        "<span hidden>甲</span>",
        "<div role=navigation>甲</div>",
        "<nav>甲</nav>",
        "<footer>甲</footer>",
        "<div class='siteFooter'>甲</div>",
        "<div class='top-nav'>甲</div>",
        "<span class='bdshare'>甲<span>乙</span></span>",
        "<select><option>甲<option>乙</select>",
        "<p>微信扫一扫，分享到朋友圈</p>",
        "<p>【字体：大 中 小】</p>",
        "<p>首页 &gt; 政务公开 &gt; 通知</p>",
        "<p>上一篇：<a href=x>甲</a></p>",
        "<p>Copyright © 2024 某局 All Rights Reserved</p>",
        "<p>【责任编辑：王某】</p>",
        "<p>来源：某报 作者：王某</p>",
    ],
)
def test_furniture(body):
    source = read_page(f"<p>{SENTENCE}</p>{body}<p>二、措施</p>")
    assert outline(source) == [SENTENCE, "二、措施"]
    assert_whole(source)


@pytest.mark.parametrize(
    "text",
    [
        "（三）推广工地扫一扫实名制考勤",
        "（四）明确软件版权所有权",
        "位置：云溪市东区",
        "编制单位：某局",
        "时间：2024年3月",
        "相关信息",
        "三、打印工资单",
        "主办单位：某局，承办单位：某协会",
    ],
)
def test_content_that_looks_like_furniture(text):
    assert blocks_of(f"<div id=zoom><p>{SENTENCE}</p><p>{text}</p><p>{SENTENCE}</p></div>") == [
        SENTENCE,
        text,
        SENTENCE,
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>加载中</title></head><body><div id='app'></div><script>go()</script>",
        "<html><body><img src='a.png'>&nbsp;</body></html>",
        "<script>document.write('正文')",
        "<nav>首页</nav><footer>页脚</footer>",
    ],
)
def test_a_page_without_text(page):
    with pytest.raises(UnreadableFile) as caught:
        read_page(page)
    assert "页面没有正文，可能是脚本生成的页面" in caught.value.hint


# Encodings


@pytest.mark.parametrize(
    ("declared", "codec", "encoding"),
    [
        ("gb2312", "gb18030", "gb18030"),
        ("GBK", "gb18030", "gb18030"),
        ("gb2312", "utf-8", "utf-8"),  # saved anew by a browser
        ("utf-8", "gb18030", "gb18030"),
        ("iso-8859-1", "utf-8", "utf-8"),
        ("base64", "utf-8", "utf-8"),
        ("big5", "big5", "big5hkscs"),
    ],
)
def test_declared_encodings(declared, codec, encoding):
    text = "關於推動勞工培訓之實施方案" if codec == "big5" else SENTENCE
    page = f"<html><head><meta charset='{declared}'></head><body><p>{text}</p></body></html>"
    source = read_page(page.encode(codec))
    assert (source.encoding, outline(source)) == (encoding, [text])


def test_a_declaration_does_not_excuse_garbage():
    page = "<meta charset=gb2312><p>建設業における技能者の処遇改善について、次のとおり通知する。"
    with pytest.raises(UnreadableFile):
        read_page(page.encode("shift_jis"))


# Truncation


@pytest.mark.parametrize(
    ("end", "stretch"),
    [
        ("<div cla", "<div cla"),
        ('<a href="http://www', '<a href="http://www'),
        ("</di", "</di"),
        ("<", "<"),
        ("<!-- 注释", "<!-- 注释"),
        ("<script>var a = 1; if (a", "var a = 1; if (a"),
        ("<script>", "<script>"),
        ("&nbs", "&nbs"),
        ("&#2", "&#2"),
        ("<p>末段", "<div>"),
    ],
)
def test_a_page_cut_short(end, stretch):
    source = read_page(f"<html><body><div><p>{SENTENCE}</p>{end}")
    assert source.truncated
    assert furniture_of(source, "truncated markup") == [stretch]
    assert outline(source) == [SENTENCE, *(["末段"] if "末段" in end else [])]
    assert_whole(source)


def test_sloppy_but_complete_pages_are_not_truncated():
    for page in (
        f"<html><body><div><p>{SENTENCE}<p>二</body></html>\n",
        f"<p>{SENTENCE}",
        f"<p>{SENTENCE}</p><!-- 完 -->",
        f"<div>{SENTENCE}</div>&copy;",
    ):
        assert not read_page(page).truncated


@pytest.mark.parametrize("path", sorted(DATA.glob("*.html")), ids=lambda path: path.stem)
def test_every_prefix_of_a_page_is_read(path):
    page = path.read_bytes()
    readable = 0
    for length in range(0, len(page), 97):
        try:
            source = read_page(page[:length])
        except UnreadableFile:
            continue
        readable += 1
        assert_whole(source)
    assert readable > len(page) / 97 / 2


# Anything


TAGS = """
    html head title body div p span a table tr td th tbody caption ul li dl dt dd h1 h2 script style
    noscript nav header footer section article pre b br hr select option svg textarea form template
    center main aside xmp plaintext ucapcontent o:p
"""
ATTRIBUTES = ("", " class='content'", " class=nav", " id=zoom", " hidden", " href=x", " rowspan=3")
SNIPPETS = """
    索引号： 文号： 国发〔2018〕3号 发布机构 国务院 相关链接 版权所有 一、总则 &nbsp; &amp; &# &#0;
    &#8203; &bogus; &not < </ <! <!-- --> <![CDATA[ ]]> <? > ' " \uffff <a\xa0href= </script />
"""
ELEMENT = st.builds("<{}{}>".format, st.sampled_from(TAGS.split()), st.sampled_from(ATTRIBUTES))
END = st.builds("</{}>".format, st.sampled_from(TAGS.split()))
SOUP = st.lists(
    st.one_of(
        ELEMENT, END, st.sampled_from(re.findall(r"[^ \n]+|\s", SNIPPETS)), st.text(max_size=8)
    ),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=300)
@given(SOUP)
def test_any_tags_around_any_text(soup):
    try:
        source = read_page(soup.encode("utf-8", "ignore"))
    except UnreadableFile:
        return
    assert_whole(source)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.text("一二三甲乙丙ab1，。", min_size=1, max_size=9), min_size=1, max_size=6),
    st.lists(st.sampled_from(["div", "p", "span", "b", "section", "li", "h2", "td"]), max_size=5),
)
@example(texts=["1", "111"], tags=["div"] * 4)  # four boxes around one text are no four paragraphs
def test_no_text_is_lost(texts, tags):
    opening = "".join(f"<{tag}>" for tag in tags)
    closing = "".join(f"</{tag}>" for tag in reversed(tags))
    source = read_page("".join(f"{opening}{text}{closing}<br>" for text in texts))
    assert outline(source) == texts


# Size


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + SENTENCE + "</div>" * 100_000,
        "<div>" * 100_000 + SENTENCE,
        "<table><tr><td>" * 20_000 + SENTENCE,
        "<b>" * 50_000 + SENTENCE + "<div>" * 50_000 + "</b>" * 50_000,
        "<span class=share>" * 50_000 + SENTENCE + "</span>" * 50_000,
        SENTENCE + "<!-- x " * 100_000,
        SENTENCE + "&#; &x " * 100_000,
        SENTENCE + "<" * 100_000,
        SENTENCE + '<a b="' * 100_000,
        SENTENCE + "<![x" * 100_000,
        SENTENCE + "</x " * 100_000,
    ],
    ids=[
        "nested",
        "unclosed",
        "tables",
        "inline",
        "furniture",
        "comments",
        "references",
        "lt",
        "quotes",
        "marked",
        "ends",
    ],
)
def test_hostile_nesting(page):
    begin = time.process_time()
    source = read_page(page)
    assert time.process_time() - begin < 20  # a quadratic pass takes minutes
    assert SENTENCE in "".join("".join(map(str, row)) for row in outline(source))
    assert unaccounted(source) == []


def test_time_is_linear_in_size():
    rng = random.Random(1)
    paragraphs = [
        f"<p style='margin:0'><span>{SENTENCE}{rng.random()}</span>&nbsp;<b>{SENTENCE}</b></p>\n"
        for _ in range(1000)
    ]

    def seconds(times):
        page = "<html><body><div>" + "".join(paragraphs) * times + "</div></body></html>"
        begin = time.process_time()
        source = read_page(page)
        assert len(source.blocks) == 1000 * times
        return time.process_time() - begin

    seconds(1)
    assert seconds(16) < 12 * seconds(4)  # linear is 4 times, quadratic 16


def test_reasons_are_words():
    source = sample("city_site.html")
    assert all(re.fullmatch("[a-z ]+", why) for _, why in source.furniture)
