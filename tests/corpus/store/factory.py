"""Documents made up for the store's tests, and a way to open either engine."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import date

from corpus.model import (
    Block,
    Document,
    OutlineNode,
    ParsedDocument,
    ParseReport,
    Passage,
    Practice,
    Region,
    Source,
)
from corpus.store.base import EmbeddedPassage, EmbeddingSpec, Sparse

DIMENSION = 8
SPEC = EmbeddingSpec("测试模型", "f-1", DIMENSION)

CHONGQING = Region(adcode="500000", name="重庆市", level="province", path=("重庆市",))
HENAN = Region(adcode="410000", name="河南省", level="province", path=("河南省",))
XINYANG = Region(adcode="411500", name="河南省信阳市", level="city", path=("河南省", "信阳市"))
GUSHI = Region(
    adcode="411525",
    name="河南省信阳市固始县",
    level="county",
    path=("河南省", "信阳市", "固始县"),
)
WANZHOU = Region(adcode="500101", name="重庆市万州区", level="county", path=("重庆市", "万州区"))
REGIONS = (CHONGQING, HENAN, XINYANG, GUSHI, WANZHOU, None)
WORDS = (
    "全面推行农民工工资专户管理银行代发制度实名登记红黄蓝牌联合惩戒培训基地劳务输出品牌维权".strip()
)


def text_of(rng: random.Random, length: int = 60) -> str:
    return "".join(rng.choices(WORDS, k=length))


def vector_of(rng: random.Random, dimension: int = DIMENSION) -> list[float]:
    return [rng.gauss(0, 1) for _ in range(dimension)]


def sparse_of(rng: random.Random) -> Sparse:
    indices = sorted(rng.sample(range(60), 12))
    return Sparse(indices, [rng.uniform(0.2, 3.0) for _ in indices])


def make_practice(document_id: str, n: int, text: str, **changes: object) -> Practice:
    values: dict[str, object] = {
        "id": f"{document_id}/p{n}",
        "document_id": document_id,
        "kind": "practice",
        "task": "保障权益",
        "measure": f"举措{n % 3}",
        "path": ("一、保障权益",),
        "title": text[:8],
        "text": text,
        "source": Source(start=100 * n, end=100 * n + 90, spans=((100 * n, 100 * n + 90),)),
        "sequence": n,
    }
    return Practice.model_validate(values | changes)


def make_document(document_id: str, practices: Sequence[Practice], **changes: object) -> Document:
    texts = "".join(practice.text for practice in practices)
    values: dict[str, object] = {
        "id": document_id,
        "title": f"文件{document_id}",
        "kind": "practice_list",
        "sha256": hashlib.sha256(texts.encode()).hexdigest(),
        "file_name": f"{document_id}.txt",
    }
    return Document.model_validate(values | changes)


def make_parsed(
    document_id: str, practices: Sequence[Practice], **changes: object
) -> ParsedDocument:
    blocks = tuple(
        Block(
            role="practice",
            text=practice.text,
            start=practice.source.start,
            end=practice.source.end,
            practice_id=practice.id,
        )
        for practice in practices
    )
    ids = tuple(practice.id for practice in practices)
    return ParsedDocument(
        document=make_document(document_id, practices, **changes),
        practices=tuple(practices),
        outline=(OutlineNode(title="一、", level=1, start=0, end=9, practice_ids=ids),),
        blocks=blocks,
        report=ParseReport(practices=len(practices), plan_items=0),
    )


def embed(
    parsed: ParsedDocument, rng: random.Random, *, parts: int = 1, dimension: int = DIMENSION
) -> list[EmbeddedPassage]:
    """``parts`` passages for each practice, with random vectors."""
    return [
        EmbeddedPassage(
            Passage(
                id=f"{practice.id}/{part}",
                practice_id=practice.id,
                document_id=practice.document_id,
                text=practice.text,
                context=f"{practice.task} {practice.title}",
            ),
            vector_of(rng, dimension),
            sparse_of(rng),
            practice.text.lower(),
        )
        for practice in parsed.practices
        for part in range(parts)
    ]


def make_corpus(
    seed: int, documents: int = 6, practices: int = 12
) -> list[tuple[ParsedDocument, list[EmbeddedPassage]]]:
    """Random documents: lists and plans, dated and not, with and without regions."""
    rng = random.Random(seed)
    made = []
    for d in range(documents):
        kind = "practice" if d % 2 else "plan_item"
        items = [
            make_practice(
                f"d{d}",
                n,
                text_of(rng),
                kind=kind,
                region=rng.choice(REGIONS),
                task=rng.choice(["保障权益", "促进就业", None]),
                measure=rng.choice(["推动制度", "加强监管", None]),
                theme=rng.choice(["wages", "training", None]),
            )
            for n in range(practices)
        ]
        issued = date(2018 + d, 1 + d, 3 + d) if d % 3 else None
        parsed = make_parsed(f"d{d}", items, issued_on=issued, order=documents - d)
        made.append((parsed, embed(parsed, rng, parts=1 + d % 2)))
    return made
