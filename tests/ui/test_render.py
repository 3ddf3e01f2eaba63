from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.ui.double import hit, practice
from ui.answers import Block, Doubt, Group, Match, Practice, Repair, Span
from ui.render import (
    block_html,
    document_html,
    fold_at,
    folded_html,
    group_html,
    in_document_html,
    link_html,
    match_html,
    notes_html,
    notice_html,
    passage_html,
    plain,
    practice_html,
    readable,
    repair_html,
    with_citation,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "</p></article><img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "<a href='javascript:alert(1)'>点我</a>",
    "[点我](javascript:alert(1)) ![图](https://example.com/x.png)",
    "$$\\frac{1}{2}$$ 与 $x^2$",
    ":material/home: :red[红] :smile: :streamlit:",
    "**粗** _斜_ `码` ~~删~~ # 标题 > 引 | 表 |",
    "&lt;b&gt; &amp;nbsp;",
    "<!-- --><style>body{display:none}</style>",
]


class Parsed(HTMLParser):
    """Text and tags as a browser would make them."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def spans(*pairs: tuple[int, int]) -> list[Span]:
    return [Span(start=start, end=end) for start, end in pairs]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_passage_shows_hostile_text_as_it_stands(text: str) -> None:
    parsed = Parsed(passage_html(text, spans((2, 5))))
    assert parsed.text == text
    assert [tag for tag, _ in parsed.tags] == ["mark"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_hit_becomes_markup(text: str) -> None:
    document = {"id": text, "title": text, "kind": text, "issuer": text, "number": text}
    region = {"adcode": text, "name": text, "level": text}
    repair = {"what": text, "before": text, "after": text, "why": text}
    doubt = {"code": text, "message": text, "candidates": [text]}
    match = {"terms": [text], "expansions": [text], "dense": 0.5, "sparse": 1.0}
    full = Practice.model_validate(
        hit(
            kind=text,
            title=text,
            text=f"{text}。{text}",
            task=text,
            measure=text,
            region=region,
            document=document,
            repairs=[repair],
            doubts=[doubt],
            match=match,
            highlights=[{"start": 1, "end": 3}],
        )
    )
    parsed = Parsed(practice_html(full))
    ours = {
        "article",
        "p",
        "span",
        "h3",
        "mark",
        "ul",
        "li",
        "b",
        "details",
        "summary",
        "del",
        "ins",
    }
    assert {tag for tag, _ in parsed.tags} <= ours
    assert all(set(attrs) <= {"class", "lang"} for _, attrs in parsed.tags)
    assert parsed.text.count(text) >= 8


@pytest.mark.parametrize(
    ("text", "highlights", "expected"),
    [
        ("工资专户", [], "工资专户"),
        ("工资专户", [(0, 2)], "<mark>工资</mark>专户"),
        ("工资专户", [(2, 4), (0, 2)], "<mark>工资专户</mark>"),
        ("工资专户", [(0, 3), (1, 4)], "<mark>工资专户</mark>"),
        ("工资专户", [(3, 99)], "工资专<mark>户</mark>"),
        ("工资专户", [(-5, 1)], "<mark>工</mark>资专户"),
        ("工资专户", [(3, 1), (2, 2)], "工资专户"),
        ("𠮷林省", [(1, 3)], "𠮷<mark>林省</mark>"),
        ("一<二\n三", [(1, 2)], "一<mark>&lt;</mark>二<br>三"),
    ],
)
def test_highlights_index_code_points(
    text: str, highlights: list[tuple[int, int]], expected: str
) -> None:
    assert passage_html(text, spans(*highlights)) == expected


def test_what_would_mislead_or_break_is_replaced_one_for_one() -> None:
    text = "甲\u202e乙\x00丙\ud800丁\u2066戊\n己"
    assert plain(text) == "甲\ufffd乙\ufffd丙\ufffd丁\ufffd戊\n己"
    assert len(plain(text)) == len(text)
    plain(text).encode()


def test_a_long_text_folds_after_a_sentence_and_loses_nothing() -> None:
    text = "一" * 120 + "。" + "二" * 200
    assert fold_at(text) == 121
    parsed = Parsed(folded_html(text, spans((0, 3), (130, 132), (140, 142))))
    assert "其中匹配 2 处" in parsed.text
    assert "余下 200 字" in parsed.text
    assert parsed.text.count("一") == 120 and parsed.text.count("二") == 200


def test_a_short_text_is_not_folded() -> None:
    assert fold_at("一" * 249) is None
    assert "details" not in folded_html("一" * 249, [])


def test_a_fold_falls_in_the_middle_only_where_nothing_ends() -> None:
    assert fold_at("一" * 300) == 200
    assert fold_at("一" * 150 + "，" + "一" * 200) == 151


def test_headline_and_body_are_the_text_once() -> None:
    parsed = Parsed(practice_html(Practice.model_validate(hit())))
    assert [tag for tag, _ in parsed.tags].count("h3") == 1
    assert "重庆市全面推行工资专户管理" in parsed.text
    assert parsed.text.count("全面推行工资专户管理") == 1
    assert "自2017年开始推进。" in parsed.text
    assert ("mark", {}) in parsed.tags


def test_a_title_that_is_not_in_the_text_stands_above_all_of_it() -> None:
    item = Practice.model_validate(practice(title="另一题目"))
    parsed = Parsed(practice_html(item))
    assert "另一题目" in parsed.text
    assert item.text in parsed.text


def test_an_item_without_a_title_has_no_empty_heading() -> None:
    assert "<h3" not in practice_html(Practice.model_validate(practice(title="")))


def test_an_unsettled_region_and_a_weak_hit_are_said() -> None:
    doubts = [
        {"code": "region_unresolved", "message": "地区残缺", "candidates": ["湖南省", "湖北省"]}
    ]
    text = Parsed(
        practice_html(Practice.model_validate(hit(region=None, weak=True, doubts=doubts)))
    ).text
    assert "地区未确定" in text and "弱相关" in text
    assert "地区残缺。可能是：湖南省、湖北省。" in text


def test_why_a_hit_was_found_is_said_in_words() -> None:
    text = Parsed(match_html(Practice.model_validate(hit()).match)).text
    assert "匹配词：工资" in text and "扩展词：专用账户" in text
    assert "语义相近度 0.71" in text and "关键词得分 9.4" in text
    assert "重排" not in text
    assert match_html(None) == ""


def test_what_the_re_ranker_makes_of_a_hit_is_said() -> None:
    text = Parsed(match_html(Match(dense=0.5, rerank=0.876))).text
    assert "重排相关度 0.88（最高 1）" in text


def test_repairs_are_folded_and_doubts_are_not() -> None:
    notes = notes_html(
        [Repair(what="numeral", before="Ξ", after="三", why="形近误识")],
        [Doubt(code="cut_off", message="句子在此中断")],
    )
    assert notes.index("句子在此中断") < notes.index("<details")
    assert "<del>Ξ</del> → <ins>三</ins> 形近误识。" in notes


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://www.gov.cn/a?b=1&c=2", True),
        ("http://example.com", True),
        ("javascript:alert(1)", False),
        (" JaVaScript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//example.com", False),
        ("https:///nohost", False),
        ("http://[bad", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, linked: bool) -> None:
    markup = link_html(url, "原文链接")
    assert ("<a " in markup) is linked
    if linked:
        tag, attributes = Parsed(markup).tags[0]
        assert tag == "a" and attributes["href"] == url
        assert "noopener" in (attributes["rel"] or "")


def test_a_document_says_only_what_it_states() -> None:
    item = Practice.model_validate(practice())
    assert document_html(item.document) == "《经验做法清单》"


def block(text: str, role: str = "practice", practice_id: str | None = None) -> Block:
    return Block(role=role, text=text, start=0, end=1, practice_id=practice_id)


def test_a_practice_stands_among_its_neighbours() -> None:
    blocks = [
        block("题目", "title"),
        *(block(f"前{n}", practice_id=f"a{n}") for n in range(4)),
        block("举措", "heading"),
        block("本条上半", practice_id="p"),
        block("页眉", "furniture"),
        block("<p>", "markup"),
        block("本条下半", practice_id="p"),
        *(block(f"后{n}", practice_id=f"b{n}") for n in range(4)),
    ]
    markup = in_document_html(blocks, "p")
    assert markup.count("ts-current") == 2
    assert "&lt;p&gt;" not in markup
    before, rest = markup.split("</details>", 1)
    assert "前2" in before and "前3" not in before
    shown, after = rest.split("<details", 1)
    assert [word in shown for word in ("前3", "举措", "本条上半", "页眉", "本条下半", "后0")] == [
        True
    ] * 6
    assert "后1" in after and "后0" not in after


def test_the_cells_of_a_repeated_table_head_are_one_line() -> None:
    blocks = [block("序号", "furniture"), block("<p>", "markup"), block("任务", "furniture")]
    assert [each.text for each in readable([*blocks, block("甲")])] == ["序号\u3000任务", "甲"]


@pytest.mark.parametrize(
    ("before", "after", "why", "expected"),
    [
        ("Ξ", "三", "形近误识", "<del>Ξ</del> → <ins>三</ins> 形近误识。"),
        ("", "一", "序号缺失。", "（缺） → <ins>一</ins> 序号缺失。"),
        ("页眉", "", "", "<del>页眉</del> → （删去）"),
        (" ", "", "删去多余的空白4处", "删去多余的空白4处。"),
    ],
)
def test_a_repair_says_what_stood_there_and_what_stands_there_now(
    before: str, after: str, why: str, expected: str
) -> None:
    assert repair_html(Repair(before=before, after=after, why=why)) == expected


def test_a_practice_that_is_not_in_the_document_shows_nothing() -> None:
    assert in_document_html([block("甲", practice_id="a")], "p") == ""


def test_a_very_long_document_is_cut_around_the_practice_and_says_so() -> None:
    blocks = [block(f"段{n}。", practice_id=f"a{n}") for n in range(1000)]
    markup = in_document_html(blocks, "a500")
    assert "只显示相邻的 300 段" in markup
    assert "段0。" not in markup and "段499。" in markup


def test_an_unknown_role_cannot_choose_its_look() -> None:
    assert 'class="ts-block ts-block-other"' in block_html(block("甲", '"><script>'))


def test_a_group_without_a_name_is_said_to_be_so() -> None:
    assert "未归类" in group_html(Group(label="", count=3))


def test_a_notice_escapes_what_it_says() -> None:
    parsed = Parsed(notice_html("error", "<b>坏</b>", "<i>", ""))
    assert "<b>坏</b>" in parsed.text
    assert [tag for tag, _ in parsed.tags] == ["div", "p", "b", "p"]


def test_text_is_pasted_with_its_citation() -> None:
    item = Practice.model_validate(practice())
    assert with_citation(item) == f"{item.text}\n——{item.citation}"
