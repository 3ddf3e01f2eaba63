"""Who acts in a measure: the organisations of its text that have a role in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import Practice
from corpus.registry import ActorRole, ActorRow, ordered, read_row
from ingest.extract.naming import Organisation
from ingest.extract.organisations import listed
from ingest.extract.place import Place
from ingest.extract.roles import roles
from ingest.extract.wording import Prose

_STOP = re.compile("[。；\n]")


def actors(practice: Practice) -> list[ActorRow]:
    """The organisations that act in a practice, one row for each name and role."""
    seen: set[tuple[str, str]] = set()
    rows = []
    for organisation, role in _acting(practice):
        if (organisation.name, role) not in seen:
            seen.add((organisation.name, role))
            rows.append(_row(practice, organisation, role))
    return ordered(rows)


def _acting(practice: Practice) -> Iterator[tuple[Organisation, ActorRole]]:
    """The organisations that have a role, with it, in the order of the text."""
    prose = Prose.of(practice.text)
    acted_until, led_until = -1, -1
    for members in listed(prose, practice.region):
        start, end = prose.clause(members.start, members.end)
        # After 人社部门牵头、 the next subject opens a clause of its own.
        chained = acted_until > start and prose.text[members.start - 1] == "、"
        clause = (members.start if chained else start, end)
        led = led_until >= 0 and not _STOP.search(prose.text, led_until, members.start)
        found = roles(Place(prose, members, clause, chained, led))
        if found is None:
            continue
        acted_until = members.end
        led_until = members.end if found[0] == "lead" else -1
        for organisation, role in zip(members.members, found, strict=True):
            if not organisation.place or role == "partner":
                yield organisation, role


def _row(practice: Practice, organisation: Organisation, role: ActorRole) -> ActorRow:
    return read_row(
        ActorRow,
        practice,
        (organisation.start, organisation.end),
        name=organisation.name,
        normalised_name=organisation.normalised_name,
        type=organisation.type,
        function=organisation.function,
        level=organisation.level,
        role=role,
    )
