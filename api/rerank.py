"""Re-ranking: a cross-encoder reads query and practice together and says how well they fit."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from api.ranking import Found
from corpus.errors import InputError
from corpus.model import Practice
from corpus.models import (
    RERANKER,
    RETRIEVE,
    check_reranker,
    check_reranker_folder,
    loading,
    model_folder,
    model_kwargs,
)

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# Characters of a practice that are read: all of nearly every one, and few enough that what a
# model's frame puts after them is never cut off.
READ = 1200
# What Qwen3-Reranker wants around query and practice, from its model card. The chat template in
# its folder is that of the language model and would leave both out.
QWEN3 = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and"
    ' the Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n'
    f"<|im_start|>user\n<Instruct>: {RETRIEVE}\n<Query>: {{query}}\n",
    "<Document>: {text}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
)
PLAIN = ("{query}", "{text}")


class Reranker:
    """A cross-encoder with its limits. Safe to call from several threads, which take turns.

    Args:
        encoder: the model; gives one number for a pair.
        top: practices at the head of a ranking that it re-scores.
        batch: pairs scored at a time.
        frame: what goes around the query and around the text.
    """

    def __init__(
        self, encoder: CrossEncoder, top: int, batch: int, frame: tuple[str, str] = PLAIN
    ) -> None:
        self.top = top
        self._encoder, self._batch, self._frame = encoder, batch, frame
        # Fast tokenizers cannot be used by two threads at once ("Already borrowed").
        self._lock = threading.Lock()

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the query, 0 to 1: the sigmoid of what the model gives."""
        if not texts:
            return []
        from torch.nn import Sigmoid

        around_query, around_text = self._frame
        pairs = [
            (around_query.replace("{query}", query), around_text.replace("{text}", text))
            for text in texts
        ]
        with self._lock:
            scores = self._encoder.predict(
                pairs,
                batch_size=self._batch,
                show_progress_bar=False,
                activation_fn=Sigmoid(),
            )
        return [float(score) for score in scores]


def load_reranker(model: str, device: str, top: int, batch: int) -> Reranker:
    """A re-ranker, its model loaded and tried.

    Args:
        model: name or folder.
        device: as torch calls it.
        top: practices that it re-scores.
        batch: practices scored at a time.

    Raises:
        InputError: it cannot be loaded, or is no cross-encoder with one score.
    """
    folder = model_folder(model, RERANKER)
    if folder is not None:
        check_reranker_folder(folder)
    with loading("重排模型", model, RERANKER):
        from sentence_transformers import CrossEncoder

        encoder = CrossEncoder(
            model,
            device=device,
            trust_remote_code=False,
            local_files_only=folder is not None,
            model_kwargs=model_kwargs(device),
        )
        if folder is None:
            config = encoder.config
            check_reranker(model, (config and config.architectures) or [])
        if encoder.num_labels != 1:
            raise InputError(
                f"重排模型“{model}”给出 {encoder.num_labels} 个分数，要的是一个",
                hint=f"请换一个为检索训练的交叉编码器（{RERANKER}）",
            )
        reranker = Reranker(encoder, top, batch, _frame(encoder))
        reranker.scores("试", ["试一试", "再试一试，看成批时如何"])
    return reranker


def _frame(encoder: CrossEncoder) -> tuple[str, str]:
    """What the model wants around query and text, where its folder does not say it.

    A model whose chat template carries both is left to it. One whose template does not is given
    plain pairs instead, for Sentence Transformers would refuse them.
    """
    from sentence_transformers.base.modules import Transformer

    config, module = encoder.config, encoder[0]
    if config is None or not isinstance(module, Transformer):
        return PLAIN
    if "message" in module.modality_config:
        if module.input_formatter.pair_roles_failure() is None:
            return PLAIN
        module.modality_config = {"text": module.modality_config["text"]}
        module.input_formatter.supported_modalities = ["text"]
    if config.pad_token_id is None and module.tokenizer is not None:
        config.pad_token_id = module.tokenizer.pad_token_id  # else no batches
    return QWEN3 if config.model_type == "qwen3" else PLAIN


def text_of(practice: Practice) -> str:
    """What of a practice the cross-encoder reads: its title and the beginning of its text."""
    text = practice.text
    if practice.title not in text[: len(practice.title) + 60]:
        text = f"{practice.title}\n{text}"
    return text[:READ]


def reordered(found: Sequence[Found], scores: Mapping[str, float]) -> list[Found]:
    """A ranking with those that have a score first, by it; the weak still after the strong.

    Args:
        found: the ranking, the strong before the weak.
        scores: practice id → score, 0 to 1.
    """
    scored = [
        one._replace(rerank=scores[one.practice_id]) for one in found if one.practice_id in scores
    ]
    scored.sort(key=lambda one: -round(scores[one.practice_id], 6))
    rest = [one for one in found if one.practice_id not in scores]
    return sorted([*scored, *rest], key=lambda one: one.weak)
