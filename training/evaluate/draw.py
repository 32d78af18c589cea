"""Draws prompts with Easel itself (draw.mjs): what is judged is what people get, layout and all."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from training.config import PICTURE, ROOT, Config

BUILT = ROOT / "dist/src/diffusion/generate.js"


class Easel:
    """A model folder, drawn by Easel. Pictures are premultiplied RGBA [N, 4, 256, 256] in 0..1."""

    def __init__(self, config: Config, model: Path, steps: int, guidance: float):
        if not BUILT.exists():
            raise FileNotFoundError("The evaluation draws with Easel: run `npm run build` first")
        self.config, self.model, self.steps, self.guidance = config, model, steps, guidance

    def draw(self, prompts: list[dict], taught: list[dict] | None = None) -> torch.Tensor:
        """`prompts`: {prompt, seed}, and image and strength where a picture is redrawn."""
        jobs, out = self.config.path("evaluation", "jobs.json"), self.config.path("evaluation", "drawn.rgba")
        setting = {"model": str(self.model.resolve()), "steps": self.steps, "guidance": self.guidance, "size": PICTURE, "threads": self.config.threads}
        jobs.write_text(json.dumps({**setting, "prompts": prompts, "taught": taught or []}))
        subprocess.run(["node", str(Path(__file__).with_name("draw.mjs")), str(jobs), str(out)], check=True)
        pixels = torch.from_numpy(np.fromfile(out, np.uint8).reshape(-1, PICTURE, PICTURE, 4)).permute(0, 3, 1, 2).float() / 255
        out.unlink()
        return torch.cat([pixels[:, :3] * pixels[:, 3:], pixels[:, 3:]], 1)


def on_white(pictures: torch.Tensor) -> torch.Tensor:
    return (pictures[:, :3] + 1 - pictures[:, 3:]).clamp(0, 1)


def save_sheet(pictures: torch.Tensor, path: Path, columns: int = 10, side: int = 256) -> None:
    """A contact sheet on white of premultiplied RGBA pictures."""
    white = on_white(pictures)
    if side != white.shape[-1]:
        white = torch.nn.functional.interpolate(white, size=side, mode="area")
    missing = -len(white) % columns
    white = torch.cat([white, torch.ones(missing, 3, side, side)])
    rows = [torch.cat(list(white[i : i + columns]), 2) for i in range(0, len(white), columns)]
    sheet = (torch.cat(rows, 1).permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).save(path, quality=88)
