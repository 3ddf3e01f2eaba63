"""The practices chosen for a course: kept for the session, and in the address of the page 备课."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

MOST = 100  # that a course pack takes
KEY = "basket"


def chosen() -> tuple[str, ...]:
    """The ids chosen, in order."""
    return tuple(st.session_state.get(KEY, ()))


def put(ids: Iterable[str]) -> tuple[str, ...]:
    """Let these be the ones chosen, each once, as many as a pack takes; gives them."""
    kept = tuple(dict.fromkeys(ids))[:MOST]
    st.session_state[KEY] = kept
    return kept


def basket_button(practice_id: str) -> None:
    """A button by which a practice is chosen for a course, and given up again."""
    inside = practice_id in chosen()
    st.button(
        "移出备课" if inside else "加入备课",
        key=f"basket-{practice_id}",
        type="tertiary",
        disabled=not inside and len(chosen()) >= MOST,
        on_click=_toggled,
        args=(practice_id,),
    )


def _toggled(practice_id: str) -> None:
    ids = chosen()
    others = [id_ for id_ in ids if id_ != practice_id]
    put(others if practice_id in ids else (*ids, practice_id))


def course_title() -> str:
    """What the page is called in the navigation: with the number chosen."""
    count = len(chosen())
    return f"备课（{count}）" if count else "备课"
