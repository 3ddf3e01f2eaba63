"""HTML into a page: ``html.parser`` does the tokenising, the nesting is mended as browsers do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from html.entities import html5
from html.parser import HTMLParser

from ingest.html_tree import (
    BARRIERS,
    BLOCKS,
    CELLS,
    HEADINGS,
    IN_HEAD,
    INSIDE_TABLE,
    STRUCTURE,
    UNREAD,
    VOID,
    Event,
    Node,
    Page,
    Text,
)
from ingest.html_words import Attributes, container_rank, furniture_reason, names_title

COMMENT_END = re.compile("--!?>")
MALFORMED_TAG = re.compile("<[a-zA-Z]")
CUT_REFERENCE = re.compile("&(?:#[xX]?[0-9a-fA-F]*|[a-zA-Z][a-zA-Z0-9]*)?$")
# Stands in for "&": references are left for later, when text is spelled out, because the
# tokeniser's own handling of them stops at malformed ones. A noncharacter of Unicode.
AMPERSAND = "\uffff"
MAX_SPAN = 64  # columns or rows; no real table spans more
# An item ends the one before it, but not one that its own list stands in.
LIST_ITEMS = {
    "li": (("li",), ("ul", "ol")),
    "dd": (("dd", "dt"), ("dl",)),
    "dt": (("dd", "dt"), ("dl",)),
}
# What a part of a table ends; sections and captions end all parts.
IMPLIED_IN_TABLE = {"td": CELLS, "th": CELLS, "tr": CELLS | {"tr", "caption"}}


def parse_html(source: str) -> Page:
    """Parse decoded HTML. Never raises, takes linear time, keeps every character's offset."""
    builder = _Builder(source)
    builder.feed(source.replace("&", AMPERSAND))
    builder.finish()
    return builder.page


