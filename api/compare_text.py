"""A comparison as lines of text, for a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any


def lines(answer: dict[str, Any]) -> Iterator[str]:
    """Each region with what it does, and what it lacks.

    Args:
        answer: of ``POST /v1/compare``, as JSON.
    """
    themes = {theme["id"]: theme["label"] for theme in answer["themes"]}
    held, lacking = defaultdict(list), defaultdict(list)
    for cell in answer["cells"]:
        if cell["count"]:
            held[cell["adcode"]].append(f"{themes[cell['theme']]} {cell['count']}")
    for gap in answer["gaps"]:
        label = f"{themes[gap['theme']]}（{len(gap['held_by'])} 地）"
        lacking[gap["adcode"]].append(label)
    for region in answer["regions"]:
        adcode = region["adcode"]
        yield f"{region['name']}（{adcode}）共 {region['total']} 条"
        if held[adcode]:
            yield f"    有：{'、'.join(held[adcode])}"
        if lacking[adcode]:
            yield f"    空白：{'、'.join(lacking[adcode])}"
    yield f"共 {answer['total']} 条；地区未定的 {answer['unsettled']} 条不在其中。"
    if answer["gaps"]:
        yield answer["comparable"]["definition"]
