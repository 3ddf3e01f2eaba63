"""Numerals of official texts: Arabic, Chinese and mixed ones, and those that are broken.

What is no well-formed numeral is given without a value and never as the nearest one that would be:
damage of digits in a scan or a PDF does not show in the number that is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import cn2an

# Signs that are read alike, one for one, so that offsets stay those of the text.
_FOLD = str.maketrans(
    {chr(0xFF10 + digit): str(digit) for digit in range(10)}
    | dict.fromkeys("％﹪", "%")
    | dict.fromkeys("－–―—\u2212", "-")
    | dict.fromkeys("～\u223c", "~")
    | dict.fromkeys("〇○Ｏ", "零")
    | dict.fromkeys("\u00a0\u2002\u2003\u2009\u3000\t", " ")
    | {"．": ".", "∶": ":", "：": ":", "（": "(", "）": ")", "／": "/", "＋": "+"}
)
DIGITS = "零一二三四五六七八九"
CHINESE = "零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟廿"
SCALES = {
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10**4),
    "亿": Decimal(10**8),
}
# Longer runs are no numerals of a text; more figures than these are not kept by a float.
FIGURE = tuple("0123456789")
LONGEST = 40
FIGURES = 15

_GAP = " {0,2}"
# 5千 but 5千米, 5千瓦.
_SCALE = (
    rf"{_GAP}(?P<vague>[余多几来]?){_GAP}"
    r"(?P<scale>[十百千万亿]?[万亿]|[百千](?![米克瓦伏卡赫帕分]))"
)
_FIGURES = r"[0-9]+(?:[.,]{1,3}[0-9]+|，[0-9]{3}(?![0-9]))*"
_PART = rf"(?P<figures>{_FIGURES})(?:{_SCALE})?"
_ANY_PART = re.sub(r"\?P<\w+>", "?:", _PART)
_RUN = f"[{CHINESE}]+(?:点[零一二三四五六七八九]+)?(?:[余多几来][万亿])?"
_TOKEN = re.compile(
    rf"(?P<parts>[{CHINESE}]{{1,3}}分之(?:{_ANY_PART}|{_RUN}))"
    rf"|(?P<arabic>(?:{_ANY_PART})+)"
    rf"|(?P<chinese>(?!千[米克瓦伏卡赫帕]){_RUN})"
    r"|(?P<half>半)(?=年|天|日|个月|个?小时|个?学期|个?学年|个?工作日)"
)
_ONE_PART = re.compile(_PART)
_PLAIN = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_VAGUE_SCALE = re.compile(r"[余多几来](?=[万亿]$)")
_ONLY_SCALE = ("十", "百", "千", "万", "亿", "十万", "百万", "千万", "十亿", "百亿", "千亿")


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral of a text.

    Attributes:
        start: where it begins.
        end: where it ends.
        value: what it says, with its 万 or 亿; None where it is broken or too long.
        chinese: whether it is in Chinese numerals alone.
        vague: whether 余 or 多 stand in it (20余万).
        base: its value without its last scale (1.5 of 1.5万), where it has one.
        share: ``%`` or ``‰`` where it says so itself (百分之六十).
        readings: what a broken one may mean, as written.
    """

    start: int
    end: int
    value: Decimal | None
    chinese: bool = False
    vague: bool = False
    base: Decimal | None = None
    share: str = ""
    readings: tuple[str, ...] = ()


def fold(text: str) -> str:
    """The text with full-width digits and signs made plain, of the same length."""
    return text.translate(_FOLD)


def numbers(text: str) -> list[Number]:
    """Every numeral of a text, in order.

    Args:
        text: any text; full-width digits are read too.
    """
    folded = fold(text)
    found = list(_joined(folded, [_read(match) for match in _TOKEN.finditer(folded)]))
    return [number for number in found if number.end - number.start <= LONGEST]


def chinese_value(words: str) -> Decimal | None:
    """The value of a Chinese numeral, or None if it is none that is certain.

    >>> chinese_value("三百二十"), chinese_value("两万五千"), chinese_value("三十二十")
    (Decimal('320'), Decimal('25000'), None)
    """
    whole, point, rest = words.partition("点")
    if point and (not rest or set(rest) - set(DIGITS)):
        return None
    value = _whole(whole)
    if value is None or not point:
        return value
    return Decimal(f"{value}.{''.join(str(DIGITS.index(char)) for char in rest)}")


def _whole(words: str) -> Decimal | None:
    """The value of a Chinese whole number; digits in a row (三五) are none."""
    plain = words.replace("廿", "二十")
    if len(plain) > 1 and (plain.endswith("零") or not set(plain) & set("十拾百佰千仟万亿")):
        return None
    try:
        value = int(cn2an.cn2an(plain, "normal"))
        written = cn2an.an2cn(str(value))
    except (ValueError, LookupError):  # cn2an looks up what 十十一 has not
        return None
    spoken = {_bare(written), _bare(written)[:-1]} if len(plain) > 2 else {_bare(written)}
    return Decimal(value) if _bare(plain) in spoken else None


def _bare(words: str) -> str:
    """A Chinese numeral without what may be left out of it, and with one sign for each figure."""
    plain = words.translate(
        str.maketrans("两壹贰叁肆伍陆柒捌玖拾佰仟", "二一二三四五六七八九十百千")
    )
    return plain.replace("零", "").replace("一十", "十")


def _read(match: re.Match[str]) -> Number:
    start, end = match.span()
    words = match.group()
    if len(words) > LONGEST:
        return Number(start, end, None)
    if match["parts"]:
        return _parts(start, end, words)
    if match["half"]:
        return Number(start, end, Decimal("0.5"), chinese=True)
    number = _chinese(words) if match["chinese"] else _arabic(words)
    return replace(number, start=start, end=end)


