import pytest

HEAD = "序号\t工作任务\t主要举措\t经验做法\n"


def table(*rows, title="某某经验做法清单\n\n"):
    return title + HEAD + "\n".join(rows) + "\n"


def shape(parsed):
    return [
        (p.task, p.measure, p.ordinal, p.region.name if p.region else None, p.title)
        for p in parsed.practices
    ]


def codes(practice):
    return {doubt.code for doubt in practice.doubts}


def test_a_clean_table(parse_text):
    parsed = parse_text(
        table(
            "一\t任务甲\t（一）举措甲\t1. 重庆市做了甲。细节。2. 陕西省做了乙。细节。",
            "\t\t（二）举措乙\t1. 河南省固始县做了丙。细节。",
            "二\t任务乙\t（一）举措丙\t1. 云南省昆明市做了丁。细节。",
        )
    )
    assert shape(parsed) == [
        ("任务甲", "举措甲", 1, "重庆市", "做了甲"),
        ("任务甲", "举措甲", 2, "陕西省", "做了乙"),
        ("任务甲", "举措乙", 1, "河南省信阳市固始县", "做了丙"),
        ("任务乙", "举措丙", 1, "云南省昆明市", "做了丁"),
    ]
    assert [p.id for p in parsed.practices] == ["doc.1.1.1", "doc.1.1.2", "doc.1.2.1", "doc.2.1.1"]
    assert not any(p.doubts for p in parsed.practices)


def test_a_page_break_in_a_sentence_is_closed_and_recorded(parse_text):
    parsed = parse_text(
        table("一\t任务\t（一）举措\t1. 重庆市做了甲。依托产业园以")
        + "\n"
        + HEAD
        + "\t\t\t产业链为抓手。\n"
    )
    (practice,) = parsed.practices
    assert practice.text == "重庆市做了甲。依托产业园以产业链为抓手。"
    assert len(practice.source.spans) == 2
    assert "page_break" in {r.what for r in practice.repairs}


def test_a_page_that_begins_with_the_previous_practice_under_the_next_label(parse_text):
    parsed = parse_text(
        table(
            "一\t任务\t（一）举措甲\t1. 重庆市做了甲。支持力",
            "\t\t（二）举措乙\t度。 1. 河北省做了乙。好。",
        )
    )
    assert [(p.measure, p.text) for p in parsed.practices] == [
        ("举措甲", "重庆市做了甲。支持力度。"),
        ("举措乙", "河北省做了乙。好。"),
    ]


def test_a_later_ordinal_under_the_next_label_stays_with_its_measure(parse_text):
    parsed = parse_text(
        table(
            "一\t任务\t（一）举措甲\t<p>1. 重庆市做了甲。</p> <p>2. 陕西省做了乙。</p>",
            "\t（二）举措乙\t\t<p>3. 广东省广州市做了丙。</p> <p>1. 江西省做了丁。</p>",
        )
    )
    assert [(p.measure, p.ordinal) for p in parsed.practices] == [
        ("举措甲", 1), ("举措甲", 2), ("举措甲", 3), ("举措乙", 1)
    ]  # fmt: skip


def test_a_label_that_drifted_down_in_pieces(parse_text):
    parsed = parse_text(
        table(
            "一\t任务\t（一）举措甲\t1. 重庆市做了甲。好。",
            "\t\t\t1. 上海市做了乙，",
            "\t\t（二）推动\t取得成效。2. 陕西省做了丙，",
            "\t\t全覆盖\t也有成效。",
        )
    )
    assert [(p.measure, p.ordinal, p.text) for p in parsed.practices] == [
        ("举措甲", 1, "重庆市做了甲。好。"),
        ("推动全覆盖", 1, "上海市做了乙，取得成效。"),
        ("推动全覆盖", 2, "陕西省做了丙，也有成效。"),
    ]
    assert any(r.what == "label" and r.after == "推动全覆盖" for r in parsed.report.repairs)


def test_a_measure_without_practices_is_kept_and_reported(parse_text):
    parsed = parse_text(
        table(
            "一\t任务\t（一）举措甲\t1. 重庆市做了甲。好。",
            "\t\t（二）举措乙\t",
            "\t\t（三）举措丙\t1. 陕西省做了丙。好。",
        )
    )
    assert parsed.report.empty_measures == ("举措乙",)
    assert [p.id for p in parsed.practices] == ["doc.1.1.1", "doc.1.3.1"]


@pytest.mark.parametrize("numeral", ["=", "Ξ", ""])
def test_misread_and_missing_numerals_follow_the_sequence(parse_text, numeral):
    parsed = parse_text(
        table(
            "一\t任务甲\t（一）举措\t1. 重庆市做了甲。好。",
            f"{numeral}\t任务乙\t（一）举措\t1. 陕西省做了乙。好。",
        )
    )
    assert parsed.practices[1].path[0] == "二、任务乙"
    (repair,) = [r for r in parsed.report.repairs if r.what == "numeral"]
    assert (repair.before, repair.after) == (numeral, "二")


def test_decimals_dates_and_lists_inside_a_practice_are_no_ordinals(parse_text):
    (practice,) = parse_text(
        table(
            "一\t任务\t（一）举措\t1. 重庆市做了甲。2023年培训36.8万人次。1.5倍。"
            "包括：1.合同；2.考勤。"
        )
    ).practices
    assert practice.text.endswith("包括：1.合同；2.考勤。")


