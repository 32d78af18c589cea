"""The atlas of memory pictures as training sees it, and a sampler over the concepts it may know."""

from __future__ import annotations

import json
import random

import numpy as np
import torch

from training.config import Config
from training.scenes.sample import Sampler, names_of


class Atlas:
    """Pictures by concept and style; `held_out` concepts are for evaluation only."""

    def __init__(self, config: Config):
        meta = json.loads(config.path("atlas.json").read_text())
        memory = config.path("export", "memory", "index.json").parent
        self.pixels = np.load(config.path("atlas.npy"), mmap_mode="r")
        self.held_out = set(meta["held_out"])
        self.boxes: dict[str, dict[str, list[float]]] = {}
        self.rows: dict[tuple[str, str], int] = {}
        for row, picture in enumerate(meta["pictures"]):
            self.boxes.setdefault(picture["concept"], {})[picture["style"]] = picture["bbox"]
            self.rows[picture["concept"], picture["style"]] = row
        index = json.loads((memory / "index.json").read_text())
        self.styles, concepts = index["styles"], index["concepts"]
        self.own = {c["id"]: c["name"] for c in concepts}
        english = json.loads((memory / "names.json").read_text())["en"]
        self.names = names_of(list(self.boxes), english, self.own)

    def picture(self, concept: str, style: str) -> torch.Tensor:
        """Straight RGBA [4, S, S] in 0..1."""
        return torch.from_numpy(self.pixels[self.rows[concept, style]].astype(np.float32) / 255).permute(2, 0, 1)

    def covers(self, style: str) -> float:
        """The share of the concepts that have a picture of a style."""
        return sum(style in styles for styles in self.boxes.values()) / len(self.boxes)

    def sampler(self, seed: random.Random, held_out: bool = False) -> Sampler:
        """Scenes over the concepts of training, or over those held out."""
        return Sampler({c: s for c, s in self.boxes.items() if (c in self.held_out) == held_out}, self.names, seed)

    def other_style(self, concept: str, style: str, seed: random.Random) -> str | None:
        others = [s for s in self.boxes[concept] if s != style]
        return seed.choice(others) if others else None


