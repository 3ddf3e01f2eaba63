"""What on a page is the article, what is a table of data, and what is furniture around them."""

from __future__ import annotations

import re

from ingest.html_tree import BLOCKS, Node, Page, Text

REFERENCE = re.compile(r"&#?\w{1,32};?")
CELL_HEADER = 20  # characters; a row of shorter cells can be a header row
HEAVY_CELL = 12  # paragraphs; a cell with more holds an article rather than a value
# Furniture of these kinds is short; anything longer that bears such a name is content.
SMALL = frozenset(
    ("share or print widget", "breadcrumb", "form control", "pagination", "advertisement")
)
SMALL_LIMIT = 200
SHARE_OF_PAGE = 0.4  # furniture in name that holds as much of the page's text is content
KNOWN_SHARE = 0.2  # a container by name that holds less of it is not the article's
DENSE_SHARE = 0.75
HEAVY_SHARE = 0.7


def lay_out(page: Page) -> list[Node]:
    """Measure the page, settle what is furniture and which tables hold data.

    Sets ``why`` and ``data`` of the page's nodes.

    Returns:
        The outermost nodes that hold the article.
    """
    _measure(page)
    _settle_furniture(page)
    for node in page.nodes:
        node.data = _is_data(node)
    return _main(page)


def _measure(page: Page) -> None:
    node, unread = page.root, 0
    for event in page.events:
        if isinstance(event, Text):
            if not unread:
                length = _length(page.source[event.start : event.end])
                node.text += length
                node.link += length * event.link
        elif event.kind == "open":
            node = event.node
            unread += bool(node.why and not node.soft)
        elif event.kind == "close":
            unread -= bool(event.node.why and not event.node.soft)
            node = event.node.parent or page.root
    # Children come after their parents, so going backwards every node is complete when reached.
    for node in reversed(page.nodes):
        if node.text:
            _count_in_table(node)
        if parent := node.parent:
            parent.text += node.text
            parent.link += node.link
            parent.paragraphs += node.paragraphs or (node.tag in BLOCKS and node.text > 0)
            parent.holds_known = parent.holds_known or node.holds_known or node.known == 2
            parent.holds_table = (
                parent.holds_table or node.holds_table or (node.tag == "table" and node.text > 0)
            )


def _length(raw: str) -> int:
    if "&" in raw:
        raw = REFERENCE.sub("·", raw)
    return sum(map(len, raw.split()))


def _count_in_table(node: Node) -> None:
    if node.row:
        node.row.cells += 1
        node.row.short = node.row.short and node.text <= CELL_HEADER
        if node.row.table and node.paragraphs > HEAVY_CELL:
            node.row.table.heaviest = max(node.row.table.heaviest, node.text)
    elif node.table:
        node.table.header = node
        node.table.cells += node.cells >= 2


def _settle_furniture(page: Page) -> None:
    """Let content outweigh the names of its containers, and furniture pass its reason down."""
    total = page.root.text - page.root.link
    article_end = 0
    for node in page.nodes[1:]:
        inside = node.index < article_end
        if node.parent and node.parent.why:
            node.why = node.parent.why
        elif node.soft and _outweighed(node, total, inside):
            node.why = ""
        if not node.why and not inside and node.known == 2:
            article_end = node.last


def _outweighed(node: Node, total: int, inside: bool) -> bool:
    own = node.text - node.link
    if node.known or node.holds_known or own >= SHARE_OF_PAGE * total > 0:
        return True
    return own > SMALL_LIMIT and (inside or node.why in SMALL)


def _is_data(node: Node) -> bool:
    """Whether a table holds data: two rows of two cells, and no article in one of its cells."""
    if node.tag != "table" or node.why or node.cells < 2 or node.holds_table or node.holds_known:
        return False
    has_header = node.header is not None and node.header.cells >= 3 and node.header.short
    return has_header or node.heaviest <= HEAVY_SHARE * node.text


def _main(page: Page) -> list[Node]:
    total = _own(page.root)
    for rank in (2, 1):
        found = _outermost(page, rank)
        if rank == 1 and found:
            found = [_innermost(page, max(found, key=_own))]
        if found and sum(map(_own, found)) >= KNOWN_SHARE * total:
            return found
    return [_densest(page)]


def _own(node: Node) -> int:
    return node.text - node.link


def _outermost(page: Page, rank: int) -> list[Node]:
    """Containers of that rank with text, that stand in no other of them."""
    found: list[Node] = []
    for node in page.nodes:
        if node.known != rank or node.why or not node.text:
            continue
        if not found or node.index >= found[-1].last:
            found.append(node)
    return found


def _innermost(page: Page, wrapper: Node) -> Node:
    """The innermost wrapper by name inside ``wrapper`` that holds nearly all of its text."""
    inner = wrapper
    for node in page.nodes[wrapper.index + 1 : wrapper.last]:
        nested = node.index < inner.last and node.known == 1 and not node.why
        if nested and _own(node) >= DENSE_SHARE * _own(wrapper):
            inner = node
    return inner


def _densest(page: Page) -> Node:
    """The innermost element that holds nearly all the text that is not links.

    Only elements with several paragraphs count, so that one long paragraph is not taken for the
    article and its short neighbours lost.
    """
    node = page.root
    while True:
        best, index = None, node.index + 1
        while index < node.last:
            child = page.nodes[index]
            if not child.why and child.paragraphs >= 3 and (not best or _own(child) > _own(best)):
                best = child
            index = child.last
        if best is None or best.data or _own(best) < DENSE_SHARE * _own(node):
            return node
        node = best
