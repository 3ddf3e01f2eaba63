"""A course pack: what every format of it says.

All its text is fit to be shown, see ``api.course.words.clean``.
``Lesson.number`` is also the number of the lesson's source note.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from corpus.model import Frozen, Span

FactKind = Literal[
    "actor", "instrument", "indicator", "deadline", "platform", "policy_document", "mechanism"
]


class Quote(Frozen):
    """Words that something was read from: ``text[start:end]`` of the lesson's text."""

    text: str
    start: int
    end: int


class Fact(Frozen):
    """What the registry has of a practice, for one line of its table."""

    kind: FactKind
    label: str = Field(description="What it is: 牵头, 数字 …")
    value: str
    quotes: tuple[Quote, ...] = Field(description="The words it was read from, at least one.")
    waiting: bool = Field(description="A person has still to check it.")


class Lesson(Frozen):
    """One practice or plan item."""

    number: int = Field(description="Place in the pack, from 1; of its source note too.")
    practice_id: str
    kind: str = Field(description="经验做法 or 方案条目.")
    region: str = Field(description="Official full name; 地区未定 where it is not settled.")
    title: str
    heading: str = Field(description="region｜title.")
    task: str | None
    measure: str | None
    theme: str | None = Field(description="Label of its main theme.")
    text: str = Field(description="Its whole text.")
    facts: tuple[Fact, ...]
    doubts: tuple[str, ...] = Field(description="What could not be settled in the source.")
    citation: str
    source_url: str | None = Field(description="Web address of the document, where it is one.")


class Section(Frozen):
    """Lessons that stand together; without a title where the pack has no outline."""

    title: str
    lessons: tuple[Lesson, ...]


class Case(Frozen):
    """One practice in a comparison; what the text does not state is empty."""

    number: int = Field(description="Of its lesson.")
    heading: str
    instruments: tuple[str, ...]
    actors: tuple[str, ...]
    figures: tuple[str, ...]


class Contrast(Frozen):
    """Practices on the same matter that go about it by different means."""

    matter: str = Field(description="Their theme, or else their task.")
    shared: tuple[str, ...] = Field(description="Instruments that all of them use.")
    cases: tuple[Case, ...]


class Discussion(Frozen):
    """A question without one right answer, and what the texts offer to it."""

    question: str
    points: tuple[str, ...]
    numbers: tuple[int, ...] = Field(description="The lessons it is about.")


class Check(Frozen):
    """A question with its answer, read in a text."""

    question: str
    answer: str
    quote: Quote
    sentence: Span = Field(description="Where in the lesson's text the words around it stand.")
    context: str = Field(description="These words.")
    number: int = Field(description="Of its lesson.")
    citation: str


class CoursePack(Frozen):
    """A course pack."""

    title: str
    audience: str
    made_on: date
    documents: tuple[str, ...] = Field(description="Titles of the documents it draws on.")
    sections: tuple[Section, ...]
    contrasts: tuple[Contrast, ...]
    discussions: tuple[Discussion, ...]
    checks: tuple[Check, ...]

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """All lessons, in order."""
        return tuple(lesson for section in self.sections for lesson in section.lessons)
