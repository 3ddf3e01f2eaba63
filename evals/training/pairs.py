"""Pairs of texts that belong together, derived from statutes without any labels.

Every pair has a *left* side, shaped like something a person types or a fragment of text, and a
*right* side, shaped like a passage. Everyday words come from ``everyday.tsv`` beside this file and
from the search's thesaurus, whole questions from ``questions.tsv``.
"""

from __future__ import annotations

import json
import lzma
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

EVERYDAY = Path(__file__).parent / "everyday.tsv"
QUESTIONS = Path(__file__).parent / "questions.tsv"
THESAURUS = Path(__file__).parents[2] / "corpus" / "vocabulary" / "thesaurus"
MIN_CHARS = 6
MAX_CHARS = 400
MAX_PARAPHRASES = 60_000

_SENTENCE_END = re.compile(r"(?<=[。；！？])|\n+")
_ITEM = re.compile(r"^\s*(?:（[一二三四五六七八九十百]+）|[(（]?\d{1,2}[)）.．、])\s*")
_CONDITION = re.compile(r"^(.{6,60}?的)，(.{8,})$", re.DOTALL)
_NOT_TOPIC = re.compile(
    r"^(?:.{2,8}?(?:省|自治区|特别行政区|经济特区|自治州|自治县|地区|市|县|区))+"
    r"|(?:管理|实施)?(?:条例|办法|规定|若干规定|细则)?(?:（.*）)?$"
)
_PLACE = re.compile(
    r"^(?!最高|全国).{2,9}?(?:省|自治区|特区|自治州|自治县|地区|市|县|区)(?!域|划|分)"
)
_TAG = re.compile(r"<[^>]+>")
_PRACTICE = re.compile(r"\n\s*\n|(?=<p>)|\n(?=（?[一二三四五六七八九十]+[、）])")

FRAMES = (
    "{}怎么办", "{}怎么处理", "{}怎么处罚", "{}违法吗", "{}合法吗", "{}可以吗", "{}有什么规定",
    "{}要承担什么责任", "{}需要什么条件", "{}如何规定", "{}有哪些做法", "{}怎么做", "{}会怎么样",
    "{}要不要赔偿", "{}由谁负责", "{}应该找谁", "{}有没有时间限制", "{}怎么申请", "{}算不算犯罪",
    "请问{}", "如果{}，该怎么办", "为什么{}", "什么是{}", "哪些情况下{}", "我想问{}，法律怎么规定",
    "对于{}，应当如何处理", "{}，这样可以吗", "{}吗", "{}", "{}", "{}", "{}",
)  # fmt: skip


@dataclass(frozen=True)
class Article:
    """One article of a statute, or one passage of a document.

    Attributes:
        law: title of the statute or document.
        chapter: heading above the article, "" where there is none.
        text: the article's own text.
    """

    law: str
    chapter: str
    text: str


@dataclass(frozen=True)
class Pair:
    """Two texts that belong together.

    Attributes:
        kind: how the pair was derived.
        left: the query-like side.
        right: the passage-like side.
        article: index of the article it came from; pairs of one article are no negatives of
            each other.
    """

    kind: str
    left: str
    right: str
    article: int


