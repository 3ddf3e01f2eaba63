"""The practices chosen for a course: kept for the session, and in the address of every page.

The address of a new session says what is in the basket; from then on the session knows, and the
address follows: a step back in the browser's history gives up nothing that was chosen since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

MOST = 100  # that a course pack takes
KEY = "basket"  # in the session, and in addresses
BETWEEN = "~"  # stands in no id, and for itself in an address


def chosen() -> tuple[str, ...]:
    """The ids chosen, in order."""
    return tuple(st.session_state.get(KEY, ()))


def packed(ids: Iterable[str]) -> str:
    """Ids as an address says them, the document left out where it is that of the one before.

    >>> packed(["list-1.5.1.2", "list-1.5.1.3", "plan.2"])
    'list-1.5.1.2~.5.1.3~plan.2'
    """
    said, before = [], ""
    for id_ in ids:
        document, dot, within = id_.partition(".")
        said.append(dot + within if within and document == before else id_)
        before = document
    return BETWEEN.join(said)


def unpacked(said: str) -> tuple[str, ...]:
    """The ids that an address says, each once, as many as a course pack takes."""
    ids: list[str] = []
    document = ""
    for one in said.split(BETWEEN):
        id_ = document + one if one.startswith(".") else one
        document = id_.partition(".")[0]
        if document and id_.strip():
            ids.append(id_.strip())
    return _kept(ids)


def _kept(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))[:MOST]


def begin() -> None:
    """In a new session, take what the address says; ``id`` is how links to 备课 once said it."""
    if KEY not in st.session_state:
        said = unpacked(st.query_params.get(KEY, ""))
        st.session_state[KEY] = said or _kept(st.query_params.get_all("id"))


def settle() -> None:
    """Bring the address in line with the session, at the end of a run.

    Sooner the browser would take it for the address of the page that is being left.
    """
    put(chosen())


def put(ids: Iterable[str]) -> None:
    """Let these be the ones chosen, each once, as many as a pack takes; the address says so."""
    st.session_state[KEY] = _kept(ids)
    said = packed(chosen())
    if said and st.query_params.get_all(KEY) != [said]:
        st.query_params[KEY] = said
    elif not said and KEY in st.query_params:
        del st.query_params[KEY]


def carried() -> dict[str, str]:
    """What the address of any page says of the basket."""
    said = packed(chosen())
    return {KEY: said} if said else {}


def visit(query: Mapping[str, str | list[str]]) -> None:
    """Make this, and the basket, what the address says; the page is drawn from it next."""
    st.query_params.from_dict({**query, **carried()})


def basket_button(practice_id: str, place: str = "") -> None:
    """A button by which a practice is chosen for a course, and given up again.

    Args:
        practice_id: the practice.
        place: where on the page it stands, if it may be shown there more than once.
    """
    inside = practice_id in chosen()
    st.button(
        "移出备课" if inside else "加入备课",
        key=f"basket-{place}-{practice_id}" if place else f"basket-{practice_id}",
        type="tertiary",
        disabled=not inside and len(chosen()) >= MOST,
        help=f"最多 {MOST} 条" if not inside and len(chosen()) >= MOST else None,
        on_click=toggle,
        args=(practice_id,),
    )


def toggle(practice_id: str) -> None:
    """Choose a practice, or give it up."""
    ids = chosen()
    others = [id_ for id_ in ids if id_ != practice_id]
    put(others if practice_id in ids else (*ids, practice_id))


def course_title() -> str:
    """What the page is called in the navigation: with the number chosen."""
    count = len(chosen())
    return f"备课（{count}）" if count else "备课"
