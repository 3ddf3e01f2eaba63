"""What the page 备课 reads of ``POST /v1/course-packs`` with ``format: json``."""

from __future__ import annotations

from ui.answers import Answer


class Quote(Answer):
    """Words of a practice's text."""

    text: str


class Fact(Answer):
    """A line of a facts table."""

    label: str
    value: str
    quotes: tuple[Quote, ...] = ()
    waiting: bool = False


class Lesson(Answer):
    """One practice of the pack."""

    number: int
    practice_id: str
    region: str
    heading: str
    theme: str | None = None
    facts: tuple[Fact, ...] = ()
    citation: str = ""


class Section(Answer):
    """A chapter; without a title where there are none."""

    title: str = ""
    lessons: tuple[Lesson, ...] = ()


class Case(Answer):
    """A practice in a comparison."""

    number: int
    heading: str
    instruments: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


class Contrast(Answer):
    """Practices on one matter by different means."""

    matter: str
    shared: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()


class Discussion(Answer):
    """A question to talk about."""

    question: str
    points: tuple[str, ...] = ()


class Check(Answer):
    """A question with its answer and where it stands."""

    question: str
    answer: str
    context: str
    number: int
    citation: str


class PackAnswer(Answer):
    """A pack, as data."""

    sections: tuple[Section, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    discussions: tuple[Discussion, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """All lessons, in order."""
        return tuple(lesson for section in self.sections for lesson in section.lessons)
