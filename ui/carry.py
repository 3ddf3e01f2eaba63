"""The basket in the browser: it goes along wherever a link leads.

Streamlit's own navigation drops what an address says, and makes each change of an address a step
of the browser's history. This lets the navigation take the basket along, and a change of nothing
but the basket replace the address, so that one step back is one page back. Links of ours in HTML
get the basket when they are about to be followed, also into another tab. Where it does not work,
the server puts the basket into the address all the same, one step of history later.
"""

from __future__ import annotations

import streamlit as st

# A constant: nothing of a document ever gets into a script.
_SCRIPT = """<script data-carry>
(() => {
  if (history.tsCarries) return;
  history.tsCarries = true;
  const BASKET = /([?&])basket=[^&]*&?/;
  const said = () => location.search.match(/[?&](basket=[^&]*)/)?.[1];
  const bare = search => search.replace(BASKET, "$1").replace(/[?&]$/, "");
  const carry = link => {
    const rest = bare(link.search), basket = said();
    link.search = basket ? rest + (rest ? "&" : "?") + basket : rest;
  };
  const replace = history.replaceState.bind(history);
  const push = history.pushState.bind(history);
  history.pushState = (state, title, to) => {
    const url = new URL(to ?? location.href, location.href);
    const here = url.pathname === location.pathname;
    if (!here) carry(url);
    (here && bare(url.search) === bare(location.search) ? replace : push)(state, title, url.href);
  };
  const about = event => {
    const link = event.target.closest?.("a[href]:not([download])");
    if (link && link.origin === location.origin && !link.hash) carry(link);
  };
  document.addEventListener("pointerdown", about, true);
  document.addEventListener("focusin", about, true);
})();
</script>"""


def carry() -> None:
    """Let links and history carry the basket along."""
    with st.container(key="ts-script-carry"):
        st.html(_SCRIPT, unsafe_allow_javascript=True)
