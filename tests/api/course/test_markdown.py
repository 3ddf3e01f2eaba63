from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from api.course.files import write
from api.course.model import CoursePack

READER = MarkdownIt("gfm-like", {"linkify": False})


def tokens(pack: CoursePack) -> list[Token]:
    return READER.parse(write(pack, "md").decode())


def inline(found: list[Token]) -> list[Token]:
    return [child for token in found for child in token.children or ()]


def shown(found: list[Token]) -> str:
    """What a reader sees, without spaces."""
    words = [t.content for t in inline(found) if t.type in ("text", "code_inline")]
    return "".join("".join(words).split())


def headings(found: list[Token], tag: str) -> list[str]:
    return [
        "".join(child.content for child in found[place + 1].children or ())
        for place, token in enumerate(found)
        if token.type == "heading_open" and token.tag == tag
    ]


def test_headings_tables_and_sources(pack: CoursePack) -> None:
    found = tokens(pack)
    assert headings(found, "h1") == [pack.title]
    assert headings(found, "h2") == [
        "目录", "转型", "工资", "其他", "对比案例", "讨论题", "检查题", "检查题答案", "出处",
    ]  # fmt: skip
    threes = headings(found, "h3")
    for lesson in pack.lessons:
        assert f"{lesson.number}. {lesson.heading}" in threes
    tables = sum(token.type == "table_open" for token in found)
    assert tables == sum(bool(lesson.facts) for lesson in pack.lessons) + len(pack.contrasts)
    sources = write(pack, "md").decode().partition("\n## 出处\n")[2]
    assert len(sources.strip().splitlines()) == len(pack.lessons)


def test_nothing_is_lost(pack: CoursePack) -> None:
    text = shown(tokens(pack))
    for lesson in pack.lessons:
        assert "".join(lesson.text.split()) in text
        assert "".join(lesson.citation.split()) in text
    for check in pack.checks:
        assert "".join(check.question.split()) in text


def test_questions_are_numbered_lists_with_their_points(small: CoursePack) -> None:
    found = tokens(small)
    nested = [t for t in found if t.type == "bullet_list_open" and t.level >= 2]
    assert len(nested) >= len(small.discussions)


def test_hostile_words_stand_for_themselves(hostile: CoursePack) -> None:
    found = tokens(hostile)
    kinds = {token.type for token in found} | {token.type for token in inline(found)}
    assert not kinds & {
        "html_inline",
        "html_block",
        "link_open",
        "image",
        "code_inline",
        "fence",
        "code_block",
        "s_open",
        "hr",
    }
    assert headings(found, "h1") == [hostile.title]
    assert len(headings(found, "h2")) == 8 - (not hostile.contrasts)
    assert sum(token.type == "strong_open" for token in inline(found)) == len(hostile.lessons)
    text = shown(found)
    for lesson in hostile.lessons:
        assert "".join(lesson.text.split()) in text
    linked = MarkdownIt("gfm-like", {"linkify": True}) if _linkifier() else READER
    assert all(t.type != "link_open" for t in inline(linked.parse(write(hostile, "md").decode())))


def _linkifier() -> bool:
    try:
        import linkify_it  # noqa: F401
    except ImportError:
        return False
    return True
