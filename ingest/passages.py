"""Passages: what of a practice is embedded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import Passage, Practice

# A static embedding averages over its text and a transformer reads 512 tokens: up to so many
# characters a practice is one passage; longer ones are cut into pieces as long as a short one.
WHOLE = 480
PIECE = 320
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+$")


def cut(practice: Practice) -> Iterator[Passage]:
    """The passages of a practice, in order; each begins and ends with whole sentences.

    A sentence longer than a piece is cut hard, so no passage exceeds ``WHOLE`` characters.
    """
    context = contextualise(practice)
    for number, text in enumerate(_pieces(practice.text)):
        yield Passage(
            id=f"{practice.id}#{number}",
            practice_id=practice.id,
            document_id=practice.document_id,
            text=text,
            context=context,
        )


def contextualise(practice: Practice) -> str:
    """What a passage is about, put before its text when it is embedded."""
    region = practice.region.name if practice.region else ""
    parts = (region, practice.task or "", practice.measure or "", practice.title)
    return " ".join(part for part in parts if part)


def _pieces(text: str) -> Iterator[str]:
    if len(text) <= WHOLE:
        yield text
        return
    piece = ""
    for sentence in _sentences(text):
        if piece and len(piece) + len(sentence) > PIECE:
            yield piece.strip()
            piece = ""
        piece += sentence
    if piece.strip():
        yield piece.strip()


def _sentences(text: str) -> Iterator[str]:
    for match in SENTENCE.finditer(text):
        sentence = match.group()
        for start in range(0, len(sentence), WHOLE):
            yield sentence[start : start + WHOLE]
