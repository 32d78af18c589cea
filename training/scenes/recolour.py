"""Recolours a picture in pixels: its main colour becomes another, the rest stays. The same formula is in the TypeScript layout."""

from __future__ import annotations

import torch

BINS = 24
GREY_SHARE = 0.25  # below this share of coloured pixels the greys are the main colour


def _step(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    t = ((x - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def recolour(picture: torch.Tensor, target: tuple[int, int, int]) -> torch.Tensor:
    """Straight RGB and alpha [4, H, W] in 0..1 -> the same with its main colour near `target` (0..255)."""
    rgb, alpha = picture[:3], picture[3]
    red, green, blue = rgb
    high, low = rgb.amax(0), rgb.amin(0)
    chroma = high - low
    safe = chroma.clamp(min=1e-4)
    hue = torch.where(
        high == red, ((green - blue) / safe) % 6, torch.where(high == green, (blue - red) / safe + 2, (red - green) / safe + 4)
    ) / 6  # fmt: skip
    coloured = _step(chroma, 0.08, 0.2)
    weight = coloured * alpha
    if weight.sum() >= GREY_SHARE * alpha.sum():
        bins = torch.zeros(BINS).index_add_(0, (hue * BINS).long().clamp(0, BINS - 1).flatten(), (weight * chroma).flatten())
        bins = bins.roll(1) + 2 * bins + bins.roll(-1)
        main = (float(bins.argmax()) + 0.5) / BINS
        away = (hue - main).abs()
        mask = coloured * (1 - _step(torch.minimum(away, 1 - away), 0.11, 0.19))
    else:
        mask = (1 - coloured) * _step(high, 0.1, 0.25)
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    seen = mask * alpha
    shade = (light / ((light * seen).sum() / seen.sum().clamp(min=1e-4)).clamp(min=0.05)).clamp(0, 1.9)
    colour = torch.tensor(target, dtype=torch.float32)[:, None, None] / 255
    tinted = torch.where(shade < 1, colour * shade, colour + (1 - colour) * (shade - 1) * 0.8)
    return torch.cat([rgb + (tinted.clamp(0, 1) - rgb) * mask, alpha[None]])
