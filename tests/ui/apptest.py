"""Pages drawn by Streamlit's ``AppTest``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import ui

APP = Path(ui.__file__).with_name("app.py")


def open_at(url_path: str = "", /, **params: Any) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=20)
    if url_path:
        # AppTest.switch_page knows pages that are files; ours are functions.
        test._page_hash = calc_hash(url_path)
    test.query_params.update(params)
    test.run()
    assert not test.exception
    return test


def html(test: AppTest) -> str:
    return "\n".join(element.body for element in test.html)


def markdown(test: AppTest) -> str:
    """Everything on the page that Streamlit reads as Markdown."""
    bodies = [element.value for kind in (test.markdown, test.caption) for element in kind]
    labels = [element.label for kind in (test.button, test.expander) for element in kind]
    return "\n".join([*bodies, *labels])