@dataclass(frozen=True)
class Everyday:
    """Official terms and what people say for them.

    Attributes:
        groups: (official terms, everyday words), one per line of the file.
    """

    groups: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    _by_term: dict[str, tuple[str, ...]] = field(init=False, repr=False)
    _sizes: dict[str, tuple[int, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_term: dict[str, tuple[str, ...]] = {}
        for terms, words in self.groups:
            for term in terms:
                by_term[term] = (*by_term.get(term, ()), *words)
        sizes: dict[str, set[int]] = defaultdict(set)
        for term in by_term:
            sizes[term[0]].add(len(term))
        longest_first = {char: tuple(sorted(found)[::-1]) for char, found in sizes.items()}
        object.__setattr__(self, "_by_term", by_term)
        object.__setattr__(self, "_sizes", longest_first)

    @property
    def words(self) -> list[str]:
        """Terms and words of at most three characters, sorted: longer ones are mostly phrases."""
        every = {word for group in self.groups for side in group for word in side}
        return sorted(word for word in every if len(word) <= 3)

    def terms_in(self, text: str) -> set[str]:
        """Return the official terms that stand in ``text``, longer ones before shorter."""
        return {text[start:end] for start, end in self._found(text)}

    def speak(self, text: str, rng: random.Random) -> str:
        """Replace official terms of ``text`` by everyday words, most of them."""
        said, at = [], 0
        for start, end in self._found(text):
            if rng.random() < 0.8:
                said += [text[at:start], rng.choice(self._by_term[text[start:end]])]
                at = end
        return "".join([*said, text[at:]])

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        at = 0
        while at < len(text):
            sizes = self._sizes.get(text[at], ())
            size = next((n for n in sizes if text[at : at + n] in self._by_term), 0)
            if size:
                yield at, at + size
            at += size or 1


def read_everyday(path: Path = EVERYDAY) -> Everyday:
    """Read the tab-separated file of official terms and everyday words.

    Raises:
        ValueError: a line does not hold two non-empty sides.
    """
    return Everyday(tuple(_lines(path)))


@dataclass(frozen=True)
class Asked:
    """Questions and how to find the articles that answer them.

    Attributes:
        law: part of the law's title, "" for any.
        fragments: all of these stand in the article.
        questions: as people put them.
    """

    law: str
    fragments: tuple[str, ...]
    questions: tuple[str, ...]

    def answers(self, articles: Sequence[Article]) -> list[int]:
        """Return the indexes of the articles, of the law of just this title if there are any."""
        found = [
            index
            for index, article in enumerate(articles)
            if self.law in article.law and all(part in article.text for part in self.fragments)
        ]
        return [index for index in found if articles[index].law == self.law] or found


def read_thesaurus(folder: Path = THESAURUS) -> Everyday:
    """Read the everyday words of the search's thesaurus, official words on the other side."""
    groups = []
    for path in sorted(folder.glob("*.toml")):
        for group in tomllib.loads(path.read_text(encoding="utf-8"))["group"]:
            official = (group["preferred"], *group.get("synonyms", ()))
            if spoken := tuple(group.get("everyday", ())):
                groups.append((official, spoken))
    return Everyday(tuple(groups))


def read_questions(path: Path = QUESTIONS) -> list[Asked]:
    """Read the tab-separated file of fragments of articles and questions that these answer.

    Raises:
        ValueError: a line does not hold two non-empty sides.
    """
    asked = []
    for fragments, questions in _lines(path):
        law = fragments[0].removeprefix("@") if fragments[0].startswith("@") else ""
        asked.append(Asked(law, fragments[1:] if law else fragments, questions))
    return asked


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON objects, one a line, from a plain or ``.xz`` file."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_articles(path: Path) -> list[Article]:
    """Read statute articles: JSON lines with ``law``, ``chapter`` and ``text``."""
    return [Article(row["law"], row.get("chapter") or "", row["text"]) for row in read_jsonl(path)]


def read_documents(folder: Path) -> list[Article]:
    """Read the ``.txt`` documents of ``folder`` as unlabelled passages, roughly cut."""
    articles = []
    for path in sorted(folder.glob("*.txt")):
        passages = [_plain(piece) for piece in _PRACTICE.split(path.read_text(encoding="utf-8"))]
        passages = [passage for passage in passages if len(passage) >= 3 * MIN_CHARS]
        title = passages[0][:60] if passages else ""
        articles += [Article(title, "", passage) for passage in passages[1:]]
    return articles


def sentences(text: str) -> list[str]:
    """Cut ``text`` after 。；！？ and at line ends; pieces under six characters are dropped."""
    pieces = (piece.strip() for piece in _SENTENCE_END.split(text))
    return [piece for piece in pieces if len(piece) >= MIN_CHARS]


def topic(law: str) -> str:
    """Return what a regulation is about: its title without place and kind.

    >>> topic("河南省旅游条例")
    '旅游'
    """
    return _NOT_TOPIC.sub("", law)


def is_local(law: str) -> bool:
    """Return whether a regulation's title begins with a place."""
    return bool(_PLACE.match(law))


def derive(
    articles: Sequence[Article],
    everyday: Everyday,
    rng: random.Random,
    *,
    asked: Sequence[Asked] = (),
    per_group: int = 300,
    per_question: int = 30,
) -> list[Pair]:
    """Derive all pairs from ``articles``; deterministic for a given state of ``rng``.

    Args:
        articles: statutes' articles and documents' passages, those of one law together.
        everyday: official terms and everyday words.
        rng: source of every random choice.
        asked: whole questions.
        per_group: most articles used for one line of everyday words.
        per_question: pairs made of one whole question.
    """
    pairs: list[Pair] = []
    for index, article in enumerate(articles):
        pairs += article_pairs(index, article, everyday, rng)
    pairs += everyday_pairs(articles, everyday, rng, per_group)
    pairs += asked_pairs(articles, asked, everyday, rng, per_question)
    pairs += paraphrase_pairs(articles, rng)
    return [pair for pair in pairs if pair.left and pair.right]


def article_pairs(
    index: int, article: Article, everyday: Everyday, rng: random.Random
) -> Iterator[Pair]:
    """Yield the pairs that one article gives by itself."""
    parts = sentences(article.text)
    if article.law and rng.random() < 0.3:
        yield Pair("place", f"{article.law} {_heading(article.chapter)}", article.text[:MAX_CHARS],
                   index)  # fmt: skip
    if len(parts) > 1:
        for chosen in rng.sample(range(len(parts)), 2):
            rest = "".join(parts[:chosen] + parts[chosen + 1 :])
            yield Pair("rest", parts[chosen], rest[:MAX_CHARS], index)
        first = rng.randrange(len(parts) - 1)
        yield Pair("neighbour", parts[first], parts[first + 1], index)
    yield from _item_pairs(index, article, rng)
    if parts and (match := _CONDITION.match(rng.choice(parts))):
        yield Pair("clause", match[1], match[2], index)
    count = min(5, 1 + len(article.text) // 40) * (1 if is_local(article.law) else 2)
    for _ in range(count if parts else 0):
        right = passage(article) if rng.random() < 0.7 else article.text[:MAX_CHARS]
        yield Pair("question", question(article, rng.choice(parts), everyday, rng), right, index)


def everyday_pairs(
    articles: Sequence[Article], everyday: Everyday, rng: random.Random, per_group: int
) -> Iterator[Pair]:
    """Yield everyday questions for the articles in which an official term stands.

    Each line of everyday words gets about as many pairs as any other, so that common terms do not
    crowd out the rare ones.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for index, article in enumerate(articles):
        for term in sorted(everyday.terms_in(article.text[:MAX_CHARS])):
            places[term].append(index)
    for terms, words in everyday.groups:
        found = sorted({index for term in terms for index in places[term]})
        for index in rng.sample(found, min(per_group, len(found))):
            article = articles[index]
            parts = [s for s in sentences(article.text) if any(term in s for term in terms)]
            said = rng.choice(words)
            if parts and rng.random() < 0.6:
                said = f"{said} {everyday.speak(shorten(rng.choice(parts), rng), rng)}"
            yield Pair("everyday", rng.choice(FRAMES).format(said), passage(article), index)
        for term in terms:
            for word in words:
                yield Pair("word", word, term, -1)


def asked_pairs(
    articles: Sequence[Article],
    asked: Sequence[Asked],
    everyday: Everyday,
    rng: random.Random,
    per_question: int,
) -> Iterator[Pair]:
    """Yield each whole question, as it is or with more words, with articles that answer it."""
    for one in asked:
        found = one.answers(articles)
        for said in one.questions if found else ():
            for _ in range(per_question):
                index = rng.choice(found)
                parts = sentences(articles[index].text)
                more = rng.random()
                if more < 0.2:
                    left = f"{said} {rng.choice(one.questions)}"
                elif more < 0.4 and parts:
                    left = f"{said} {everyday.speak(shorten(rng.choice(parts), rng), rng)}"
                else:
                    left = said
                yield Pair("asked", left, passage(articles[index]), index)


def paraphrase_pairs(articles: Sequence[Article], rng: random.Random) -> list[Pair]:
    """Pair articles of different regulations on one topic that say nearly the same.

    Nearly the same: Jaccard similarity of their character bigrams between 0.2 and 0.8.
    """
    by_topic: dict[str, list[int]] = defaultdict(list)
    for index, article in enumerate(articles):
        if len(name := topic(article.law)) >= 2 and len(article.text) >= 20:
            by_topic[name].append(index)
    pairs = []
    for indexes in by_topic.values():
        grams = {i: _bigrams(articles[i].text[:MAX_CHARS]) for i in indexes}
        if len({articles[i].law for i in indexes}) < 2:
            continue
        for i in indexes:
            others = [j for j in indexes if articles[j].law != articles[i].law]
            best = max(
                rng.sample(others, min(60, len(others))),
                key=lambda j: _jaccard(grams[i], grams[j]),
            )
            if 0.2 <= _jaccard(grams[i], grams[best]) <= 0.8:
                pairs.append(
                    Pair("paraphrase", articles[i].text[:MAX_CHARS],
                         articles[best].text[:MAX_CHARS], best)
                )  # fmt: skip
    rng.shuffle(pairs)
    return pairs[:MAX_PARAPHRASES]


def question(article: Article, part: str, everyday: Everyday, rng: random.Random) -> str:
    """Make something like a lay question of a sentence of ``article``.

    It is shorter, framed, in half of all cases in everyday words, and sometimes begins with what
    the law is about.
    """
    match = _CONDITION.match(part)
    said = shorten(match[1] if match and rng.random() < 0.6 else part, rng)
    if article.law and rng.random() < 0.25:
        said = f"{topic(article.law)} {said}"
    if rng.random() < 0.5:
        said = everyday.speak(said, rng)
    return rng.choice(FRAMES).format(said)


def shorten(text: str, rng: random.Random, longest: int = 30) -> str:
    """Return one or two neighbouring comma-separated clauses of ``text``, without end mark."""
    clauses = [c for c in re.split(r"[，、；：。！？\s]", text) if len(c) > 1] or [text]
    start = rng.randrange(len(clauses))
    return "".join(clauses[start : start + rng.choice((1, 2))])[:longest].removesuffix("的")


def passage(article: Article) -> str:
    """Return an article as a search engine stores it: the law's title, then the text."""
    return f"{article.law} {article.text}"[:MAX_CHARS]


def _lines(path: Path) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        sides = [tuple(side.split()) for side in line.split("\t")]
        if len(sides) != 2 or not all(sides):
            raise ValueError(f"{path}:{number}: expected terms, a tab and words")
        yield sides[0], sides[1]


def _item_pairs(index: int, article: Article, rng: random.Random) -> Iterator[Pair]:
    lines = [line.strip() for line in article.text.splitlines() if line.strip()]
    lead = ""
    items: list[tuple[str, str]] = []
    for line in lines:
        if _ITEM.match(line):
            items.append((lead, _ITEM.sub("", line)))
        elif line.endswith("："):
            lead = line
    items = [(lead, item) for lead, item in items if lead and len(item) > 3]
    for lead, item in rng.sample(items, min(2, len(items))):
        yield Pair("item", item, lead, index)


def _heading(chapter: str) -> str:
    return re.sub(r"^第[一二三四五六七八九十百]+[编章节]\s*", "", chapter)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _TAG.sub("", text)).strip()


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)
