"""Scenes for the recogniser: composed of the memory's true pictures by other code than the denoiser's training, with places of its own."""

from __future__ import annotations

import math
import random

import numpy as np
import torch
import torch.nn.functional as F

from training.evaluate.features import SIDE
from training.scenes.backgrounds import COLOURS, SCENES, draw_background
from training.scenes.memory import Atlas
from training.scenes.recolour import recolour

SPRITE = 192
DRAWS = 40  # of each background
PLAIN = {"plain white": "white"}  # the same thing by two names
BACKGROUNDS = [*SCENES, "white", "transparent", *(name for c in COLOURS if (name := f"plain {c}") not in PLAIN)]
MOST = 5  # things of a kind


class TrueScenes:
    """Batches of premultiplied pictures [N, 4, 224, 224] on known backgrounds."""

    def __init__(self, atlas: Atlas, seed: int):
        self.random, self.torch = random.Random(seed), torch.Generator().manual_seed(seed)
        self.atlas, self.rows = atlas, list(atlas.rows)
        drawn = [draw_background(n, SIDE, self.random) for n in BACKGROUNDS for _ in range(DRAWS)]
        self.backgrounds = torch.stack([(picture * 255).round().byte() for picture in drawn])

    def _places(self, count: int) -> list[tuple[float, float, float]]:
        """x, y, scale of so many things: in a grid or a row that lies or stands, either way round, or scattered."""
        r = self.random
        if count == 1:
            scale = r.uniform(0.5, 1.0)
            room = max(0.05, 0.95 - scale)
            return [(r.uniform(-room, room), r.uniform(-room, room), scale)]
        places = self._scattered(count) if r.random() < 0.35 else self._grid(count)
        across, down, turned = r.choice((-1, 1)), r.choice((-1, 1)), r.random() < 0.3
        return [(down * y, across * x, scale) if turned else (across * x, down * y, scale) for x, y, scale in places]

    def _grid(self, count: int) -> list[tuple[float, float, float]]:
        r, loose = self.random, lambda v, by: v + self.random.uniform(-by, by)
        columns = count if count < 4 and r.random() < 0.6 else math.ceil(count / 2)
        rows, out = math.ceil(count / columns), []
        for row in range(rows):
            here = min(columns, count - row * columns)
            for i in range(here):
                x, y = (2 * i + 1) / here - 1, (2 * row + 1) / rows - 1
                out.append((loose(x * 0.97, 0.06), loose(y * 0.9, 0.07), min(1 / here, 1 / rows, 0.5) * r.uniform(0.85, 1.1)))
        return out

    def _scattered(self, count: int) -> list[tuple[float, float, float]]:
        """Anywhere, not on top of each other."""
        r, scale, out = self.random, self.random.uniform(0.28, 0.46), []
        while len(out) < count:
            at = r.uniform(scale - 1, 1 - scale), r.uniform(scale - 1, 1 - scale)
            if all(max(abs(at[0] - x), abs(at[1] - y)) > 1.7 * scale for x, y, _ in out):
                out.append((*at, scale * r.uniform(0.9, 1.05)))
            scale *= 0.995
        return out

    def _sprite(self, row: int, colour: str | None) -> torch.Tensor:
        picture = self.atlas.picture(*self.rows[row])
        if colour is not None:
            picture = recolour(picture, COLOURS[colour])
        picture = torch.cat([picture[:3] * picture[3:], picture[3:]])
        return F.interpolate(picture[None], size=SPRITE, mode="area")[0] if picture.shape[-1] > SPRITE else picture

    def batch(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Pictures, and the number of each one's background in BACKGROUNDS."""
        r, out, grounds = self.random, [], []
        for _ in range(count):
            row, copies = r.randrange(len(self.rows)), 1 if r.random() < 0.4 else r.randint(2, MOST)
            colour = r.choice(list(COLOURS)) if r.random() < 0.8 else None
            grounds.append(r.randrange(len(BACKGROUNDS)))
            under = self.backgrounds[grounds[-1] * DRAWS + r.randrange(DRAWS)].float() / 255
            out.append(self._spoil(self._scene(self._sprite(row, colour), self._places(copies), under)))
        return torch.stack(out), torch.tensor(grounds)

    def _scene(self, sprite: torch.Tensor, places: list[tuple[float, float, float]], picture: torch.Tensor) -> torch.Tensor:
        shade = torch.rand(3, 1, 1, generator=self.torch) * 0.16 + 0.86
        at = torch.tensor(places)
        tops = self._place(sprite.expand(len(at), -1, -1, -1), at)
        for top in tops:
            lit = torch.cat([top[:3] * shade, top[3:]])
            picture = lit + picture * (1 - top[3:])
        return picture

    def _spoil(self, picture: torch.Tensor) -> torch.Tensor:
        """A little noise, now and then softer: no picture is judged by how clean it is."""
        if self.random.random() < 0.3:
            small = F.interpolate(picture[None], size=self.random.choice((112, 144, 176)), mode="area")
            picture = F.interpolate(small, size=SIDE, mode="bilinear", align_corners=False)[0]
        noise = torch.randn(picture.shape, generator=self.torch) * self.random.uniform(0, 0.03) * (picture[3:] > 0)
        return (picture + noise).clamp(0, 1)

    def _place(self, layers: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        count = len(layers)
        angle = (torch.rand(count, generator=self.torch) - 0.5) * 0.4
        flip = (torch.rand(count, generator=self.torch) < 0.5).float() * 2 - 1
        x, y, scale = at.unbind(1)
        cos, sin = angle.cos() / scale, angle.sin() / scale
        theta = torch.stack([flip * cos, flip * sin, -flip * (cos * x + sin * y), -sin, cos, sin * x - cos * y], 1).view(-1, 2, 3)
        grid = F.affine_grid(theta, [count, 4, SIDE, SIDE], align_corners=False)
        return F.grid_sample(layers, grid, align_corners=False)
