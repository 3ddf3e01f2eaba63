"""Models of the architectures people use, of a few kilobytes: random weights, one character a token."""

import json

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
    Qwen3ForSequenceClassification,
    Qwen3Model,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
    XLMRobertaModel,
)

WORDS = "工资专户代发实名制考勤培训农民重庆市广州江西省预警平台为这个句子生成表示以用于检索相关文章：，。查询"
LETTERS = 'abcdefghijklmnopqrstuvwxyzDGIJNPQ<>:\n ".'
SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}
# Tokens that BERT and XLM-RoBERTa take; Qwen3 takes more.
LENGTH = 128
# Wide, so that texts differ in their scores.
WIDE = {"initializer_range": 0.3}
BOTH_SIDES = {"bert": "[CLS] $A [SEP]", "xlm-roberta": "<s> $A </s>", "qwen3": "$A <|endoftext|>"}
PAIRS = {
    "bert": "[CLS] $A [SEP] $B:1 [SEP]:1",
    "xlm-roberta": "<s> $A </s> </s> $B </s>",
    "qwen3": "$A $B",
}
SPECIAL = {
    "bert": {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"},
    "xlm-roberta": {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"},
    "qwen3": {"pad_token": "<|endoftext|>", "eos_token": "<|im_end|>", "unk_token": "<unk>", "additional_special_tokens": ["<|im_start|>"]},
}  # fmt: skip
# Like that of Qwen3 it knows three roles, and drops what has another.
CHAT = (
    "{% for m in messages %}{% if m.role in ['system', 'user', 'assistant'] %}"
    "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endif %}{% endfor %}"
)


def tokenizer(kind, folder, *, ends=True):
    """A tokenizer with the special tokens of its kind, saved; ``ends``: a text of its own has them too."""
    special = SPECIAL[kind]
    names = [one for one in special.values() if isinstance(one, str)]
    names += special.get("additional_special_tokens", [])
    words = [*names, "yes", "no", *dict.fromkeys(WORDS + LETTERS)]
    vocabulary = {word: place for place, word in enumerate(words)}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token=special["unk_token"]))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made.post_processor = processors.TemplateProcessing(
        single=BOTH_SIDES[kind] if ends else "$A",
        pair=PAIRS[kind],
        special_tokens=[(name, vocabulary[name]) for name in names],
    )
    length = 1024 if kind == "qwen3" else LENGTH
    fast = PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=length, **special)
    if kind == "qwen3":
        fast.chat_template = CHAT
    fast.save_pretrained(folder)
    return fast


def config(kind, words, **more):
    """The configuration of one layer over so many words."""
    torch.manual_seed(7)
    given = {"vocab_size": len(words), "pad_token_id": words.pad_token_id, **SMALL, **WIDE, **more}
    if kind == "bert":
        return BertConfig(max_position_embeddings=LENGTH, **given)
    if kind == "xlm-roberta":
        return XLMRobertaConfig(max_position_embeddings=LENGTH + 16, **given)
    return Qwen3Config(
        max_position_embeddings=1024, num_key_value_heads=1, head_dim=8,
        eos_token_id=words.eos_token_id, **given,
    )  # fmt: skip


def embedding(kind, folder, prompts=None, dtype=torch.float32):
    """A Sentence Transformers model in a folder: BERT and XLM-R pool the mean, Qwen3 the last token."""
    inner = folder.parent / f"{folder.name}-inner"
    inner.mkdir(parents=True)
    words = tokenizer(kind, inner)
    made = {"bert": BertModel, "xlm-roberta": XLMRobertaModel, "qwen3": Qwen3Model}[kind]
    made(config(kind, words)).to(dtype).save_pretrained(inner)
    transformer = Transformer(str(inner), model_kwargs={"dtype": "auto"})
    transformer.modality_config = {"text": transformer.modality_config["text"]}
    mode = "lasttoken" if kind == "qwen3" else "mean"
    pooling = Pooling(transformer.get_embedding_dimension(), mode)
    SentenceTransformer(
        modules=[transformer, pooling], prompts=prompts, device="cpu"
    ).save_pretrained(str(folder))
    if kind == "qwen3":  # as Qwen3-Embedding is published
        stated = json.loads((folder / "config.json").read_text())
        stated["architectures"] = ["Qwen3ForCausalLM"]
        (folder / "config.json").write_text(json.dumps(stated))
    return str(folder)


def reranker(kind, folder, *, labels=1, answers=False):
    """A cross-encoder in a folder; ``answers``: a language model that says yes or no."""
    folder.mkdir(parents=True)
    words = tokenizer(kind, folder, ends=kind != "qwen3")
    made = {
        "bert": BertForSequenceClassification,
        "xlm-roberta": XLMRobertaForSequenceClassification,
        "qwen3": Qwen3ForCausalLM if answers else Qwen3ForSequenceClassification,
    }[kind]
    more = {} if answers else {"num_labels": labels}
    made(config(kind, words, **more)).save_pretrained(folder)
    return str(folder)
