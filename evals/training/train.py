"""Train the bundled static embedding model and save it for Sentence Transformers.

::

    python -m evals.training.train --articles PATH --documents corpus/documents --out FOLDER

The model is one vector per piece of text, averaged and normalised. It is trained by an in-batch
softmax over cosines, in both directions, more than once; the tables are put side by side and cut
back to the directions in which texts differ most. It is stored as 8-bit integers with one scale per
piece, in the layout that ``StaticEmbedding`` loads as float32.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evals.training.pairs import (
    Pair,
    derive,
    everyday_pairs,
    read_articles,
    read_documents,
    read_everyday,
    read_questions,
    read_thesaurus,
)
from evals.training.vocabulary import count_words, make_tokenizer

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
PER_ENTRY = 80  # most articles used for one entry of the thesaurus
SAMPLE = 50_000  # texts by which tables are joined


@dataclass(frozen=True)
class Recipe:
    """What a training run is made of.

    Attributes:
        runs: trainings that are joined; every second one keeps neighbouring articles together in
            its blocks instead of topics, for the sake of variety.
        pieces: most pieces of the vocabulary.
        dimension: components of a vector.
        epochs: passes over the pairs.
        batch: pairs a step; each pair's negatives are the other pairs of its batch.
        block: pairs of one topic kept together in a batch, as hard negatives.
        topics: clusters of articles, made anew for each epoch; 0: neighbouring articles instead.
        alike: cosine of two passages from which on they are no negatives of each other.
        rate: peak learning rate of Adam; it warms up over the first twentieth and falls to 0.
        scale: factor on the cosine before the softmax.
        drop: share of pieces left out of a text at random, on either side.
        seed: of every random choice.
        threads: processor threads.
    """

    runs: int = 2
    pieces: int = 40_000
    dimension: int = 512
    epochs: int = 2
    batch: int = 2048
    block: int = 8
    topics: int = 2000
    alike: float = 0.8
    rate: float = 0.02
    scale: float = 20.0
    drop: float = 0.2
    seed: int = 20240601
    threads: int = 2


@dataclass(frozen=True)
class Ragged:
    """Many sequences of piece ids in one array.

    Attributes:
        ids: all ids, one sequence after another.
        starts: where each sequence starts, and the total at the end; shape (sequences + 1,).
    """

    ids: Ints
    starts: Ints

    def take(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return the ids of ``rows`` and the row number in the batch that each belongs to."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        owner = np.repeat(np.arange(len(rows)), lengths)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.ids[self.starts[rows][owner] + within], owner


@dataclass(frozen=True)
class Encoded:
    """Pairs as rows into one table of encoded texts.

    Attributes:
        texts: every distinct text.
        left: row of each pair's left side.
        right: row of each pair's right side.
        article: article of each pair, -1 for none.
    """

    texts: Ragged
    left: Ints
    right: Ints
    article: Ints


def encode(pairs: Sequence[Pair], tokenizer: Tokenizer) -> Encoded:
    """Encode every distinct text once; pairs with an empty side are dropped."""
    rows: dict[str, int] = {}
    left = np.array([rows.setdefault(pair.left, len(rows)) for pair in pairs])
    right = np.array([rows.setdefault(pair.right, len(rows)) for pair in pairs])
    lengths, ids = [np.zeros(1, np.int64)], []
    for texts in _chunks(list(rows), 20_000):
        encodings = [e.ids for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        lengths.append(np.array([len(e) for e in encodings]))
        ids.append(np.array([i for e in encodings for i in e], dtype=np.int64))
    ragged = Ragged(np.concatenate(ids), np.cumsum(np.concatenate(lengths)))
    filled = np.diff(ragged.starts) > 0
    good = filled[left] & filled[right]
    article = np.array([pair.article for pair in pairs])
    return Encoded(ragged, left[good], right[good], article[good])


def batches(topic: Ints, recipe: Recipe, rng: np.random.Generator) -> Iterator[Ints]:
    """Yield the pairs of each batch of one epoch, blocks of one topic together.

    Args:
        topic: of each pair.
        recipe: sizes of batch and block.
        rng: source of every random choice.
    """
    order = np.lexsort((rng.random(len(topic)), topic))
    blocks = np.array_split(order, max(1, len(order) // recipe.block))
    order = np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])
    last = len(order) - recipe.batch + 1 if len(order) >= recipe.batch else 1
    for start in range(0, last, recipe.batch):
        yield order[start : start + recipe.batch]


def initial_weights(encoded: Encoded, size: int, recipe: Recipe) -> Floats:
    """Return random vectors as long as their piece is rare; shape (size, dimension).

    The length is a / (a + p) with a = 0.001, p the piece's frequency (smooth inverse frequency,
    Arora et al. 2017). Pieces that do not occur are zero and stay so.
    """
    counts = np.bincount(encoded.texts.ids, minlength=size)
    length = 1e-3 / (1e-3 + counts / counts.sum()) * (counts > 0)
    length[0] = 0.0
    rng = np.random.default_rng(recipe.seed)
    vectors = rng.standard_normal((size, recipe.dimension)) * 0.1
    weights: Floats = (vectors * length[:, None]).astype(np.float32)
    return weights


def topics(encoded: Encoded, table: torch.Tensor, recipe: Recipe, rng: np.random.Generator) -> Ints:
    """Cluster the articles by one passage of each; returns the cluster of each pair.

    A few rounds of spherical k-means on a sample, then all. Pairs of no article are spread.
    """
    import torch

    articles, first, member = np.unique(encoded.article, return_index=True, return_inverse=True)
    if not recipe.topics or len(articles) < 2 * recipe.topics:
        return encoded.article
    with torch.no_grad():
        vectors = torch.cat(
            [
                _embed(table, encoded.texts, encoded.right[rows], 0.0, rng)
                for rows in np.array_split(first, len(first) // 4096 + 1)
            ]
        )
        sample = vectors[rng.permutation(len(vectors))[: 20 * recipe.topics]]
        centres = sample[: recipe.topics].clone()
        for _ in range(4):
            nearest = (sample @ centres.T).argmax(dim=1)
            centres.index_add_(0, nearest, sample)
            centres = torch.nn.functional.normalize(centres, dim=1)
        starts = range(0, len(vectors), 8192)
        parts = [(vectors[at : at + 8192] @ centres.T).argmax(dim=1) for at in starts]
    found: Ints = torch.cat(parts).numpy()[member]
    loose = encoded.article < 0
    found[loose] = rng.integers(recipe.topics, size=int(loose.sum()))
    return found


def train(encoded: Encoded, size: int, recipe: Recipe) -> Floats:
    """Train one vector per piece; returns float32 of shape (size, dimension)."""
    import torch

    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    table = torch.nn.Parameter(torch.from_numpy(initial_weights(encoded, size, recipe)))
    optimiser = torch.optim.Adam([table], lr=recipe.rate, fused=True)
    steps = recipe.epochs * max(1, len(encoded.left) // recipe.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.05 * steps + 1), max(0.0, 1 - step / steps))
    )
    begun, done = time.monotonic(), 0
    for _ in range(recipe.epochs):
        for rows in batches(topics(encoded, table, recipe, rng), recipe, rng):
            loss = _loss(table, encoded, rows, recipe, rng)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            done += 1
            if done % 100 == 0:
                seconds = time.monotonic() - begun
                log.info("step %d of %d, loss %.3f, %.0f s", done, steps, loss.item(), seconds)
    trained: Floats = table.detach().numpy()
    return trained


def _loss(
    table: torch.Tensor, encoded: Encoded, rows: Ints, recipe: Recipe, rng: np.random.Generator
) -> torch.Tensor:
    import torch

    left = _embed(table, encoded.texts, encoded.left[rows], recipe.drop, rng)
    right = _embed(table, encoded.texts, encoded.right[rows], recipe.drop, rng)
    logits = recipe.scale * left @ right.T
    article = torch.from_numpy(encoded.article[rows])
    same = (article[:, None] == article[None, :]) & (article[:, None] >= 0)
    with torch.no_grad():
        same |= right @ right.T > recipe.alike
    same.fill_diagonal_(False)
    logits = logits.masked_fill(same, -1e4)
    target = torch.arange(len(rows))
    cross_entropy = torch.nn.functional.cross_entropy
    return (cross_entropy(logits, target) + cross_entropy(logits.T, target)) / 2


def _embed(
    table: torch.Tensor, texts: Ragged, rows: Ints, drop: float, rng: np.random.Generator
) -> torch.Tensor:
    import torch

    ids, owner = texts.take(rows)
    first = np.r_[True, owner[1:] != owner[:-1]]  # at least one piece of each text stays
    keep = (rng.random(len(ids)) >= drop) | first
    ids, owner = ids[keep], owner[keep]
    offsets = np.searchsorted(owner, np.arange(len(rows)))
    bags = torch.nn.functional.embedding_bag(
        torch.from_numpy(ids), table, torch.from_numpy(offsets), mode="mean"
    )
    return torch.nn.functional.normalize(bags, dim=1)


def join(tables: Sequence[Floats], encoded: Encoded, recipe: Recipe) -> Floats:
    """Put tables side by side, then keep the directions in which texts differ most.

    Returns:
        A table of ``recipe.dimension`` columns, whose cosines are nearly the tables' mean cosines.
    """
    import torch

    if len(tables) == 1:
        return tables[0]
    rng = np.random.default_rng(recipe.seed)
    wide = np.concatenate(tables, axis=1)
    rows = rng.permutation(len(encoded.texts.starts) - 1)[:SAMPLE]
    vectors = _embed(torch.from_numpy(wide), encoded.texts, rows, 0.0, rng).numpy()
    _, directions = np.linalg.eigh(vectors.T @ vectors)  # by growing share of the whole
    joined: Floats = (wide @ directions[:, -recipe.dimension :]).astype(np.float32)
    return joined


def quantise(
    vectors: Floats,
) -> tuple[npt.NDArray[np.int8], Floats]:
    """Round each vector to 8-bit integers and the scale that undoes it."""
    scales = np.abs(vectors).max(axis=1) / 127
    scales[scales == 0] = 1.0
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def save(vectors: Floats, tokenizer: Tokenizer, folder: Path) -> None:
    """Save a model that ``SentenceTransformer(folder)`` loads; a README.md there is kept.

    ``StaticEmbedding`` multiplies ``embeddings`` (int8) by ``weights`` (float32) when it loads.
    """
    import torch
    from safetensors.torch import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    module = StaticEmbedding(tokenizer, embedding_weights=vectors)
    model = SentenceTransformer(
        modules=[module, Normalize()], device="cpu", similarity_fn_name="cosine"
    )
    folder.mkdir(parents=True, exist_ok=True)
    model.save(str(folder), create_model_card=False)
    values, scales = quantise(vectors)
    tensors = {"embeddings": torch.from_numpy(values), "weights": torch.from_numpy(scales)}
    for path in folder.rglob("model.safetensors"):
        save_file(tensors, path, metadata={"format": "pt"})
        path.chmod(0o644)  # safetensors leaves it to its owner alone


def build(articles: Path, documents: Path | None, folder: Path, recipe: Recipe) -> None:
    """Derive pairs, make the tokenizer, train and save the model in ``folder``."""
    everyday, thesaurus = read_everyday(), read_thesaurus()
    passages = read_articles(articles)
    if documents:
        passages += read_documents(documents)
    rng = random.Random(recipe.seed)
    pairs = derive(passages, everyday, rng, asked=read_questions())
    pairs += everyday_pairs(passages, thesaurus, rng, PER_ENTRY)
    log.info("%d pairs from %d passages", len(pairs), len(passages))
    words = everyday.words + thesaurus.words
    counts = count_words((passage.text for passage in passages), words)
    tokenizer = make_tokenizer(counts, recipe.pieces, words)
    encoded = encode(pairs, tokenizer)
    size = tokenizer.get_vocab_size()
    log.info("%d pieces, %d pairs encoded", size, len(encoded.left))
    runs = [
        replace(recipe, seed=recipe.seed + run, topics=recipe.topics * (run % 2 == 0))
        for run in range(recipe.runs)
    ]
    tables = [train(encoded, size, run) for run in runs]
    save(join(tables, encoded, recipe), tokenizer, folder)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the training from the command line."""
    recipe = Recipe()
    parser = argparse.ArgumentParser(prog="python -m evals.training.train")
    parser.add_argument("--articles", type=Path, required=True, help="JSON lines, or .xz of them")
    parser.add_argument("--documents", type=Path, help="folder of .txt documents, as text only")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    for name, value in vars(recipe).items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"default {value}")
    given: dict[str, Any] = vars(parser.parse_args(arguments))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    articles, documents, out = (given.pop(name) for name in ("articles", "documents", "out"))
    build(articles, documents, out, Recipe(**given))


def _chunks(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


if __name__ == "__main__":
    main()
