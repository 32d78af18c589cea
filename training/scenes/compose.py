"""Puts pictures on a canvas: bilinear affine sampling of premultiplied RGBA, back to front. The TypeScript layout has the same geometry."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from training.config import PICTURE
from training.scenes.backgrounds import COLOURS, GROUND, LIGHT
from training.scenes.recolour import recolour


@dataclass
class Place:
    """Where a thing is: centre in -1..1 (right, down), side of its square as a share of the picture's side, clockwise angle in radians."""

    x: float
    y: float
    scale: float
    angle: float = 0.0
    mirrored: bool = False


def place(picture: torch.Tensor, at: Place, size: int = PICTURE) -> torch.Tensor:
    """Premultiplied RGBA [4, S, S] -> [4, size, size]. Halved by averaging first while it shrinks to half or less."""
    while picture.shape[-1] >= 2 * at.scale * size and picture.shape[-1] > 8:
        picture = F.avg_pool2d(picture[None], 2)[0]
    cos, sin, flip = math.cos(at.angle) / at.scale, math.sin(at.angle) / at.scale, -1.0 if at.mirrored else 1.0
    theta = [
        [flip * cos, flip * sin, -flip * (cos * at.x + sin * at.y)],
        [-sin, cos, sin * at.x - cos * at.y],
    ]
    grid = F.affine_grid(torch.tensor([theta]), [1, 4, size, size], align_corners=False)
    return F.grid_sample(picture[None], grid, align_corners=False, padding_mode="zeros")[0]


def over(top: torch.Tensor, bottom: torch.Tensor) -> torch.Tensor:
    return top + bottom * (1 - top[3:])


def premultiply(picture: torch.Tensor) -> torch.Tensor:
    return torch.cat([picture[:3] * picture[3:], picture[3:]])


def stack(layers: list[torch.Tensor], size: int = PICTURE) -> torch.Tensor:
    """Layers back to front on full transparency."""
    canvas = torch.zeros(4, size, size)
    for layer in layers:
        canvas = over(layer, canvas)
    return canvas


def tint(picture: torch.Tensor, colour: str | None) -> torch.Tensor:
    """Straight RGBA -> premultiplied RGBA, recoloured when a colour is given."""
    return premultiply(picture if colour is None else recolour(picture, COLOURS[colour]))


def shadow(at: Place, bbox: list[float], background: str, size: int = PICTURE) -> torch.Tensor:
    """A soft shadow [1, size, size] under a thing that stands on the ground of a scene."""
    bottom = at.y + (2 * bbox[3] - 1) * at.scale
    half = max(0.05, (bbox[2] - bbox[0]) * at.scale)
    if background not in GROUND or bottom < 2 * GROUND[background] - 1:
        return torch.zeros(1, size, size)
    line = (torch.arange(size, dtype=torch.float32) + 0.5) / size * 2 - 1
    u, v = (line[None] - at.x) / half, (line[:, None] - bottom + 0.02) / (0.16 * half)
    return 0.3 * torch.exp(-(u * u + v * v) * 1.6)[None]


def finish(canvas: torch.Tensor, shadows: list[torch.Tensor], background: torch.Tensor, name: str) -> torch.Tensor:
    """The target: the canvas in the light of the scene, on the background with its shadows."""
    for dark in shadows:
        background = torch.cat([background[:3] * (1 - dark), background[3:]])
    light = torch.tensor([*LIGHT.get(name, (1.0, 1.0, 1.0)), 1.0])[:, None, None]
    return over(canvas * light, background)


def jitter(seed: random.Random, x: float, y: float, scale: float, loose: float = 1.0) -> Place:
    """A place near the given one, a little turned, mirrored half of the time."""
    return Place(
        x + seed.uniform(-0.06, 0.06) * loose, y + seed.uniform(-0.06, 0.06) * loose, scale * seed.uniform(0.88, 1.12),
        seed.uniform(-0.12, 0.12) if seed.random() < 0.7 else 0.0, seed.random() < 0.5,
    )  # fmt: skip
