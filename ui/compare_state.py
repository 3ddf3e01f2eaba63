"""What the page 比较 shows, as its address says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ui.state import Params

LEVELS = {"province": "汇总到省", "city": "汇总到市", "as_stated": "不汇总"}
DEPTHS = {"upper": "上级主题", "lower": "具体主题"}
VIEWS = {"matrix": "矩阵", "side": "并排", "gaps": "空白", "map": "分布"}
PEERS = {"corpus": "与全库同级地区比", "chosen": "只在所选地区之间比"}
KINDS = ("cell", "gap", "map", "unsettled")
LEAST = (2, 3, 5)  # peers that must do what makes a gap
SIDES = 4


@dataclass(frozen=True)
class Opened:
    """Evidence that is shown: of a cell, a gap or a tile; a theme or region left out means all."""

    kind: str
    adcode: str
    theme: str

    @classmethod
    def read(cls, said: str) -> Opened | None:
        """As an address has it; None where it makes no sense."""
        kind, _, rest = said.partition(".")
        adcode, _, theme = rest.partition(".")
        sound = kind in KINDS and (adcode or theme or kind == "unsettled")
        return cls(kind, adcode, theme) if sound else None

    def __str__(self) -> str:
        return f"{self.kind}.{self.adcode}.{self.theme}"


@dataclass(frozen=True)
class CompareState:
    """State of the page."""

    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    level: str = "province"
    depth: str = "upper"
    view: str = "matrix"
    peers: str = "corpus"
    least: int = LEAST[0]
    side: tuple[str, ...] = ()
    of: str = ""
    opened: Opened | None = None

    @classmethod
    def read(cls, params: Params) -> CompareState:
        """Read an address; what it says wrongly counts as not said."""

        def said(param: str, known: Sequence[str] | dict[str, str], default: str) -> str:
            values = params.get(param)
            return values[-1] if values and values[-1] in known else default

        def several(param: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(params.get(param, ())))

        least = said("least", [str(each) for each in LEAST], str(LEAST[0]))
        return cls(
            regions=several("region"),
            themes=several("theme"),
            level=said("level", LEVELS, "province"),
            depth=said("depth", DEPTHS, "upper"),
            view=said("view", VIEWS, "matrix"),
            peers=said("peers", PEERS, "corpus"),
            least=int(least),
            side=several("side")[:SIDES],
            of=(several("of") or ("",))[-1],
            opened=Opened.read((several("open") or ("",))[-1]),
        )

    def params(self) -> dict[str, str | list[str]]:
        """The query parameters that bring this state back; defaults are left out."""
        plain = CompareState()
        params: dict[str, str | list[str]] = {}
        for param, values in (
            ("region", self.regions),
            ("theme", self.themes),
            ("side", self.side),
        ):
            if values:
                params[param] = list(values)
        for name in ("level", "depth", "view", "peers", "least", "of"):
            if (value := getattr(self, name)) != getattr(plain, name):
                params[name] = str(value)
        if self.opened:
            params["open"] = str(self.opened)
        return params

    def request(self, details: Sequence[str] = ()) -> dict[str, Any]:
        """Body of ``POST /v1/compare`` for this state."""
        body: dict[str, Any] = {
            "regions": list(self.regions),
            "themes": list(self.themes),
            "level": self.level,
            "theme_level": self.depth,
        }
        if self.view == "gaps":
            body |= {"peers": self.peers, "least": self.least}
        if details:
            body["details"] = list(details)
        return body

    def map_request(self) -> dict[str, Any]:
        """The same themes over all provinces."""
        return {
            "regions": [],
            "themes": list(self.themes),
            "level": "province",
            "theme_level": self.depth,
        }

    def opening(self, kind: str, adcode: str = "", theme: str = "") -> CompareState:
        """With evidence shown."""
        return replace(self, opened=Opened(kind, adcode, theme))

    def closing(self) -> CompareState:
        """Without it."""
        return replace(self, opened=None)
