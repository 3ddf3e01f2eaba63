"""Head and close of a plan: title, covering letter, addressees; signature, date, annexes."""

from __future__ import annotations

import re
from datetime import date

from ingest.cleaning import clean
from ingest.ledger import Claim, Ledger
from ingest.mapped import Mapped
from ingest.numerals import CHINESE
from ingest.paragraphs import ANNEX_LIST, CLOSING, Paragraph, heading_of
from ingest.source import SourceBlock, SourceFile

TITLE_END = re.compile(
    r"(?:意见|方案|通知|办法|规划|计划|规定|细则|决定|措施|要点|规则|条例|公告|通告|函|批复|报告|清单|行动|制度|标准|纲要)"
    r"(?:（[^）]{1,12}）)?$"
)
FORWARDED = re.compile(r"关于(?:印发|发布|公布|转发|批转|下达)(.+?)的通知")
NUMBER = re.compile(
    r"^[\u4e00-\u9fff]{1,12}[〔［\[（(]\s*\d{4}\s*[〕］\])）]\s*(?:第)?\s*\d+\s*号$"
)
DATE_LINE = re.compile(r"^[（(]?(\d{4})年(\d{1,2})月(\d{1,2})日[)）]?$")
CONTACT = re.compile(
    r"联\s*系\s*人|联系电话|联系方式|咨询电话|固定电话|手机号码|传真[：:]|邮箱[：:]|电子邮件|填报人[：:]|"
    r"(?<!\d)0\d{2,3}[-－—]\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)"
)
ANNEX = re.compile(r"^附\s*[件表]\s*(\d{1,2}|" + CHINESE + r")?\s*[：:]?$")
ISSUER = re.compile(r"(?:局|委|委员会|厅|政府|部|办公室|办公厅|院|会|公司|中心|署|办)$")
# The office that a title opens with: 江门市住房和城乡建设局关于…, 市城建委推进….
TITLED = re.compile(
    r"([\u4e00-\u9fff、]{1,30}?(?:局|委|委员会|厅|政府|部|办公室|办公厅|办|国务院|院))"
    r"(?=关于|推进|印发|转发|贯彻|落实|开展|加强|实施)"
)


class Head:
    """Title, issuer, number and date as stated, and where the body begins."""

    def __init__(self, source: SourceFile, paragraphs: list[Paragraph], ledger: Ledger) -> None:
        self.issuer: str | None = source.metadata.get("issuer")
        self.number: str | None = source.metadata.get("number")
        stated = source.metadata.get("issued_on")
        self.issued_on: date | None = date.fromisoformat(stated) if stated else None
        self.evidence: dict[str, str] = {
            key: source.text[slice(*span)] for key, span in source.metadata_spans.items()
        }
        self.ledger = ledger
        lines = self._lines(paragraphs)
        self.title = self._title(lines) or source.metadata.get("title", "")
        self.body_at = len(lines)
        office = TITLED.match(self.title)
        if office and self.issuer is None:
            self.issuer = office.group(1)
            self.evidence.setdefault("issuer", self.title)
        inner = self._forwarded(paragraphs)
        if inner is not None:
            self._cover(paragraphs[self.body_at : inner])
            self.title = paragraphs[inner].text.text
            self.ledger.claim(paragraphs[inner].raw, Claim("title", text=paragraphs[inner].text))
            self.body_at = inner + 1
        self._addressees(paragraphs)

    @staticmethod
    def _lines(paragraphs: list[Paragraph]) -> list[Paragraph]:
        """The lines before anything that reads as a sentence, an addressee or a heading."""
        lines = []
        for paragraph in paragraphs:
            text = paragraph.text.text.lstrip("#")
            sentence = re.search(r"[。；：]", text) or len(text) > 120
            if sentence or heading_of(paragraph.text) is not None or paragraph.row:
                break
            lines.append(paragraph)
        return lines

    def _title(self, lines: list[Paragraph]) -> str:
        """Join the title's lines; issuers and numbers above or below it are read and set apart."""
        parts: list[str] = []
        ends = [place for place, line in enumerate(lines) if TITLE_END.search(line.text.text)]
        for place, line in enumerate(lines):
            text = line.text.text.lstrip("#")
            done = bool(ends) and place > ends[-1]
            if NUMBER.match(text):
                self.number = self.number or normal_number(text)
                self.evidence.setdefault("number", text)
            elif DATE_LINE.match(text):
                self._date(text)
            elif not done and not (ISSUER.search(text) and "关于" not in text and not parts):
                parts.append(text)
                self.ledger.claim(line.raw, Claim("title", text=bare_title(line.text)))
                continue
            elif ISSUER.search(text) and not parts:
                self.issuer = self.issuer or text
                self.evidence.setdefault("issuer", text)
            self.ledger.claim(line.raw, Claim("front_matter", text=line.text))
        return "".join(parts)

    def _forwarded(self, paragraphs: list[Paragraph]) -> int | None:
        """Where the plan that a covering notice forwards begins: the line that is its title."""
        match = FORWARDED.search(self.title)
        if not match:
            return None
        wanted = _bare(match.group(1))
        for place in range(self.body_at, len(paragraphs)):
            if _bare(paragraphs[place].text.text) == wanted:
                return place
        return None

    def _cover(self, paragraphs: list[Paragraph]) -> None:
        """The covering letter: signature and date are read, nothing of it is searched."""
        for paragraph in paragraphs:
            text = paragraph.text.text
            self._date(text)
            if NUMBER.match(text):
                self.number = self.number or normal_number(text)
            if ISSUER.search(text) and len(text) <= 40 and self.issuer is None:
                self.issuer = text
                self.evidence.setdefault("issuer", text)
            claim_front(paragraph, self.ledger)

    def _addressees(self, paragraphs: list[Paragraph]) -> None:
        while self.body_at < len(paragraphs):
            paragraph = paragraphs[self.body_at]
            text = paragraph.text.text
            note = text.startswith("（") and text.endswith("）")
            addressee = text.endswith("：") and "。" not in text
            if not (note or addressee) or heading_of(paragraph.text) is not None:
                return
            self.ledger.claim(paragraph.raw, Claim("front_matter", text=paragraph.text))
            self.body_at += 1

    def _date(self, text: str) -> None:
        match = DATE_LINE.match(text)
        if match and self.issued_on is None:
            try:
                self.issued_on = date(*(int(part) for part in match.groups()))
            except ValueError:
                return  # 2023年13月8日 states no date
            self.evidence.setdefault("issued_on", text)

    def facts(self) -> dict[str, str | date | None]:
        """What the document states of itself; null where it does not."""
        return {
            "title": self.title,
            "issuer": self.issuer,
            "number": self.number,
            "issued_on": self.issued_on,
        }

    def sign(self, paragraph: Paragraph) -> None:
        """Read a line of the close: the date, or the issuer's signature."""
        text = paragraph.text.text
        self._date(text)
        if self.number is None and NUMBER.match(text):
            self.number = normal_number(text)
            self.evidence.setdefault("number", text)
        if self.issuer is None and ISSUER.search(text) and len(text) <= 30:
            self.issuer = text
            self.evidence.setdefault("issuer", text)


