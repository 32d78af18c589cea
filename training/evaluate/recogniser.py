"""A judge trained apart from the model: a small network that says count, relation, style, colour and background of a picture."""

from __future__ import annotations

import random
import time

import torch
import torch.nn.functional as F
from torch import nn

from training.bank import Composer
from training.config import STYLES, Config
from training.scenes.backgrounds import COLOURS, SCENES
from training.scenes.memory import Atlas
from training.scenes.sample import Scene

SIDE = 96
RELATIONS = {"left": "left", "right": "right", "above": "above", "on": "above", "below": "below", "under": "below"}
ANSWERS = {
    "count": ["1", "2", "3", "4", "5"],
    "relation": ["left", "right", "above", "below"],
    "style": list(STYLES),
    "colour": list(COLOURS),
    "background": [*SCENES, "white", "transparent", *(f"plain {c}" for c in COLOURS)],
}


def truth(scene: Scene) -> dict[str, int]:
    """The right answers about a scene; -1 where there is none (a relation of one thing, a colour that was not changed)."""
    colours = {t.colour for t in scene.things}
    said = {
        "count": str(len(scene.things)),
        "relation": RELATIONS.get(scene.relation or ""),
        "style": scene.style,
        "colour": colours.pop() if len(colours) == 1 else None,
        "background": scene.background,
    }
    return {kind: answers.index(said[kind]) if said[kind] in answers else -1 for kind, answers in ANSWERS.items()}


class Recogniser(nn.Module):
    """Premultiplied RGBA [B, 4, 96, 96] in 0..1 -> scores of the answers to each question."""

    def __init__(self, width: int = 32):
        super().__init__()
        widths, layers = [width, 2 * width, 4 * width, 6 * width], [nn.Conv2d(4, width, 3, 2, 1), nn.ReLU()]
        for i, o in zip(widths, widths[1:] + widths[-1:]):
            layers += [nn.Conv2d(i, i, 3, padding=1), nn.ReLU(), nn.Conv2d(i, o, 3, 2, 1), nn.GroupNorm(8, o), nn.ReLU()]
        self.body = nn.Sequential(*layers)  # 96 -> 48 -> 24 -> 12 -> 6 -> 3
        self.inner = nn.Sequential(nn.Flatten(), nn.Linear(9 * widths[-1], 256), nn.ReLU())
        self.heads = nn.ModuleDict({kind: nn.Linear(256, len(answers)) for kind, answers in ANSWERS.items()})

    def forward(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        features = self.inner(self.body(pictures * 2 - 1))
        return {kind: head(features) for kind, head in self.heads.items()}


def draw(composer: Composer, scene: Scene) -> torch.Tensor:
    return composer.target(scene, composer.layers(scene, [scene.style] * len(scene.things)))


def batch(composer: Composer, count: int) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    scenes = [composer.sampler.scene() for _ in range(count)]
    answers = [truth(scene) for scene in scenes]
    return torch.stack([draw(composer, s) for s in scenes]), {kind: torch.tensor([a[kind] for a in answers]) for kind in ANSWERS}


def train_recogniser(config: Config, atlas: Atlas) -> Recogniser:
    """Trains for the configured seconds on scenes of other seeds than the model's; kept in recogniser.pt."""
    torch.manual_seed(config.seed + 2)
    model, path = Recogniser(), config.path("recogniser.pt")
    if path.exists():
        model.load_state_dict(torch.load(path, map_location="cpu"))
        return model.eval()
    composer = Composer(atlas, random.Random(config.seed + 77_000_001), size=SIDE)
    settings, optimizer = config["evaluate"], torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    started, step, last = time.monotonic(), 0, 0.0
    while (elapsed := time.monotonic() - started) < settings["seconds"]:
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * max(0.02, 1 - elapsed / settings["seconds"])
        pictures, answers = batch(composer, settings["batch"])
        scores = model(pictures)
        loss = sum(F.cross_entropy(scores[kind], answers[kind], ignore_index=-1) for kind in ANSWERS if (answers[kind] >= 0).any())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step, last = step + 1, loss.item()
        if step % 50 == 0:
            print(f"recogniser: step {step} {elapsed:.0f} s loss {last:.3f}", flush=True)
    torch.save(model.state_dict(), path)
    return model.eval()


@torch.no_grad()
def right(model: Recogniser, pictures: torch.Tensor, scenes: list[Scene], kind: str) -> float:
    """Share of pictures whose answer to one question is right."""
    scores = model(F.interpolate(pictures, size=SIDE, mode="area") if pictures.shape[-1] != SIDE else pictures)[kind]
    wanted = torch.tensor([truth(scene)[kind] for scene in scenes])
    asked = wanted >= 0
    return float((scores.argmax(1)[asked] == wanted[asked]).float().mean())
