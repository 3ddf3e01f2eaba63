"""Extraction and themes against the hand-read registry in ``evals/gold/registry``.

Rows of the extractor and of the gold are paired within a measure, each with at most one other, by
the fields that make a row what it is; precision, recall and F1 are over all pairs of all measures
(micro). The other fields are then compared within the pairs. Every figure is a ratio of sums over
measures, and its 95 % interval is that of 1,000 resamples of the measures (Efron, 1979).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from corpus.model import Practice
from corpus.registry import ChildRow
from corpus.text import fold
from corpus.themes import taxonomy
from evals.registry_gold import GoldMeasure, GoldThemes, Split, load, load_themes, shipped
from ingest.extract.themes import Themes

RESAMPLES = 1000
SEED = 20240601
FRAME = "implementation"  # parent of the themes of a document's frame

Extract = Callable[[Practice], Sequence[ChildRow]]
Assign = Callable[[Practice], Themes]
# One unit of people is as good as another.
_PEOPLE = frozenset("名人位")


@dataclass(frozen=True)
class Comparison:
    """How the rows of a table are told alike.

    Attributes:
        name: what it is called in the results.
        table: the table whose rows it compares.
        same: whether a gold row and an extracted one may be paired.
        distinct: what of a row counts once in a measure; by default every row counts.
        fields: name → agreement of a pair in that field, 0 to 1, or None where it has no bearing.
    """

    name: str
    table: str
    same: Callable[[Any, Any], bool]
    distinct: Callable[[Any], Hashable] = id
    fields: Mapping[str, Callable[[Any, Any], float | None]] = field(default_factory=dict)


@dataclass
class Tally:
    """Sums by comparison, or comparison and field, and by measure."""

    rows: dict[str, dict[str, tuple[int, int, int]]]
    fields: dict[str, dict[str, tuple[float, int]]]
    errors: list[dict[str, Any]]


def plain_name(name: str) -> str:
    """A name as it is compared: folded, without quotation marks and a trailing 等.

    >>> plain_name("“云建宝”等")
    '云建宝'
    """
    return fold(name).replace('"', "").strip().removesuffix("等")


def overlap(one: str | None, other: str | None) -> float:
    """Dice's coefficient of two texts' characters; two missing texts are alike.

    >>> overlap("建筑工人", "工人")
    0.6666666666666666
    """
    a, b = Counter(fold(one or "")), Counter(fold(other or ""))
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def _equal(name: str) -> Callable[[Any, Any], float | None]:
    return lambda gold, row: float(getattr(gold, name) == getattr(row, name))


def _change(name: str) -> Callable[[Any, Any], float | None]:
    """Agreement in a field that only changes have."""
    equal = _equal(name)
    return lambda gold, row: equal(gold, row) if gold.kind == "change" else None


def _title(title: str | None) -> str | None:
    return None if title is None else fold(title).strip("《》")


def _same_document(gold: Any, row: Any) -> bool:
    """Alike in title or in number."""
    by_number = gold.number is not None and fold(gold.number) == fold(row.number or "")
    return by_number or (gold.title is not None and _title(gold.title) == _title(row.title))


def _quantity(row: Any) -> tuple[Hashable, ...]:
    numbers = (getattr(row, name) for name in ("value", "low", "high", "before", "after"))
    unit = "人" if row.unit in _PEOPLE else row.unit
    return (*(n if n is None else round(n, 6) for n in numbers), unit, row.comparator)


def _dates(row: Any) -> tuple[Hashable, ...]:
    return row.start, row.end, row.recurrence


COMPARISONS = (
    Comparison(
        "actors, name and role",
        "actors",
        lambda gold, row: (plain_name(gold.name), gold.role) == (plain_name(row.name), row.role),
    ),
    Comparison(
        "actors, name",
        "actors",
        lambda gold, row: plain_name(gold.name) == plain_name(row.name),
        distinct=lambda row: plain_name(row.name),
        fields={"type": _equal("type")},
    ),
    Comparison("instruments, type", "instruments", lambda gold, row: bool(gold.type == row.type)),
    Comparison(
        "platforms, name",
        "platforms",
        lambda gold, row: plain_name(gold.name) == plain_name(row.name),
        fields={"kind": _equal("kind")},
    ),
    Comparison(
        "policy documents",
        "policy_documents",
        _same_document,
        fields={"relation": _equal("relation")},
    ),
    Comparison(
        "indicators",
        "indicators",
        lambda gold, row: _quantity(gold) == _quantity(row),
        fields={
            "kind": _equal("kind"),
            "per": _equal("per"),
            "as_of": _equal("as_of"),
            "adcode": _equal("adcode"),
            "before_comparator": _change("before_comparator"),
            "after_comparator": _change("after_comparator"),
            "subject overlap": lambda gold, row: overlap(gold.subject, row.subject),
        },
    ),
    Comparison(
        "deadlines",
        "deadlines",
        lambda gold, row: _dates(gold) == _dates(row),
        fields={"precision": _equal("precision")},
    ),
)


def evaluate(split: Split, extract: Extract, themes: Assign) -> dict[str, Any]:
    """Run the extractor and the themes over a split of the gold and compare.

    Args:
        split: of the gold.
        extract: practice → its child rows, of all tables together.
        themes: practice → its themes.

    Returns:
        What :func:`compare` returns, and ``split``; of the test split without ``errors``, since
        nobody is to look at them.

    Raises:
        ValueError: the gold is malformed.
    """
    practices = shipped()
    measures = load(split)
    entries = load_themes(split)
    result = compare(
        measures,
        {measure.id: extract(practices[measure.id]) for measure in measures},
        entries,
        {entry.id: themes(practices[entry.id]) for entry in entries},
        practices,
    )
    if split == "test":
        del result["errors"]
    return {"split": split, **result}


def compare(
    measures: Sequence[GoldMeasure],
    rows: Mapping[str, Sequence[ChildRow]],
    entries: Sequence[GoldThemes],
    themes: Mapping[str, Themes],
    practices: Mapping[str, Practice],
) -> dict[str, Any]:
    """Score rows and themes against gold.

    Args:
        measures: the gold rows.
        rows: measure → what was extracted from it; a measure without an entry has none.
        entries: the gold themes.
        themes: entry → its themes.
        practices: the texts.

    Returns:
        ``measures``: how many; ``tables``: comparison → ``gold``, ``found`` and ``matched`` rows
        and ``precision``, ``recall``, ``f1``; ``fields``: comparison and field → agreement within
        the pairs; ``themes``: see :func:`compare_themes`; ``grounding`` and ``review``: shares of
        extracted rows; ``errors``: what is missing, extra or differs, a row each. A figure has
        ``value``, ``low``, ``high``, and ``of``, what it is a share of; all three None if nothing.
    """
    tally = Tally(defaultdict(dict), defaultdict(dict), [])
    for measure in measures:
        for comparison in COMPARISONS:
            _compare(comparison, measure, rows.get(measure.id, ()), tally)
    ids = [measure.id for measure in measures]
    grounded = {m: [_grounded(row, practices[m]) for row in rows.get(m, ())] for m in ids}
    doubted = {m: [row.status == "needs_review" for row in rows.get(m, ())] for m in ids}
    return {
        "measures": len(measures),
        "tables": {name: _scores([of[m] for m in ids]) for name, of in tally.rows.items()},
        "fields": {name: share([of[m] for m in ids]) for name, of in tally.fields.items()},
        "grounding": share([(sum(grounded[m]), len(grounded[m])) for m in ids]),
        "review": share([(sum(doubted[m]), len(doubted[m])) for m in ids]),
        "themes": compare_themes(entries, themes),
        "errors": tally.errors + _theme_errors(entries, themes),
    }


def _grounded(row: ChildRow, practice: Practice) -> bool:
    words = practice.text[row.quote_start : row.quote_end]
    return row.measure_id == practice.id and row.quote == words


def _compare(
    comparison: Comparison, measure: GoldMeasure, rows: Iterable[ChildRow], tally: Tally
) -> None:
    """Add one measure's counts and errors."""
    gold = _distinct(getattr(measure, comparison.table), comparison)
    found = _distinct((row for row in rows if comparison.table == row.TABLE), comparison)
    pairs = _pairs(gold, found, comparison)
    tally.rows[comparison.name][measure.id] = (len(gold), len(found), len(pairs))
    place = {"id": measure.id, "comparison": comparison.name}
    paired = {id(one) for pair in pairs for one in pair}
    for what, side in (("missing", gold), ("extra", found)):
        left = (one for one in side if id(one) not in paired)
        tally.errors.extend({**place, "what": what, "row": _shown(one)} for one in left)
    for name, agreement in comparison.fields.items():
        values = [(agreement(*pair), pair) for pair in pairs]
        counted = [(value, pair) for value, pair in values if value is not None]
        agreed = sum(value for value, _ in counted)
        tally.fields[f"{comparison.name}: {name}"][measure.id] = (agreed, len(counted))
        tally.errors.extend(
            {**place, "what": name, "row": _shown(row), "gold": _shown(one)}
            for value, (one, row) in counted
            if value < 0.5
        )


