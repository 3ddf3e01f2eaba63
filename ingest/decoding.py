"""From bytes to text: which encoding a file is in, and whether what comes out is really text."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from corpus.errors import UnreadableFile
from ingest.characters import CONTROL

ENCODINGS_HINT = (
    "只读取 UTF-8、UTF-16（带 BOM）和 GB18030（含 GBK、GB2312）编码的文件；"
    "请用记事本、WPS 等打开原文件，确认没有乱码后另存为 UTF-8 编码再试"
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a page may declare and how it is then decoded. GB2312 is declared for all of GBK in practice,
# and by the WHATWG encoding standard it is to be read as its superset.
DECLARED = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
}
META_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.I)
# The 400 most frequent characters of national statutes and State Council documents. They make up
# 65 to 90 % of any official text, and under a fifth of bytes read in the wrong encoding.
FREQUENT = frozenset(
    "的人法和业行政机务部定规国应管作关理有保工民用门发以当制公会农区要合体设等地责建产一对全实市者主化资事进构或中不"
    "本动院监在执府生员展为经施及各提审品开加性大方信其十级单位新自办查文企可担出依重推服通强安件条上时范力持三处核负"
    "立职组由项权家同支导社二下分育度标成照内准与能程物任按水证场据报相金息并确委议备改织共护案高督情采所日基年表费融"
    "利技营供期检决得明贫向专试总统代意平求他运点律划过调收面验量指现交计式使违第省取款协外请质入于效结治五系源医活四"
    "术集县商批格境创赛告具村学防联域个接城况记险予励策药局需题购围布例道环目申困是见后根贸形前网适装造障未领到特引受"
    "数限置教台消乡元书原参罚健正电完放际常小路承车价类鼓严认财录善扶问科直补列培反评优将种措械落促整解口疗名银给研好"
    "做销月投止益转济知广媒型示配起从序之符料许预积间长革流风海万就诉坚测升众传游竞六究号养排害除助节送则果户快互抽失"
)
SAMPLE = 200_000  # characters judged; what a file is shows in its first pages
MAX_CONTROL_SHARE = 0.1


@dataclass(frozen=True)
class Decoded:
    """A file's text without byte order mark; ``truncated`` where it ends within a character."""

    text: str
    encoding: str
    truncated: bool = False


def decode(data: bytes, name: str, *, declared: str | None = None) -> Decoded:
    """Decode a file.

    Tried in this order: a byte order mark; UTF-8; GB18030 where the result reads as Chinese; what
    the file itself declares. Every attempt is strict, except that the last character may be cut.

    Args:
        data: the file's bytes.
        name: the file's name, for messages.
        declared: the encoding that the file's own markup names.

    Raises:
        UnreadableFile: binary, or in none of the encodings that are read.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            decoded = _strict(data[len(bom) :], encoding)
            if decoded is None:
                raise _undecodable(
                    name, f"字节顺序标记（BOM）表明是 {encoding.upper()}，内容却不是"
                )
            return _checked(decoded, name)
    if b"\0" in data:
        raise _binary(name)
    decoded = _unmarked(data, DECLARED.get((declared or "").lower()))
    if decoded is None:
        raise _undecodable(name, "内容既不是 UTF-8，按 GB18030 读又不成中文")
    return _checked(decoded, name)


def declared_charset(data: bytes) -> str | None:
    """The encoding that a page's ``<meta>`` or XML declaration names in its first 4 KiB."""
    match = META_CHARSET.search(data[:4096])
    return match[1].decode("ascii", "replace") if match else None


