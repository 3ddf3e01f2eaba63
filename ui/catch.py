"""Links of ours inside HTML, followed without loading the page anew.

A table is HTML, and its links are addresses of this page. Left to itself the browser would load
the page again for each; this catches a plain click on ``a.ts-go`` and hands its query to Python.
Where it does not work, and with the keys that open a tab, the links do what links do.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import streamlit as st

# A constant: nothing of a document ever gets into a script.
_SCRIPT = """
export default function ({ parentElement, setTriggerValue }) {
  document.removeEventListener("click", parentElement.tsCatch);
  parentElement.tsCatch = event => {
    const link = event.target.closest("a.ts-go");
    const other = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || other) return;
    event.preventDefault();
    setTriggerValue("query", link.search);
  };
  document.addEventListener("click", parentElement.tsCatch);
  return () => document.removeEventListener("click", parentElement.tsCatch);
}
"""
KEY = "ts-catch"

_catcher = st.components.v2.component("tashan_catch", js=_SCRIPT, isolate_styles=False)


def catch(follow: Callable[[dict[str, list[str]]], None]) -> None:
    """Let links of the page be followed in place.

    Args:
        follow: called with the query parameters of a link that was clicked.
    """
    _catcher(key=KEY, on_query_change=lambda: follow(_clicked()))


def _clicked() -> dict[str, list[str]]:
    query = st.session_state[KEY].get("query") or ""
    return parse_qs(query.removeprefix("?"))
