"""The account of a source: which part every character of it plays.

Nothing of a source may vanish. Each stage claims the characters it used; what nobody claims is
left out by name, with a doubt, so that a person sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.model import Block, LeftOut, Role, Span
from ingest.cleaning import clean
from ingest.mapped import Mapped

UNCLAIMED = "解析器没有认出这段文字"
TAG = re.compile(r"<[^<>]*>")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Claim:
    """A part played by some characters: the role, whose it is, its readable text, and why."""

    role: Role
    practice_id: str | None = None
    text: Mapped | None = None
    why: str = ""


class Ledger:
    """Claims on the characters of one source. A later claim on a character replaces an earlier."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._claims: list[Claim] = []
        self._owner = [-1] * len(source)

    def claim(self, text: Mapped, claim: Claim) -> None:
        """Claim the characters ``text`` stands for."""
        self._claim(text.at, claim)

    def claim_span(self, span: Span, claim: Claim) -> None:
        """Claim an unbroken stretch of the source."""
        self._claim(range(*span), claim)

    def _claim(self, offsets: Iterable[int], claim: Claim) -> None:
        self._claims.append(claim)
        for offset in offsets:
            self._owner[offset] = len(self._claims) - 1

    def words(self, start: int, end: int) -> str:
        """The source's own characters of a stretch; markup and white space as one space."""
        span = range(max(start, 0), min(end, len(self.source)))
        return SPACE.sub(" ", "".join(" " if self._markup(i) else self.source[i] for i in span))

    def skipped(self, offset: int) -> int:
        """The first offset from there on that is neither white space nor markup."""
        while offset < len(self.source) and (self.source[offset].isspace() or self._markup(offset)):
            offset += 1
        return offset

    def _markup(self, offset: int) -> bool:
        owner = self._owner[offset]
        return owner >= 0 and self._claims[owner].role == "markup"

    def close(self) -> tuple[tuple[Block, ...], tuple[LeftOut, ...]]:
        """The blocks that cover every non-space character, and what is left out."""
        self._claim_rest()
        blocks = [self._block(claim, start, end) for claim, start, end in self._runs()]
        left_out = [
            LeftOut(text=block.text, why=claim.why, start=block.start, end=block.end)
            for block, (claim, _, _) in zip(blocks, self._runs(), strict=True)
            if block.role in ("left_out", "contact")
        ]
        return tuple(blocks), tuple(left_out)

    def _claim_rest(self) -> None:
        """Unclaimed tags are markup; other unclaimed stretches are left out by name."""
        for match in TAG.finditer(self.source):
            if all(self._owner[i] < 0 for i in range(*match.span())):
                self.claim_span(match.span(), Claim("markup", why="标签"))
        rest = [i for i, owner in enumerate(self._owner) if owner < 0]
        free = [i for i in rest if not self.source[i].isspace()]
        if free:
            self._claim(free, Claim("left_out", why=UNCLAIMED))

    def _runs(self) -> list[tuple[Claim, int, int]]:
        """Stretches of one claim; white space and markup within a stretch do not break it."""
        runs: list[list[int]] = []
        markup = {i for i, claim in enumerate(self._claims) if claim.role == "markup"}
        for offset, owner in enumerate(self._owner):
            if owner < 0 or self.source[offset].isspace():
                continue
            if runs and runs[-1][0] == owner:
                runs[-1][2] = offset + 1
            elif len(runs) > 1 and runs[-2][0] == owner and runs[-1][0] in markup:
                runs.pop()
                runs[-1][2] = offset + 1
            else:
                runs.append([owner, offset, offset + 1])
        return [(self._claims[owner], start, end) for owner, start, end in runs]

    def _block(self, claim: Claim, start: int, end: int) -> Block:
        if claim.text is not None:
            inside = [start <= at < end for at in claim.text.at]
            text = "".join(c for c, here in zip(claim.text.text, inside, strict=True) if here)
        elif claim.role == "markup":
            text = self.source[start:end]
        else:
            text = clean(Mapped.of(self.source[start:end], start))[0].text
        if not text.strip():  # an entity that stands for white space
            return Block(role="markup", text=self.source[start:end], start=start, end=end)
        return Block(
            role=claim.role, text=text.strip(), start=start, end=end, practice_id=claim.practice_id
        )