def test_a_gap_in_the_ordinals_is_doubted(parse_text):
    parsed = parse_text(table("一\t任务\t（一）举措\t1. 重庆市做了甲。好。3. 陕西省做了乙。好。"))
    assert [p.ordinal for p in parsed.practices] == [1, 3]
    assert codes(parsed.practices[1]) == {"ordinal_gap"}


def test_a_damaged_region_that_is_certain_is_repaired(parse_text):
    (practice,) = parse_text(table("一\t任务\t（一）举措\t1. 东省珠海市做了甲。好。")).practices
    assert practice.region and practice.region.adcode == "440400"
    assert practice.text.startswith("广东省珠海市做了甲")
    (repair,) = [r for r in practice.repairs if r.what == "region"]
    assert (repair.before, repair.after) == ("东省珠海市", "广东省珠海市")
    assert repair.why


def test_a_damaged_region_that_is_not_certain_keeps_its_words(parse_text):
    (practice,) = parse_text(table("一\t任务\t（一）举措\t1. 南省做了甲。好。")).practices
    assert practice.region is None
    assert practice.text.startswith("南省做了甲")
    (doubt,) = practice.doubts
    assert doubt.code == "region_unresolved"
    assert {"湖南省", "河南省", "云南省", "海南省"} <= set(doubt.candidates)


def test_a_sentence_that_the_source_cuts_off_stays_cut_off(parse_text):
    (practice,) = parse_text(table("一\t任务\t（一）举措\t1. 重庆市做了甲。加大对企业的")).practices
    assert practice.text.endswith("加大对企业的")
    assert codes(practice) == {"cut_off"}


def test_a_page_without_its_left_edge(parse_text):
    parsed = parse_text(
        table("一\t任务\t（一）举措\t1. 重庆市做了甲。加大对")
        + "\n序号 工作任务 主要举措\t经验做法\n"
        + "管: 实\t东省珠海市做了乙。好。 有省湘潭市做了丙。好。\n"
    )
    assert [(p.ordinal, p.title) for p in parsed.practices] == [
        (1, "做了甲"),
        (2, "做了乙"),
        (3, "做了丙"),
    ]
    assert [p.region.adcode for p in parsed.practices] == ["500000", "440400", "430300"]
    assert all("edge_lost" in codes(p) for p in parsed.practices[1:])
    assert any(piece.text.startswith("管") for piece in parsed.report.left_out)


def test_repeated_ordinals_do_not_share_an_id(parse_text):
    parsed = parse_text(
        table(
            "一\t任务\t（一）举措\t1. 重庆市做了甲。好。",
            "\t\t（一）举措\t1. 陕西省做了乙。好。",
        )
    )
    ids = [p.id for p in parsed.practices]
    assert len(set(ids)) == 2


def test_an_html_table_parses_like_a_text_one(parse_text):
    page = """<html><head><title>清单</title></head><body><article><h1>某清单</h1><table>
    <tr><th>序号</th><th>工作任务</th><th>主要举措</th><th>经验做法</th></tr>
    <tr><td rowspan="2">一</td><td rowspan="2">任务</td><td>（一）举措甲</td>
    <td><p>1. <b>重庆市</b>做了甲。好。</p><p>2. 陕西省做了乙。好。</p></td></tr>
    <tr><td>（二）举措乙</td><td><p>1. 云南省做了丙。好。</p></td></tr>
    </table></article></body></html>"""
    parsed = parse_text(page, name="清单.html")
    assert shape(parsed) == [
        ("任务", "举措甲", 1, "重庆市", "做了甲"),
        ("任务", "举措甲", 2, "陕西省", "做了乙"),
        ("任务", "举措乙", 1, "云南省", "做了丙"),
    ]


NOTICE = """关于印发经验做法清单的通知

建办市函〔2022〕165号

各省、自治区住房和城乡建设厅：

现将《经验做法清单》印发给你们，请结合实际学习借鉴。

某某部办公厅

2022年4月29日

"""


def test_a_list_under_a_covering_letter_states_its_facts(parse_text):
    parsed = parse_text(
        NOTICE + HEAD + "一\t任务\t（一）举措\t1. 重庆市做了甲。好。\n"
        "抄送：各省人民政府。\n联系人：王某 电话：010-58934567\n"
    )
    document = parsed.document
    assert (document.title, document.number) == (
        "关于印发经验做法清单的通知",
        "建办市函〔2022〕165号",
    )
    assert (document.issuer, str(document.issued_on)) == ("某某部办公厅", "2022-04-29")
    (practice,) = parsed.practices
    assert practice.text == "重庆市做了甲。好。"
    assert {piece.text[:3] for piece in parsed.report.left_out} == {"抄送：", "联系人"}


def test_a_list_without_a_task_column_has_its_measures_outermost(parse_text):
    parsed = parse_text("某清单\n主要举措\t经验做法\n（一）举措甲\t1. 重庆市做了甲。好。\n")
    (node,) = parsed.outline
    assert (node.title, node.level, node.children) == ("（一）举措甲", 1, ())
    assert node.practice_ids == (parsed.practices[0].id,)
