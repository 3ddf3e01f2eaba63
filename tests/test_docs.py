"""The README describes every command, option, setting and route."""

import argparse
import re
from pathlib import Path

import pytest

from api.cli import build_parser
from corpus.settings import Settings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def commands():
    (action,) = (a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    return action.choices


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_described(name):
    (row,) = (line for line in README.splitlines() if line.startswith(f"| `tashan {name}"))
    for action in commands()[name]._actions:
        for option in action.option_strings:
            if option.startswith("--") and option != "--help":
                assert option in row


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_described(field):
    assert f"| `TASHAN_{field.upper()}` |" in README


def test_every_route_is_described():
    from api.app import create_app

    def never():
        raise AssertionError("not to be loaded")

    paths = create_app(Settings(), never).openapi()["paths"]
    described = re.sub(r"\{\w+\}", "{id}", README)
    for path, methods in paths.items():
        shown = re.sub(r"\{\w+\}", "{id}", path)
        for method in methods:
            assert f"`{method.upper()} {shown}`" in described


def test_no_command_is_described_that_is_not_there():
    named = set(re.findall(r"^\| `tashan ([\w-]+)", README, re.M))
    assert named == set(commands())


def test_screenshots_and_files_that_are_linked_exist():
    root = Path(__file__).parent.parent
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (root / link).exists(), link
