"""What a reader makes of a file: its decoded text, cut into blocks that know their offsets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from corpus.model import Span
from ingest.mapped import Mapped


@dataclass(frozen=True)
class SourceBlock:
    """A paragraph, or a row of a table as its cells. Cells may be empty but keep their place."""

    kind: Literal["paragraph", "row"]
    cells: tuple[Mapped, ...]
    style: str = ""  # the HTML tag of a paragraph (h1 … h6, p), empty where unknown


@dataclass(frozen=True)
class SourceFile:
    """A file as its reader read it.

    ``text`` is the decoded file, which all offsets index. ``blocks`` hold what there is to parse,
    in source order. ``furniture`` are stretches that carry no content and why (tags, navigation,
    scripts). ``metadata`` holds what the file's own metadata table states: any of ``title``,
    ``issuer``, ``number``, ``issued_on`` (ISO date), ``published_on``, ``index_number``; with
    ``metadata_spans`` where each was read. ``truncated`` says that the file ends in the middle of a
    character, a tag, a script or an unclosed element: something that followed is missing.
    """

    name: str
    sha256: str
    encoding: str
    text: str
    blocks: tuple[SourceBlock, ...]
    furniture: tuple[tuple[Span, str], ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    metadata_spans: dict[str, Span] = field(default_factory=dict)
    truncated: bool = False
