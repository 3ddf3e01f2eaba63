"""A page as a flat stream of what opens, closes, breaks and says something, with exact offsets.

The elements are kept as a light tree (every node knows its parent), but all passes run over the
stream in source order, so that neither the depth nor the size of a page matters. Inline elements
leave no node unless they are furniture: they do not break text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from corpus.model import Span


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Elements that begin and end a paragraph.
BLOCKS = _tags(
    "address article aside blockquote body caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html "
    "legend li main menu nav ol optgroup option p pre section summary table tbody td tfoot th "
    "thead tr ul ucapcontent ucaptitle"
)
VOID = _tags(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr"
)
# Elements whose content is never part of what is read, and why.
UNREAD = {
    "head": "head",
    "title": "head",
    "script": "script",
    "style": "style",
    "noscript": "noscript",
    "noframes": "noscript",
    "template": "template",
    "nav": "navigation",
    "menu": "navigation",
    "footer": "footer",
    **dict.fromkeys(("select", "datalist", "button", "textarea"), "form control"),
    **dict.fromkeys(
        ("iframe", "object", "svg", "canvas", "video", "audio", "map", "applet"), "embedded object"
    ),
}
IN_HEAD = frozenset(("title", "meta", "link", "script", "style", "base", "noscript", "template"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SECTIONS = frozenset(("thead", "tbody", "tfoot"))
CELLS = frozenset(("td", "th"))
INSIDE_TABLE = SECTIONS | CELLS | {"tr", "caption"}
# An end tag inside one of these does not reach an element outside of it.
BARRIERS = CELLS | {"table", "caption"}
# Left open at the end of a page without </html>, these show that the page is cut.
STRUCTURE = _tags("html body div table tbody tr td th section article main ul ol form script style")


@dataclass(eq=False, slots=True)
class Node:
    """An element, and what the measuring pass finds out about it."""

    tag: str
    parent: Node | None
    index: int  # place in the page's nodes
    start: int
    body: int  # offset after its start tag
    last: int = 0  # place in the page's nodes after its last descendant
    why: str = ""  # why it is furniture, where its tag or its words say so
    soft: bool = False  # ``why`` is a hint of class, id or style that its content may outweigh
    known: int = 0  # 2: a container that content systems put the article in; 1: loosely so
    heading: bool = False
    table: Node | None = None  # of a row
    row: Node | None = None  # of a cell
    colspan: int = 1
    rowspan: int = 1
    nested: int = 0  # open inline elements of the same name inside an inline node
    # Measured:
    text: int = 0  # characters, without white space
    link: int = 0  # those inside links
    paragraphs: int = 0  # innermost block elements with text inside it
    cells: int = 0  # of a row: those with text; of a table: rows with at least two of them
    data: bool = False  # a table that holds data rather than the layout of the page
    header: Node | None = None  # of a table: its first row with text
    short: bool = True  # of a row: all its cells are short
    heaviest: int = 0  # of a table: text of the largest cell with many paragraphs
    holds_known: bool = False
    holds_table: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of source text between two pieces of markup, entities undecoded."""

    start: int
    end: int
    link: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One step through the page in source order."""

    kind: Literal["open", "close", "break"]
    node: Node


@dataclass
class Page:
    """A parsed page."""

    source: str
    root: Node
    nodes: list[Node] = field(default_factory=list)  # in source order, the root first
    events: list[Event | Text] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    meta: dict[str, tuple[str, Span]] = field(default_factory=dict)
    title: list[Text] = field(default_factory=list)
    rest: int = 0  # offset from which nothing could be tokenised: a cut tag, comment or script
    cut: Span | None = None  # markup that shows that the page is cut
