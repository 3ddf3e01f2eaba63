"""Numerals of headings: 一 … 九十九, and 1 … 99."""

from __future__ import annotations

import re

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
CHINESE = "[一二三四五六七八九十]{1,3}"
BRACKETED = re.compile(rf"[（(]\s*({CHINESE})\s*[)）]")


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral from 一 to 九十九, or None if it is none.

    >>> chinese_number("二十三"), chinese_number("十"), chinese_number("廿")
    (23, 10, None)
    """
    if text in DIGITS:
        return DIGITS[text]
    match = re.fullmatch(r"([二三四五六七八九]?)十([一二三四五六七八九]?)", text)
    if not match:
        return None
    tens, ones = match.groups()
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)


def chinese_numeral(value: int) -> str:
    """The Chinese numeral of 1 … 99.

    >>> chinese_numeral(3), chinese_numeral(10), chinese_numeral(21)
    ('三', '十', '二十一')
    """
    names = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else names[tens] + "十")
    return head + (names[ones] if ones or not tens else "")
