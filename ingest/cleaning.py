"""Cleaning that changes no word: stray tags, spaces and half-width punctuation.

Each step takes and gives a :class:`Mapped`, so that offsets into the source survive, and
:func:`clean` says what it did as repairs.
"""

from __future__ import annotations

import html
import re

from corpus.model import Repair
from ingest.mapped import Mapped

CJK = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WIDE = CJK + r"\u3000-\u303f\uff00-\uffef“”‘’—…·《》"
BLOCK_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|td|th|table|h[1-6])(?:\s[^<>]*)?/?>", re.I)
INLINE_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|font|sub|sup|s|del|ins|mark|small|big|img|o:p|script|style|iframe|svg|html|body|center)(?:\s[^<>]*)?/?>",
    re.I,
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.I)
FULL_WIDTH = dict(zip(",;:!?()", "，；：！？（）", strict=True))
SIGNS = {*FULL_WIDTH, *FULL_WIDTH.values(), '"', "“", "”"}
IS_WIDE = re.compile(f"[{WIDE}]")
INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
SPACE = re.compile(r"\s+")
SLOGAN_GAP = re.compile(rf"[“\"][{CJK}]{{4}}(\s+)[{CJK}]{{4}}[”\"]")


def strip_tags(text: Mapped) -> Mapped:
    """Stray tags and entities gone; a tag that ends a block leaves a line break."""
    text = text.sub(BLOCK_TAG, "\n").sub(INLINE_TAG, "").sub(ENTITY, html.unescape)
    return text.sub(INVISIBLE, "")


def tidy_spaces(text: Mapped) -> Mapped:
    """No white space but one space between Latin words and between the halves of a slogan."""
    kept = {match.start(1) for match in SLOGAN_GAP.finditer(text.text)}
    for match in SPACE.finditer(text.text):
        before = text.text[match.start() - 1 : match.start()]
        after = text.text[match.end() : match.end() + 1]
        if before.isascii() and after.isascii() and before.isalnum() and after.isalnum():
            kept.add(match.start())
    return text.keep(lambda i, char: i in kept or not char.isspace())


def tidy_punctuation(text: Mapped) -> Mapped:
    """Half-width punctuation in Chinese context made full-width, straight quotes made curly.

    Quotes are left alone where their number is odd, since then a pair is broken.
    """
    chars = list(text.text)
    for i, char in enumerate(chars):
        if char in FULL_WIDTH and _in_chinese(chars, i):
            chars[i] = FULL_WIDTH[char]
    _pair_brackets(chars)
    quotes = [i for i, char in enumerate(chars) if char == '"']
    if len(quotes) % 2 == 0:
        for place, i in enumerate(quotes):
            chars[i] = "”" if place % 2 else "“"
    return Mapped("".join(chars), text.at)


def _in_chinese(chars: list[str], i: int) -> bool:
    """Whether the nearest sign on either side that is no punctuation of this kind is Chinese."""
    return any(_first_beyond(chars, i, step) for step in (-1, 1))


def _first_beyond(chars: list[str], i: int, step: int) -> bool:
    i += step
    while 0 <= i < len(chars) and chars[i] in SIGNS:
        i += step
    return 0 <= i < len(chars) and IS_WIDE.match(chars[i]) is not None


def _pair_brackets(chars: list[str]) -> None:
    """Give both brackets of a pair the width of the wider one."""
    open_at: list[int] = []
    for i, char in enumerate(chars):
        if char in "(（":
            open_at.append(i)
        elif char in ")）" and open_at:
            j = open_at.pop()
            if chars[j] + char in ("(）", "（)"):
                chars[j], chars[i] = "（", "）"


def clean(text: Mapped) -> tuple[Mapped, list[Repair]]:
    """Tags, spaces and punctuation in order, with one repair for each that changed something."""
    repairs: list[Repair] = []
    untagged = strip_tags(text)
    tags = INLINE_TAG.findall(text.text)
    if tags:
        repairs.append(
            _repair("tags", "".join(sorted(set(tags))), "", f"删去混入的标签{len(tags)}处", text)
        )
    spaced = tidy_spaces(untagged.strip())
    lost = len(SPACE.findall(untagged.strip().text)) - len(SPACE.findall(spaced.text))
    if lost:
        repairs.append(_repair("spacing", " ", "", f"删去多余的空白{lost}处", text))
    tidied = tidy_punctuation(spaced)
    changed = [(a, b) for a, b in zip(spaced.text, tidied.text, strict=True) if a != b]
    if changed:
        before = "".join(sorted({a for a, _ in changed}))
        after = "".join(sorted({b for _, b in changed}))
        repairs.append(
            _repair("punctuation", before, after, f"半角标点改为全角{len(changed)}处", text)
        )
    return tidied, repairs


def _repair(what: str, before: str, after: str, why: str, text: Mapped) -> Repair:
    return Repair(what=what, before=before, after=after, why=why, start=text.start)