def _chinese(words: str) -> Number:
    plain = _VAGUE_SCALE.sub("", words)
    value = _kept(chinese_value(plain))
    readings: tuple[str, ...] = ()
    if value is None and re.fullmatch(r"[一二两三四五六七八九]{2}", plain):
        readings = tuple(plain)
    return Number(0, 0, value, True, plain != words, readings=readings)


def _arabic(words: str) -> Number:
    """An Arabic numeral with its scales: 6.75万, 1亿2000万, 20余万."""
    parts = list(_ONE_PART.finditer(words))
    total, ceiling, base = Decimal(0), None, None
    for place, part in enumerate(parts):
        scale = _scale(part["scale"] or "")
        value, last = _figures(part["figures"]), place == len(parts) - 1
        if value is None or not _descends(part["figures"], value, ceiling, scale, last=last):
            return Number(0, 0, None, readings=_readings(words))
        total, ceiling, base = total + value * scale, scale, value
    vague = any(part["vague"] for part in parts)
    single = len(parts) == 1 and parts[0]["scale"]
    return Number(0, 0, _kept(total), False, vague, base if single else None)


def _descends(
    figures: str, value: Decimal, ceiling: Decimal | None, scale: Decimal, *, last: bool
) -> bool:
    """Whether a part can follow one of the scale ``ceiling``: 1亿2000万, 1万2000, not 3万2."""
    if ceiling is None:
        return True
    full = len(figures) == len(str(ceiling)) - 1
    return value == int(value) and value * scale < ceiling and (scale > 1 or (last and full))


def _scale(words: str) -> Decimal:
    result = Decimal(1)
    for char in words:
        result *= SCALES[char]
    return result


def _figures(words: str) -> Decimal | None:
    """The value of digits with their commas and point, or None if those are out of place."""
    if not _PLAIN.fullmatch(words) or re.match("0[0-9]", words):
        return None
    return _kept(Decimal(words.replace(",", "")))


def _kept(value: Decimal | None) -> Decimal | None:
    """The value unless it has more figures than a float keeps."""
    if value is None or len("".join(map(str, value.as_tuple().digits)).strip("0")) > FIGURES:
        return None
    return value


def _readings(words: str) -> tuple[str, ...]:
    """What a broken Arabic numeral may mean: with one of its points, or without its commas."""
    scale = re.search(r"[十百千万亿]*$", words)
    tail = scale.group() if scale else ""
    pieces = re.split(r"[.,，]+", words[: len(words) - len(tail)].strip())
    tries = ["".join(pieces[:at]) + "." + "".join(pieces[at:]) for at in range(1, len(pieces))]
    if not re.search(r"\.", words):
        tries = ["".join(pieces), *pieces]
    return tuple(
        dict.fromkeys(word + tail for word in tries if _PLAIN.match(word) and word[:1] != "0")
    )[:4]


def _parts(start: int, end: int, words: str) -> Number:
    """百分之六十 as 60 %, 四分之一 as 25 %, 三分之二 as broken: it is no finite percentage."""
    name, _, rest = words.partition("分之")
    whole = {"百": Decimal(100), "千": Decimal(1000)}.get(name) or _whole(name)
    if rest == "百":
        part: Decimal | None = Decimal(100)
    else:
        part = (_arabic(rest) if rest[0] in FIGURE else _chinese(rest)).value
    if whole is None or part is None or not whole:
        return Number(start, end, None, True)
    if name in ("百", "千"):
        return Number(start, end, part, True, share="%" if name == "百" else "‰")
    percent = part * 100 / whole
    if percent * whole != part * 100 or len(percent.as_tuple().digits) > FIGURES:
        return Number(start, end, None, True, share="%", readings=(f"{part}/{whole}",))
    return Number(start, end, percent, True, share="%")


def _joined(text: str, found: list[Number]) -> Iterator[Number]:
    """The numerals, those of different scripts that touch made one broken numeral.

    A 一 between two Arabic numerals is a dash misread (80%一90%) and no numeral.
    """
    held: Number | None = None
    for number in found:
        if _is_dash(text, number):
            continue
        if held and held.end == number.start:
            held = _broken(text, held, number)
            continue
        if held:
            yield held
        held = _measured(text, number)
    if held:
        yield held


def _broken(text: str, first: Number, second: Number) -> Number:
    pieces = (text[first.start : first.end], text[second.start : second.end])
    readings = pieces if sum(map(len, pieces)) <= LONGEST else ()
    return Number(first.start, second.end, None, readings=readings)


def _is_dash(text: str, number: Number) -> bool:
    around = text[max(number.start - 1, 0) : number.start], text[number.end : number.end + 1]
    return (
        text[number.start : number.end] == "一"
        and around[1] in FIGURE
        and around[0] in (*FIGURE, "%", "万", "人", "元")
    )


def _measured(text: str, number: Number) -> Number:
    """上百, 近千, 逾万: a scale alone is a numeral after such a word; 数百 is none."""
    words = text[number.start : number.end]
    before = text[max(number.start - 1, 0) : number.start]
    if not number.chinese or number.share:
        return number
    if before in ("数", "几") and words in _ONLY_SCALE:
        return replace(number, value=None, readings=())
    if (
        before
        and before in "上近约逾超过满每"
        and words in ("百", "千", "万", "百万", "千万", "亿")
    ):
        return replace(number, value=_scale(words))
    return number