def _bare(text: str) -> str:
    return re.sub(r"[《》<>〈〉“”\"‘’'（）()\s#]", "", text)


def normal_number(text: str) -> str:
    """A 文号 with the brackets the standard asks for: 豫建人教〔2022〕19号."""
    return re.sub(r"[［\[（(]\s*(\d{4})\s*[］\])）]", r"〔\1〕", re.sub(r"\s", "", text))


def bare_title(text: Mapped) -> Mapped:
    """A title without the # that Markdown puts before it."""
    return text[len(text.text) - len(text.text.lstrip("# ")) :]


def is_note(block: SourceBlock) -> bool:
    """Whether a line is a date, a contact or a note such as 抄送, and so no part of a text."""
    text = clean(block.cells[0])[0].text
    contact = CONTACT.search(text) is not None and len(text) <= 60
    return contact or bool(DATE_LINE.match(text) or CLOSING.match(text))


def claim_front(paragraph: Paragraph, ledger: Ledger) -> None:
    """Claim a line of the head or close, telling contact lines apart."""
    if CONTACT.search(paragraph.text.text):
        claim = Claim("contact", text=paragraph.text, why="联系人和电话，不进入检索")
    elif CLOSING.match(paragraph.text.text):
        claim = Claim("left_out", text=paragraph.text, why="抄送、公开方式等附注")
    else:
        claim = Claim("front_matter", text=paragraph.text)
    ledger.claim(paragraph.raw, claim)


def split_annexes(
    paragraphs: list[Paragraph], ledger: Ledger
) -> tuple[list[Paragraph], list[list[Paragraph]]]:
    """The body, and each annex from the line 附件 that opens it; their list is left out."""
    main: list[Paragraph] = []
    annexes: list[list[Paragraph]] = []
    listing = False
    for paragraph in paragraphs:
        text = paragraph.text.text
        listing = bool(ANNEX_LIST.match(text)) or (listing and re.match(r"\d", text) is not None)
        if ANNEX.match(text):
            annexes.append([paragraph])
        elif annexes:
            annexes[-1].append(paragraph)
        elif listing:
            ledger.claim(paragraph.raw, Claim("left_out", text=paragraph.text, why="附件目录"))
        else:
            main.append(paragraph)
    return main, annexes


def take_close(main: list[Paragraph], head: Head, ledger: Ledger) -> list[Paragraph]:
    """Take signature, date, copies and contact lines off the end of the body."""
    end = len(main)
    while end and _closes(main[end - 1]):
        end -= 1
    for paragraph in main[end:]:
        head.sign(paragraph)
        claim_front(paragraph, ledger)
    body = []
    for paragraph in main[:end]:
        text = paragraph.text.text
        if CONTACT.search(text) and len(text) <= 60 and heading_of(paragraph.text) is None:
            claim_front(paragraph, ledger)
        else:
            body.append(paragraph)
    return body


def _closes(paragraph: Paragraph) -> bool:
    text = paragraph.text.text
    signature = len(text) <= 30 and ISSUER.search(text) and heading_of(paragraph.text) is None
    return bool(
        CLOSING.match(text)
        or DATE_LINE.match(text)
        or (CONTACT.search(text) and len(text) <= 60)
        or signature
    )
