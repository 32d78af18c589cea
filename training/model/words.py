"""The word tokenizer and the text encoder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from training.config import WORDS
from training.scenes.captions import grammar_words

SPECIAL = ["<pad>", "<unk>", "<s>", "</s>"]
TOKEN = re.compile(r"[a-z0-9]+|,")


class Tokenizer:
    """Lower-case words and commas; what is not in the vocabulary is <unk>."""

    def __init__(self, vocabulary: list[str]):
        self.vocabulary = vocabulary
        self.ids = {word: i for i, word in enumerate(vocabulary)}

    @staticmethod
    def of_names(names: list[str]) -> Tokenizer:
        words = {word for name in names for word in TOKEN.findall(name.lower())} | set(TOKEN.findall(" ".join(grammar_words()) + " ,"))
        return Tokenizer(SPECIAL + sorted(words))

    def encode(self, text: str) -> list[int]:
        ids = [self.ids.get(word, 1) for word in TOKEN.findall(text.lower())][: WORDS - 2]
        return [2, *ids, 3] + [0] * (WORDS - 2 - len(ids))

    def write(self, folder: Path) -> None:
        """tokenizer.json as Hugging Face's tokenizers reads it."""
        folder.mkdir(parents=True, exist_ok=True)
        special = [
            {"id": i, "content": w, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i, w in enumerate(SPECIAL)
        ]
        tokenizer = {
            "version": "1.0",
            "truncation": {"direction": "Right", "max_length": WORDS, "strategy": "LongestFirst", "stride": 0},
            "padding": {"strategy": {"Fixed": WORDS}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "<pad>"},
            "added_tokens": special,
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "Split", "pattern": {"Regex": TOKEN.pattern}, "behavior": "Removed", "invert": True},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {w: {"id": w, "ids": [i], "tokens": [w]} for i, w in ((2, "<s>"), (3, "</s>"))},
            },
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": self.ids, "unk_token": "<unk>"},
        }
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=1))
        config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": WORDS, "pad_token": "<pad>", "unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"}
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))


class Rms(nn.Module):
    """Root-mean-square norm over the last axis (Zhang and Sennrich, arXiv 1910.07467)."""

    def __init__(self, width: int):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x.float()
        return (y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + 1e-6) * self.gain).to(x.dtype)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, other: int | None = None):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(other or width, width, bias=False)
        self.v = nn.Linear(other or width, width, bias=False)
        self.o = nn.Linear(width, width)

    def forward(self, x: torch.Tensor, other: torch.Tensor | None = None) -> torch.Tensor:
        batch, length, width = x.shape
        head = width // self.heads
        source = x if other is None else other
        q, k, v = (f(y).reshape(batch, -1, self.heads, head).transpose(1, 2) for f, y in ((self.q, x), (self.k, source), (self.v, source)))
        weights = torch.softmax((q @ k.transpose(-1, -2)).float() * head**-0.5, -1).to(v.dtype)
        return self.o((weights @ v).transpose(1, 2).reshape(batch, length, width))


class TextEncoder(nn.Module):
    """input_ids [B, 24] -> last_hidden_state [B, 24, width]: two transformer layers over the words."""

    def __init__(self, vocabulary: int, width: int, layers: int = 2):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=0.5)
        self.position = nn.Parameter(torch.randn(WORDS, width) * 0.02)
        part = lambda: nn.ModuleDict(  # noqa: E731
            {"n1": Rms(width), "a": Attention(width, 4), "n2": Rms(width), "f1": nn.Linear(width, 3 * width), "f2": nn.Linear(3 * width, width)}
        )
        self.layers = nn.ModuleList([part() for _ in range(layers)])
        self.norm = Rms(width)

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        x = self.embedding(input_ids) + self.position
        for layer in self.layers:
            x = x + layer["a"](layer["n1"](x))
            x = x + layer["f2"](F.gelu(layer["f1"](layer["n2"](x))))
        return self.norm(x)
