"""How often a picture shows a thing: where a picture of the memory fits, in eight sizes, turned a little, and mirrored."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from training.evaluate.draw import on_white
from training.scenes.compose import Place, place

SIDE, MARGIN = 80, 8  # pixels of what is looked at, and of the white around it
SCALES = (0.28, 0.31, 0.34, 0.37, 0.41, 0.45, 0.5, 0.55)  # of the thing's square, as a share of the picture's side
ANGLES = (-0.16, 0.0, 0.16)
FITS = 0.7  # of how well the best place fits: anything between 0.65 and 0.75 counts 97 of 100 true pictures of another seed rightly
MOST = 7


def fit(picture: torch.Tensor, thing: torch.Tensor, scale: float) -> torch.Tensor:
    """Normalised cross-correlation of a picture [1, 3, H, W] with a thing (straight RGBA) around each pixel, the best of its poses: [H, W]."""
    side = round(SIDE * scale) // 2 * 2
    poses = [on_white(place(thing, Place(0, 0, 1.0, angle, mirrored), 128)[None]) for angle in ANGLES for mirrored in (False, True)]
    marks = torch.cat([F.interpolate(1 - pose, size=side, mode="area") for pose in poses])
    marks = marks - marks.mean((1, 2, 3), keepdim=True)
    marks = marks / marks.flatten(1).norm(dim=1).view(-1, 1, 1, 1).clamp(min=1e-6)
    around, ones = F.pad(picture, (side // 2,) * 4), torch.ones(1, 3, side, side)
    mean, square = F.conv2d(around, ones) / ones.numel(), F.conv2d(around * around, ones)
    return (F.conv2d(around, marks) / (square - ones.numel() * mean * mean).clamp(min=1e-2).sqrt()).amax(1)[0]


def count_of(picture: torch.Tensor, thing: torch.Tensor) -> int:
    """How often a premultiplied picture [4, H, W] on white or nothing shows a thing (straight RGBA)."""
    seen = F.pad(1 - F.interpolate(on_white(picture[None]), size=SIDE, mode="area"), (MARGIN,) * 4)
    fits = torch.stack([fit(seen, thing, scale) for scale in SCALES])
    best = int(fits.flatten(1).amax(1).argmax())
    left, near = fits[max(0, best - 1) : best + 2].amax(0), round(SIDE * SCALES[best] / 2)
    least, found = FITS * float(left.max()), 0
    while found < MOST and float(left.max()) >= least:
        y, x = divmod(int(left.argmax()), left.shape[1])
        left[max(0, y - near) : y + near + 1, max(0, x - near) : x + near + 1] = -1
        found += 1
    return found
