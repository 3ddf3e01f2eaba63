from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import ui

FOLDER = Path(ui.__file__).parent
CSS = (FOLDER / "style.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--ts-([\w-]+): (#[0-9a-f]{6});", CSS))
AA = 4.5  # WCAG 2.2, 1.4.3: text of normal size


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "background"),
    [
        *((text, "paper") for text in ("ink", "muted", "accent", "warn", "error", "info")),
        *((text, "soft") for text in ("ink", "muted")),
        ("ink", "accent-soft"),
        ("muted", "accent-soft"),
        ("accent", "accent-soft"),
        ("ink", "mark"),
        ("warn", "warn-soft"),
        ("error", "error-soft"),
        ("info", "info-soft"),
        ("paper", "accent"),
        *(("ink", f"heat-{step}") for step in (1, 2, 3)),
        *(("paper", f"heat-{step}") for step in (4, 5)),
    ],
)
def test_text_can_be_read(text: str, background: str) -> None:
    assert contrast(COLOURS[text], COLOURS[background]) >= AA


def test_the_theme_and_the_style_sheet_share_their_colours() -> None:
    theme = tomllib.loads((FOLDER / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    assert theme["primaryColor"] == COLOURS["accent"]
    assert theme["backgroundColor"] == COLOURS["paper"]
    assert theme["secondaryBackgroundColor"] == COLOURS["soft"]
    assert theme["textColor"] == COLOURS["ink"]
    assert theme["borderColor"] == COLOURS["line"]
    assert contrast(theme["linkColor"], COLOURS["paper"]) >= AA


def test_every_colour_used_is_named_and_every_name_is_used() -> None:
    used = set(re.findall(r"var\(--ts-([\w-]+)\)", CSS))
    assert used <= set(COLOURS)
    rules = CSS.split("}", 1)[1]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)


def test_every_class_the_pages_write_has_a_look() -> None:
    written = set()
    for module in FOLDER.glob("*.py"):
        for names in re.findall(r'class="(ts-[\w -]*)', module.read_text(encoding="utf-8")):
            written |= {name for name in names.split() if not name.endswith("-")}
    plain = {"ts-then", "ts-block-other"}
    assert {name for name in written if f".{name}" not in CSS} <= plain


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert "http" not in CSS and "@import" not in CSS
    for picture in ("icon.svg", "logo.svg"):
        text = (FOLDER / picture).read_text(encoding="utf-8")
        assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_no_module_here_hides_a_package_of_ours() -> None:
    """Streamlit puts this folder first on the module path."""
    names = {path.stem for path in FOLDER.iterdir()}
    assert not names & {"corpus", "ingest", "api", "ui", "evals", "tests"}
