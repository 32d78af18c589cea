"""Draws prompts with a trained model in torch: a scene is sampled or given, its canvas composed, its picture denoised and decoded."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from training.bank import Composer, bf16, encode_slot, load_tokenizer, load_vae
from training.config import Config
from training.denoiser import load_denoiser, noise_for, sample
from training.scenes.memory import Atlas
from training.scenes.sample import Scene


class Artist:
    """A trained model with its memory."""

    def __init__(self, config: Config, distilled: bool = False):
        self.config, self.distilled, self.atlas = config, distilled, Atlas(config)
        self.tokenizer, self.vae = load_tokenizer(config, self.atlas), load_vae(config)
        self.model = load_denoiser(config, self.tokenizer, "distilled.pt" if distilled else "denoiser.pt")
        self.composer = Composer(self.atlas, random.Random(0))
        self.empty = torch.tensor(self.tokenizer.encode(""))

    def canvas(self, scenes: list[Scene]) -> torch.Tensor:
        """[N, 18, 32, 32]: things of the wanted style in the first slot, others in the second."""
        slots = [[], []]
        for scene in scenes:
            for slot, here in enumerate((True, False)):
                things = [t for t in scene.things if (scene.style in self.atlas.boxes[t.concept]) == here]
                styles = [scene.style if here else next(iter(self.atlas.boxes[t.concept])) for t in things]
                part = Scene(scene.style, things, scene.background)
                slots[slot].append(self.composer.layers(part, styles) if things else None)
        return torch.cat([encode_slot(self.vae, slot) for slot in slots], 1)

    @torch.no_grad()
    def draw(self, captions: list[str], canvas: torch.Tensor, seed: int, steps: int = 8, guidance: float = 2.0) -> torch.Tensor:
        """Premultiplied RGBA [N, 4, 256, 256] in 0..1."""
        if self.distilled:
            steps, guidance = self.config["distil"]["steps"], 1.0
        words = torch.tensor([self.tokenizer.encode(c) for c in captions])
        out = []
        for i in range(0, len(words), 16):
            part = slice(i, i + 16)
            noise = noise_for(len(words[part]), seed + i)
            x = sample(self.model, words[part], self.empty, canvas[part], steps, guidance, self.config["denoiser"]["shift"], noise)
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16()):
                y = self.vae.decode(x).float() * 0.5 + 0.5
            alpha = y[:, 3:].clamp(0, 1)
            out.append(torch.cat([torch.minimum(y[:, :3].clamp(min=0), alpha), alpha], 1))
        return torch.cat(out)


def save_sheet(pictures: torch.Tensor, path: Path, columns: int = 10, side: int = 256) -> None:
    """A contact sheet on white of premultiplied RGBA pictures."""
    white = (pictures[:, :3] + 1 - pictures[:, 3:]).clamp(0, 1)
    if side != white.shape[-1]:
        white = torch.nn.functional.interpolate(white, size=side, mode="area")
    missing = -len(white) % columns
    white = torch.cat([white, torch.ones(missing, 3, side, side)])
    rows = [torch.cat(list(white[i : i + columns]), 2) for i in range(0, len(white), columns)]
    sheet = (torch.cat(rows, 1).permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).save(path, quality=88)
