"""A recogniser that is trained apart from the model: a small convolutional network that says of a picture of 64 pixels which thing it shows, in
which style and colour, how often, and on which background. It learns on scenes composed of the memory's true pictures, with places of its own,
and shares neither weights nor code with the denoiser; its answers on other true scenes stand beside every figure.
"""

from __future__ import annotations

import math
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from training.config import Config
from training.denoiser import Average, fall
from training.scenes.backgrounds import COLOURS, SCENES, draw_background
from training.scenes.memory import Atlas
from training.scenes.recolour import recolour

SIDE, SPRITE = 64, 96
DRAWS = 32  # of each background
BACKGROUNDS = [*SCENES, "white", "transparent", *(f"plain {c}" for c in COLOURS)]
COLOUR_NAMES = ["its own", *COLOURS]
MOST = 5  # things of a kind
TESTED = 1000


def on_grey(pictures: torch.Tensor) -> torch.Tensor:
    """Premultiplied [N, 4, H, W] in 0..1 as the network sees them: on grey, and the alpha."""
    return torch.cat([pictures[:, :3] + 0.5 * (1 - pictures[:, 3:]), pictures[:, 3:]], 1) * 2 - 1


class TrueScenes:
    """Batches of scenes from true pictures, with what is true of them."""

    def __init__(self, atlas: Atlas, styles: list[str], seed: int):
        self.random, self.torch = random.Random(seed), torch.Generator().manual_seed(seed)
        self.concepts, self.styles = sorted(atlas.boxes), styles
        self.rows = [(self.concepts.index(c), styles.index(s)) for c, s in atlas.rows]
        full, sprite = atlas.pixels.shape[1], min(SPRITE, atlas.pixels.shape[1])
        step = full // sprite
        small = [self._half(np.asarray(picture, np.float32) / 255, sprite, step) for picture in atlas.pixels]
        self.sprites = torch.from_numpy(np.stack(small))  # straight RGBA, uint8
        self.backgrounds = torch.stack([draw_background(n, SIDE, self.random) for n in BACKGROUNDS for _ in range(DRAWS)])

    @staticmethod
    def _half(picture: np.ndarray, side: int, step: int) -> np.ndarray:
        alpha = picture[..., 3:]
        both = np.concatenate([picture[..., :3] * alpha, alpha], -1).reshape(side, step, side, step, 4).mean((1, 3))
        straight = np.concatenate([both[..., :3] / np.maximum(both[..., 3:], 0.02), both[..., 3:]], -1)
        return (straight.clip(0, 1) * 255).round().astype(np.uint8).transpose(2, 0, 1)

    def _places(self, count: int) -> list[tuple[float, float, float]]:
        """x, y, scale of so many things: in a grid or a row, loosely."""
        r, loose = self.random, lambda v, by: v + self.random.uniform(-by, by)
        if count == 1:
            scale = r.uniform(0.5, 1.0)
            room = max(0.05, 0.95 - scale)
            return [(r.uniform(-room, room), r.uniform(-room, room), scale)]
        columns = count if count < 4 and r.random() < 0.6 else math.ceil(count / 2)
        rows, out = math.ceil(count / columns), []
        for row in range(rows):
            here = min(columns, count - row * columns)
            for i in range(here):
                x, y = (2 * i + 1) / here - 1, (2 * row + 1) / rows - 1
                out.append((loose(x * 0.97, 0.06), loose(y * 0.9, 0.07), min(1 / here, 1 / rows, 0.5) * r.uniform(0.85, 1.1)))
        return out

    def batch(self, count: int) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        r = self.random
        chosen = [r.randrange(len(self.rows)) for _ in range(count)]
        copies = [1 if r.random() < 0.55 else r.randint(2, MOST) for _ in range(count)]
        colours = [r.randrange(1, len(COLOUR_NAMES)) if r.random() < 0.3 else 0 for _ in range(count)]
        grounds = [r.randrange(len(BACKGROUNDS)) for _ in range(count)]
        sprites = []
        for row, colour in zip(chosen, colours):
            sprite = self.sprites[row].float() / 255
            sprite = recolour(sprite, COLOURS[COLOUR_NAMES[colour]]) if colour else sprite
            sprites.append(torch.cat([sprite[:3] * sprite[3:], sprite[3:]]))
        picture = self.backgrounds[[g * DRAWS + r.randrange(DRAWS) for g in grounds]]
        layers = torch.stack(sprites)
        places = [self._places(n) for n in copies]
        shade = torch.rand(count, 3, 1, 1, generator=self.torch) * 0.16 + 0.86
        light = torch.cat([shade, torch.ones(count, 1, 1, 1)], 1)
        for k in range(MOST):
            at = torch.tensor([p[k] if k < len(p) else (9.0, 9.0, 0.5) for p in places])
            top = self._place(layers, at) * light
            picture = top + picture * (1 - top[:, 3:])
        labels = {
            "subject": [self.rows[c][0] for c in chosen], "style": [self.rows[c][1] for c in chosen], "colour": colours,
            "background": grounds, "count": [n - 1 for n in copies],
        }  # fmt: skip
        return picture, {name: torch.tensor(values) for name, values in labels.items()}

    def _place(self, layers: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        count = len(layers)
        angle = (torch.rand(count, generator=self.torch) - 0.5) * 0.4
        flip = (torch.rand(count, generator=self.torch) < 0.5).float() * 2 - 1
        x, y, scale = at.unbind(1)
        cos, sin = angle.cos() / scale, angle.sin() / scale
        theta = torch.stack([flip * cos, flip * sin, -flip * (cos * x + sin * y), -sin, cos, sin * x - cos * y], 1).view(-1, 2, 3)
        grid = F.affine_grid(theta, [count, 4, SIDE, SIDE], align_corners=False)
        return F.grid_sample(layers, grid, align_corners=False)


def layer(i: int, o: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU())


class Recogniser(nn.Module):
    def __init__(self, concepts: int, styles: int):
        super().__init__()
        widths = (24, 48, 96, 160, 224)
        layers = [layer(4, widths[0], 2)]
        for i, o in zip(widths[:-1], widths[1:]):
            layers += [layer(i, o, 1 if i == widths[0] else 2), layer(o, o, 1)]
        self.body = nn.Sequential(*layers)
        sizes = {"subject": concepts, "style": styles, "colour": len(COLOUR_NAMES), "background": len(BACKGROUNDS), "count": MOST}
        self.heads = nn.ModuleDict({name: nn.Linear(2 * widths[-1], size) for name, size in sizes.items()})

    def forward(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        """Premultiplied [N, 4, 64, 64] in 0..1 -> log probabilities by question."""
        y = self.body(on_grey(pictures).contiguous(memory_format=torch.channels_last))
        y = torch.cat([y.mean((2, 3)), y.amax((2, 3))], 1)
        return {name: head(y).log_softmax(1) for name, head in self.heads.items()}


def train_recogniser(config: Config) -> None:
    """Writes recogniser.pt: weights, and the share of right answers on true scenes that it has not seen."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    settings, atlas, path = config["evaluate"], Atlas(config), config.path("recogniser.pt")
    scenes = TrueScenes(atlas, config.styles, config.seed)
    model = Recogniser(len(scenes.concepts), len(scenes.styles)).to(memory_format=torch.channels_last)
    average, optimizer = Average(model, 0.995), torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    spent, step, total = 0.0, 0, settings["recogniser_seconds"]
    while spent < total:
        started = time.monotonic()
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 100) * fall(spent / total)
        pictures, labels = scenes.batch(settings["recogniser_batch"])
        pictures = (pictures + torch.rand(len(pictures), 1, 1, 1) * 0.04 * torch.randn_like(pictures)).clamp(0, 1)
        answers = model(pictures)
        loss = sum(F.nll_loss(answers[name], wanted) for name, wanted in labels.items())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        average.update(model)
        step += 1
        spent += min(20.0, time.monotonic() - started)
        if step % 100 == 0:
            print(f"recogniser: step {step} {spent:.0f} s loss {loss.item():.3f}", flush=True)
            torch.save({"model": average.weights, "concepts": scenes.concepts, "styles": scenes.styles}, path)
    torch.save({"model": average.weights, "concepts": scenes.concepts, "styles": scenes.styles}, path)
    right = accuracy(load_recogniser(config), scenes)
    print(f"recogniser: {step} steps, right on true scenes: {right}", flush=True)


@torch.no_grad()
def accuracy(model: Recogniser, scenes: TrueScenes) -> dict[str, float]:
    right: dict[str, float] = {}
    for _ in range(TESTED // 100):
        pictures, labels = scenes.batch(100)
        for name, answer in model(pictures).items():
            right[name] = right.get(name, 0) + float((answer.argmax(1) == labels[name]).sum())
    return {name: round(n / TESTED, 3) for name, n in right.items()}


def load_recogniser(config: Config) -> Recogniser:
    saved = torch.load(config.path("recogniser.pt"), map_location="cpu")
    model = Recogniser(len(saved["concepts"]), len(saved["styles"]))
    model.load_state_dict(saved["model"])
    model.concepts, model.styles = saved["concepts"], saved["styles"]
    return model.eval()
