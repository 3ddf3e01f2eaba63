"""Entry of the UI: ``python -m streamlit run ui/app.py``. The API's address: ``TASHAN_API_URL``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.basket import begin, course_title, settle
from ui.basket_bar import basket_bar
from ui.carry import carry
from ui.compare_page import compare_page
from ui.course_page import course_page
from ui.document_page import document_page
from ui.documents_page import documents_page
from ui.draft_page import draft_page
from ui.help_page import help_page
from ui.parts import dress, guarded
from ui.practice_page import practice_page
from ui.registry_page import registry_page
from ui.search_page import search_page

# Files of ours: Streamlit would fetch an icon or emoji named here from the internet.
ICON = str(Path(__file__).with_name("icon.svg"))
LOGO = str(Path(__file__).with_name("logo.svg"))


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="他山", page_icon=ICON, layout="wide")
    begin()
    pages = {
        "search": st.Page(guarded(search_page), title="检索", default=True),
        "draft": st.Page(guarded(draft_page), title="逐条找先例", url_path="draft"),
        "compare": st.Page(guarded(compare_page), title="比较", url_path="compare"),
        "registry": st.Page(guarded(registry_page), title="登记表", url_path="registry"),
        "course": st.Page(guarded(course_page), title=course_title(), url_path="course"),
        "practice": st.Page(
            guarded(practice_page), title="做法", url_path="practice", visibility="hidden"
        ),
        "document": st.Page(
            guarded(document_page), title="文件", url_path="document", visibility="hidden"
        ),
        # The first page has no path; who writes one gets there all the same.
        "named": st.Page(
            guarded(search_page), title="检索", url_path="search", visibility="hidden"
        ),
        "documents": st.Page(guarded(documents_page), title="文档", url_path="documents"),
        "help": st.Page(guarded(help_page), title="帮助", url_path="help"),
    }
    st.session_state["pages"] = pages  # for links between pages
    page = st.navigation(list(pages.values()), position="top")
    dress()
    st.logo(LOGO, icon_image=LOGO, size="medium")
    page.run()
    basket_bar(page.url_path)
    carry()
    settle()


if __name__ == "__main__":
    main()
