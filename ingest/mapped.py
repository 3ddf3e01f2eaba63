"""Text that remembers where each of its characters stands in the source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corpus.model import Span


@dataclass(frozen=True)
class Mapped:
    """A string and, for each code point of it, its offset in the decoded source.

    Inserted characters carry the offset of the character they follow.
    """

    text: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, text: str, start: int = 0) -> Mapped:
        """Text that stands in the source at ``start``, unbroken."""
        return cls(text, tuple(range(start, start + len(text))))

    @classmethod
    def join(cls, parts: Iterable[Mapped], between: str = "") -> Mapped:
        """Concatenate, with ``between`` inserted where given."""
        text: list[str] = []
        at: list[int] = []
        for part in parts:
            if text and between:
                text.append(between)
                at.extend([at[-1]] * len(between))
            text.append(part.text)
            at.extend(part.at)
        return cls("".join(text), tuple(at))

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __getitem__(self, key: slice) -> Mapped:
        return Mapped(self.text[key], self.at[key])

    def __add__(self, other: Mapped) -> Mapped:
        return Mapped(self.text + other.text, self.at + other.at)

    @property
    def start(self) -> int:
        """Source offset of the first character."""
        return self.at[0]

    @property
    def end(self) -> int:
        """Source offset after the last character."""
        return self.at[-1] + 1

    def strip(self) -> Mapped:
        """Without white space at either end."""
        left = len(self.text) - len(self.text.lstrip())
        right = len(self.text.rstrip())
        return self[left:right] if right > left else Mapped("", ())

    def keep(self, wanted: Callable[[int, str], bool]) -> Mapped:
        """Only the characters for which ``wanted(index, character)`` holds."""
        kept = [i for i, char in enumerate(self.text) if wanted(i, char)]
        return Mapped("".join(self.text[i] for i in kept), tuple(self.at[i] for i in kept))

    def replace(self, start: int, end: int, new: str) -> Mapped:
        """With ``[start:end]`` replaced; new characters stand where the old ones began."""
        anchor = self.at[start] if start < len(self.at) else (self.at[-1] if self.at else 0)
        kept = min(len(new), end - start)
        at = self.at[start : start + kept] + (anchor,) * (len(new) - kept)
        return Mapped(
            self.text[:start] + new + self.text[end:], self.at[:start] + at + self.at[end:]
        )

    def sub(self, pattern: re.Pattern[str], new: str | Callable[[str], str]) -> Mapped:
        """Every match of ``pattern`` replaced, by a literal or by what ``new`` makes of it."""
        text: list[str] = []
        at: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            words = new if isinstance(new, str) else new(match.group())
            kept = min(len(words), end - start)
            text += [self.text[done:start], words]
            at += [*self.at[done : start + kept], *[self.at[start]] * (len(words) - kept)]
            done = end
        return Mapped("".join(text) + self.text[done:], (*at, *self.at[done:]))

    def spans(self, source: str) -> tuple[Span, ...]:
        """The source's stretches it is made of; only white space between pieces joins them."""
        spans: list[list[int]] = []
        for offset in sorted(set(self.at)):
            if spans and not source[spans[-1][1] : offset].strip():
                spans[-1][1] = offset + 1
            else:
                spans.append([offset, offset + 1])
        return tuple((start, end) for start, end in spans)