class _Builder(HTMLParser):
    """Turns tokens into a page, mending the nesting as browsers do."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Node("", None, 0, 0, 0)
        self.page = Page(source, self.root)
        self.page.nodes.append(self.root)
        self.lines = [0, *(match.end() for match in re.finditer("\n", source))]
        self.stack = [self.root]
        self.open_at: dict[str, list[int]] = {}  # tag → places in the stack
        self.barriers = [0]
        self.link_depth = 0  # place in the stack at which a link was opened
        self.comment: int | None = None
        self.ended = False

    # Tokeniser

    def check_for_whole_start_tag(self, i: int) -> int:
        """End of the start tag at ``i``; of a malformed one, after the next ``>``.

        Only a tag that nothing follows is incomplete: the page is cut in the middle of it.
        """
        end = super().check_for_whole_start_tag(i)
        if end > 0 and self.rawdata[end - 1] == ">":
            return end
        close = self.rawdata.find(">", i)
        if close < 0 or self.rawdata.find("<", i + 1) < 0:
            return -1
        return close + 1

    def parse_comment(self, i: int, report: bool = True) -> int:  # noqa: ARG002
        """End of the comment at ``i``, by the rules of HTML 5."""
        for empty in ("<!-->", "<!--->"):
            if self.rawdata.startswith(empty, i):
                self.handle_comment("")
                return i + len(empty)
        match = COMMENT_END.search(self.rawdata, i + 4)
        if match is None:
            return -1
        self.handle_comment("")
        return match.end()

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: ARG002
        """Word's ``<![if …]>`` and the like are comments up to the next ``>``."""
        return self.parse_bogus_comment(i)

    @property
    def here(self) -> int:
        """Offset of the token being handled."""
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def _comment_ends(self, offset: int) -> None:
        if self.comment is not None:
            self.page.comments.append((self.comment, offset))
            self.comment = None

    def handle_comment(self, data: str) -> None:  # noqa: ARG002
        """Note where a comment, declaration or instruction begins."""
        offset = self.here
        self._comment_ends(offset)
        self.comment = offset

    def handle_decl(self, decl: str) -> None:
        """As a comment."""
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        """As a comment."""
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        """As a comment."""
        self.handle_comment(data)

    def handle_data(self, data: str) -> None:
        """Keep a stretch of text."""
        start = self.here
        self._comment_ends(start)
        if self.cdata_elem is None and MALFORMED_TAG.match(data):
            return
        if data.isspace():
            # Between two pieces of text it parts words; elsewhere it only indents the markup.
            if not self.page.events or not isinstance(self.page.events[-1], Text):
                return
        elif self.stack[-1].tag == "head":
            self._close_to(len(self.stack) - 1)
        text = Text(start, start + len(data), self.link_depth > 0)
        if self.stack[-1].tag == "title" and not self.open_at.get("svg"):
            self.page.title.append(text)
        self.page.events.append(text)

    # Elements

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, closing what it implies to be closed."""
        start = self.here
        self._comment_ends(start)
        if tag == "meta":
            self._meta(dict(reversed(attrs)), start)
        elif tag in ("br", "hr"):
            self.page.events.append(Event("break", self.stack[-1]))
        elif tag == "a":
            has_target = any(name == "href" for name, _ in attrs)
            self.link_depth = len(self.stack) if has_target else 0
        elif tag not in VOID:
            self._open(tag, dict(reversed(attrs)), start)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and what is open inside it."""
        self._comment_ends(self.here)
        if tag == "a":
            self.link_depth = 0
        elif tag in ("html", "body"):
            self.ended = True
        elif tag in BLOCKS or tag in UNREAD or tag == "br":
            self._end_block(tag)
        elif places := self.open_at.get(tag):
            node = self.stack[places[-1]]
            if node.nested:
                node.nested -= 1
            elif places[-1] > self.barriers[-1]:
                self._close_to(places[-1])

    def _end_block(self, tag: str) -> None:
        place = self._place(tag)
        if place < 0 and tag in HEADINGS:  # any heading's end tag ends the open heading
            place = max(map(self._place, HEADINGS))
        if place > 0:
            self._close_to(place)
        else:  # the page may be a piece of one; what it closed came before
            self.page.events.append(Event("break", self.stack[-1]))

    def _place(self, tag: str) -> int:
        """Place in the stack of the open element that ``</tag>`` would close, or -1."""
        places = self.open_at.get(tag)
        if not places:
            return -1
        if tag == "table":
            reach = 0
        elif tag in INSIDE_TABLE:
            reach = self._table()
        else:
            reach = self.barriers[-1]
        return places[-1] if places[-1] > reach else -1

    def _table(self) -> int:
        tables = self.open_at.get("table")
        return tables[-1] if tables else 0

    def _close_to(self, place: int) -> None:
        while len(self.stack) > place:
            node = self.stack.pop()
            node.last = len(self.page.nodes)
            self.open_at[node.tag].pop()
            if self.barriers[-1] == len(self.stack):
                self.barriers.pop()
            self.page.events.append(Event("close", node))
        if self.link_depth > len(self.stack):
            self.link_depth = 0

    def _implied_end(self, tag: str) -> None:
        """Close what ``<tag>`` cannot be inside of."""
        if tag not in IN_HEAD:
            self._close_outermost(("head", "title"))
        if tag in BLOCKS:
            self._close_outermost(("p",))
        if tag in LIST_ITEMS:
            items, lists = LIST_ITEMS[tag]
            self._close_outermost(items, beyond=max(map(self._place, lists)))
        elif tag in INSIDE_TABLE and self._table():
            self._close_outermost(IMPLIED_IN_TABLE.get(tag, INSIDE_TABLE))
            if tag in CELLS and self._place("tr") < 0:
                self._push("tr", {}, self.here, self.here)

    def _close_outermost(self, tags: Iterable[str], beyond: int = 0) -> None:
        """Close the outermost of the innermost open elements of these names."""
        places = [place for tag in tags if (place := self._place(tag)) > max(beyond, 0)]
        if places:
            self._close_to(min(places))

    def _open(self, tag: str, attrs: Attributes, start: int) -> None:
        if tag in BLOCKS or tag in UNREAD:
            self._implied_end(tag)
            self._push(tag, attrs, start, start + len(self.get_starttag_text() or ""))
            return
        if places := self.open_at.get(tag):
            self.stack[places[-1]].nested += 1
        elif furniture_reason(attrs):
            self._push(tag, attrs, start, start + len(self.get_starttag_text() or ""))

    def _push(self, tag: str, attrs: Attributes, start: int, body: int) -> None:
        index = len(self.page.nodes)
        node = Node(tag, self.stack[-1], index, start, body, why=UNREAD.get(tag, ""))
        if attrs and not node.why:
            node.why = furniture_reason(attrs)
            node.soft = bool(node.why)
            node.known = container_rank(attrs)
            node.heading = names_title(attrs)
        if tag in HEADINGS:
            node.heading = True
        elif tag in ("article", "main", "ucapcontent"):
            node.known = max(node.known, 2 if tag == "ucapcontent" else 1)
        elif tag in ("header", "aside"):
            node.why, node.soft = tag, True
        if tag == "tr" and self._table():
            node.table = self.stack[self._table()]
        elif tag in CELLS and (row := self._place("tr")) > 0:
            node.row = self.stack[row]
            node.colspan = _number(attrs.get("colspan"))
            node.rowspan = _number(attrs.get("rowspan"))
        if tag in BARRIERS:
            self.barriers.append(len(self.stack))
        self.open_at.setdefault(tag, []).append(len(self.stack))
        self.stack.append(node)
        self.page.nodes.append(node)
        self.page.events.append(Event("open", node))

    def _meta(self, attrs: Attributes, start: int) -> None:
        name, content = (attrs.get("name") or "").lower(), attrs.get("content") or ""
        if name and content and name not in self.page.meta:
            begin = start + (self.get_starttag_text() or "").find(content)
            value = unescape(content.replace(AMPERSAND, "&"))
            self.page.meta[name] = (value, (begin, begin + len(content)))

    def finish(self) -> None:
        """Close what is open and note how the page ends."""
        page, end = self.page, len(self.page.source)
        page.rest = end - len(self.rawdata)
        self._comment_ends(page.rest)
        unclosed = [node for node in self.stack if node.tag in STRUCTURE]
        if self.rawdata:
            page.cut = (page.rest, end)
        elif reference := self._cut_reference():
            page.rest, page.cut = reference, (reference, end)
        elif unclosed and (self.cdata_elem is not None or not self.ended):
            page.cut = (unclosed[-1].start, unclosed[-1].body)
        self._close_to(1)
        self.root.last = len(page.nodes)

    def _cut_reference(self) -> int | None:
        """Where a character reference begins that the end of the page cuts; taken off the text."""
        events, source = self.page.events, self.page.source
        last = events[-1] if events else None
        if not isinstance(last, Text) or last.end < len(source):
            return None
        match = CUT_REFERENCE.search(source, max(last.start, last.end - 40))
        if match is None:
            return None
        name = match.group()[1:]
        known = any(entity.startswith(name) for entity in html5)
        if name in html5 or not (known or name.startswith("#")):
            return None
        events.pop()
        if last.start < match.start():
            events.append(Text(last.start, match.start(), last.link))
        return match.start()


def _number(value: str | None) -> int:
    """A column or row span: at least 1, at most ``MAX_SPAN``."""
    digits = re.match(r"\s*(\d{1,4})", value or "", re.ASCII)
    return max(1, min(int(digits[1]), MAX_SPAN)) if digits else 1