def reads_as_chinese(text: str) -> bool:
    """Whether text decoded as GB18030 is Chinese rather than bytes of another encoding.

    GB18030 takes nearly any bytes: UTF-8, Big5, Shift-JIS or Korean text decodes to rare or
    oddly distributed characters. Real text keeps to GB2312 and to frequent characters. With few
    characters there is little to judge by, and the bar is lower.
    """
    counts = Counter(text[:SAMPLE])
    marked = {char: n for char, n in counts.items() if char > "\x7f" and not char.isspace()}
    total = sum(marked.values())
    if not total:
        return True
    if sum(n for char, n in marked.items() if char in _gb2312()) < 0.85 * total:
        return False
    hanzi = sum(n for char, n in marked.items() if _is_hanzi(char))
    wanted = 0.35 if hanzi >= 15 else 0.15 if hanzi >= 6 else 0.0
    return sum(n for char, n in marked.items() if char in FREQUENT) >= wanted * hanzi


def _unmarked(data: bytes, declared: str | None) -> Decoded | None:
    as_utf8 = _strict(data, "utf-8")
    if as_utf8 is not None and not _may_be_by_chance(as_utf8.text):
        return as_utf8
    as_gb = _strict(data, "gb18030")
    if as_gb is not None and reads_as_chinese(as_gb.text):
        # "résumé" in UTF-8 reads as Chinese characters between letters; 通知 in GBK has no letters.
        letters = len(re.findall("[A-Za-z]", as_gb.text))
        hanzi = sum(map(_is_hanzi, as_gb.text))
        if as_utf8 is None or declared == "gb18030" or hanzi > letters:
            return as_gb
    if as_utf8 is None and declared == "big5hkscs":
        return _strict(data, declared)
    return as_utf8


def _may_be_by_chance(text: str) -> bool:
    """Whether well-formed UTF-8 may be GBK: it then has two-byte sequences, Chinese has three."""
    return "\x7f" < max(text, default="") < "\u0800"


def _strict(data: bytes, encoding: str) -> Decoded | None:
    """Decoded, or None; an incomplete character at the very end is dropped and told."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(data, final=False)
    except UnicodeDecodeError:
        return None
    if encoding in ("gb18030", "big5hkscs"):  # their decoders do not tell what they hold back
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return Decoded(text, encoding, truncated=True)
        return Decoded(text, encoding)
    return Decoded(text, encoding, truncated=bool(decoder.getstate()[0]))


def _checked(decoded: Decoded, name: str) -> Decoded:
    controls = len(re.findall(f"[{CONTROL}]", decoded.text))
    if "\0" in decoded.text or controls > MAX_CONTROL_SHARE * len(decoded.text):
        raise _binary(name)
    if _encoded_twice(decoded.text[:SAMPLE]):
        raise UnreadableFile(
            f"《{name}》的内容是乱码：文字曾按错误的编码打开后又保存过。",
            hint="请找到保存前的原文件，确认打开后没有乱码再试",
        )
    return decoded


def _encoded_twice(text: str) -> bool:
    """Whether UTF-8 was once read as GBK or Latin-1 and what came out was saved."""
    odd = [char for char in text if char > "\x7f" and not char.isspace()]
    if len(odd) < 8 or sum(char in FREQUENT for char in odd) > 0.2 * len(odd):
        return False
    for encoding in ("gb18030", "cp1252"):
        undone = "".join(odd).encode(encoding, "ignore").decode("utf-8", "ignore")
        # One character makes one and a half of GBK or three of Latin-1, and some are lost.
        if sum(map(_is_hanzi, undone)) > 0.15 * len(odd) and reads_as_chinese(undone):
            return True
    return False


def _is_hanzi(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000"


@cache
def _gb2312() -> frozenset[str]:
    """Hanzi, punctuation and full-width forms of GB2312; not its kana, Greek and Cyrillic."""
    rows = (*range(0xA1, 0xA4), *range(0xB0, 0xF8))
    cells = bytes(byte for row in rows for cell in range(0xA1, 0xFF) for byte in (row, cell))
    return frozenset(cells.decode("gb2312", "ignore"))


def _binary(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"《{name}》不是文本文件：其中有大量控制字符。",
        hint="请用能打开它的软件另存为 txt（UTF-8）或 html 后再试",
    )


def _undecodable(name: str, why: str) -> UnreadableFile:
    return UnreadableFile(f"无法确定《{name}》的文字编码：{why}。", hint=ENCODINGS_HINT)