def _distinct(rows: Iterable[Any], comparison: Comparison) -> list[Any]:
    """The rows, of those that count once only the first."""
    first: dict[Hashable, Any] = {}
    for row in rows:
        first.setdefault(comparison.distinct(row), row)
    return list(first.values())


def _pairs(gold: Sequence[Any], found: Sequence[Any], by: Comparison) -> list[tuple[Any, Any]]:
    """Gold and extracted rows that are alike, each in one pair, those that agree best first."""
    alike = [(one, row) for one in gold for row in found if by.same(one, row)]
    pairs: dict[int, tuple[Any, Any]] = {}
    for one, row in sorted(alike, key=lambda pair: -_likeness(pair[0], pair[1], by)):
        if not {id(one), id(row)} & pairs.keys():
            pairs[id(one)] = pairs[id(row)] = (one, row)
    return [pairs[id(one)] for one in gold if id(one) in pairs]


def _likeness(gold: Any, row: Any, by: Comparison) -> float:
    """Agreement of fields and quotes; only the order of several possible partners hangs on it."""
    fields = sum(agreement(gold, row) or 0.0 for agreement in by.fields.values())
    return fields + overlap(gold.quote, row.quote)


def _shown(row: Any) -> dict[str, Any]:
    """A row's own values, for the list of errors."""
    hidden = set(ChildRow.model_fields) - {"quote"}
    values: dict[str, Any] = row.model_dump(exclude=hidden, exclude_none=True)
    return values


def compare_themes(entries: Sequence[GoldThemes], themes: Mapping[str, Themes]) -> dict[str, Any]:
    """Themes against gold.

    Returns:
        ``entries``: how many; ``main``: share with the right main theme; ``without frame``: the
        same over those whose gold theme is not of a document's frame; ``secondary``: scores of
        the secondary themes; ``review``: share marked for a person to look at.
    """
    pairs = [(entry, themes[entry.id]) for entry in entries]
    right = [(int(entry.theme == found.main), 1) for entry, found in pairs]
    framed = [taxonomy()[entry.theme].parent == FRAME for entry in entries]
    return {
        "entries": len(entries),
        "main": share(right),
        "without frame": share([(0, 0) if f else r for r, f in zip(right, framed, strict=True)]),
        "secondary": _scores([
            (len(g.secondary), len(f.secondary), len(set(g.secondary) & set(f.secondary)))
            for g, f in pairs
        ]),
        "review": share([(int(found.needs_review), 1) for _, found in pairs]),
    }  # fmt: skip


def _theme_errors(
    entries: Sequence[GoldThemes], themes: Mapping[str, Themes]
) -> list[dict[str, Any]]:
    return [
        {
            "id": entry.id,
            "comparison": "themes",
            "what": "main",
            "row": {"theme": themes[entry.id].main},
            "gold": {"theme": entry.theme},
        }
        for entry in entries
        if themes[entry.id].main != entry.theme
    ]


def _scores(counts: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    """Precision, recall and F1 of (gold, found, matched) by measure."""
    return {
        "gold": sum(gold for gold, _, _ in counts),
        "found": sum(found for _, found, _ in counts),
        "matched": sum(matched for _, _, matched in counts),
        "precision": share([(matched, found) for _, found, matched in counts]),
        "recall": share([(matched, gold) for gold, _, matched in counts]),
        "f1": share([(2 * matched, gold + found) for gold, found, matched in counts]),
    }


def share(parts: Sequence[tuple[float, int]]) -> dict[str, float | None]:
    """Sum of numerators over sum of denominators, with its 95 % interval over the parts.

    Args:
        parts: numerator and denominator of each measure.

    Returns:
        ``of``: the sum of denominators; ``value``, ``low``, ``high``, None where that is 0.
    """
    sums = np.asarray(parts, dtype=np.float64).reshape(-1, 2)
    above, below = sums.sum(axis=0)
    if below == 0:
        return {"of": 0, "value": None, "low": None, "high": None}
    draws = np.random.default_rng(SEED).integers(0, len(sums), (RESAMPLES, len(sums)))
    drawn = sums[draws].sum(axis=1)
    # A resample may hold nothing that counts.
    ratios = drawn[drawn[:, 1] > 0]
    low, high = np.percentile(ratios[:, 0] / ratios[:, 1], [2.5, 97.5])
    return {"of": int(below), "value": float(above / below), "low": float(low), "high": float(high)}


def render(result: Mapping[str, Any]) -> str:
    """The scores as a text table."""
    themes = result["themes"]
    lines = [
        f"Registry, {result['split']} split (evals/gold/registry), {result['measures']} measures, "
        f"{themes['entries']} with themes; shares with 95 % intervals",
        f"{'rows':<24}{'gold':>6}{'found':>6}{'match':>6}"
        + "".join(f"{name:>20}" for name in ("precision", "recall", "F1")),
    ]
    tables = {**result["tables"], "themes, secondary": themes["secondary"]}
    for name, row in tables.items():
        counts = f"{row['gold']:>6}{row['found']:>6}{row['matched']:>6}"
        cells = "".join(f"{_cell(row[key]):>20}" for key in ("precision", "recall", "f1"))
        lines.append(f"{name:<24}{counts}{cells}")
    lines.append(f"{'share':<42}{'of':>6}{'':>20}")
    shares = {
        **result["fields"],
        "themes, main": themes["main"],
        "themes, main, without frame": themes["without frame"],
        "themes, for review": themes["review"],
        "rows, quote is the text at its span": result["grounding"],
        "rows, for review": result["review"],
    }
    lines += [f"{name:<42}{row['of']:>6}{_cell(row):>20}" for name, row in shares.items()]
    return "\n".join(line.rstrip() for line in lines)


def _cell(figure: Mapping[str, float | None]) -> str:
    if figure["value"] is None:
        return "–"
    return f"{figure['value']:.3f} [{figure['low']:.2f}, {figure['high']:.2f}]"
