"""Answers the benchmark's questions about pictures, knowing the possible answers and nothing of where things were laid.

Backgrounds are what the recogniser says, counts how often the thing's picture fits (count.py). Which thing, in which style, and which of two on which side, is what the picture is nearest
to, in the pooled features under the recogniser: pictures of the memory alone on white. Its colour is that of the recoloured memory pictures whose
colours are most nearly all in the picture, wherever they are.
"""

from __future__ import annotations

import itertools
import random

import torch
import torch.nn.functional as F

from training.evaluate.count import count_of
from training.evaluate.features import Features
from training.evaluate.recogniser import Recogniser, answer_all
from training.evaluate.true_scenes import BACKGROUNDS, PLAIN
from training.scenes.backgrounds import COLOURS
from training.scenes.compose import Place, place, tint
from training.scenes.memory import Atlas
from training.scenes.sample import Scene

CHOICES = 100  # the subject is picked out of so many things
# Where the first of two things is; the second is opposite.
RELATIONS = {"left": "left", "right": "right", "above": "above", "on": "above", "below": "below", "under": "below"}
HALVES = {"left": (0.0, 0.25), "right": (0.5, 0.25), "above": (0.25, 0.0), "below": (0.25, 0.5)}  # left and top of a half, as shares
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}


BINS = 6  # of each channel


def colours_of(picture: torch.Tensor) -> torch.Tensor:
    """How much of each colour a premultiplied picture [4, H, W] has: a histogram [6 x 6 x 6], shares of its area, spread over near bins."""
    alpha, rgb = picture[3].flatten(), (picture[:3] / picture[3:].clamp(min=0.04)).clamp(0, 1).flatten(1)
    at = rgb * (BINS - 1)
    low = at.floor().clamp(max=BINS - 2)
    out = torch.zeros(BINS**3)
    for corner in itertools.product((0, 1), repeat=3):
        near = [part if up else 1 - part for part, up in zip(at - low, corner)]
        red, green, blue = (channel.long() + up for channel, up in zip(low, corner))
        out.index_add_(0, (red * BINS + green) * BINS + blue, alpha * near[0] * near[1] * near[2])
    return out / alpha.numel()


class Judge:
    def __init__(self, recogniser: Recogniser, atlas: Atlas, seed: int, features: Features):
        self.recogniser, self.atlas, self.seed, self.features = recogniser, atlas, seed, features
        self.known: dict[tuple[str, str, str | None], torch.Tensor] = {}

    @torch.no_grad()
    def share(self, kind: str, pictures: torch.Tensor, scenes: list[Scene]) -> float:
        """The share of premultiplied pictures [N, 4, H, W] that answer the question as their scenes say."""
        if kind == "relation":
            right = self._relation(pictures, scenes)
        elif kind == "colour":
            right = [self._colour(picture, scene) == scene.things[0].colour for picture, scene in zip(pictures, scenes)]
        elif kind == "count":
            right = [count_of(picture, self._thing(scene)) == len(scene.things) for picture, scene in zip(pictures, scenes)]
        elif kind == "background":
            answers = answer_all(self.recogniser, self.features.see(pictures)).argmax(1).tolist()
            right = [BACKGROUNDS[answer] == PLAIN.get(scene.background, scene.background) for answer, scene in zip(answers, scenes)]
        else:
            right = []
            for number, (picture, scene) in enumerate(zip(pictures, scenes)):
                options = self._options(kind, scene, number)
                right.append(int(self._nearness(picture[None], options)[0].argmax()) == 0)
        return round(sum(right) / len(right), 3)

    def _thing(self, scene: Scene) -> torch.Tensor:
        thing = scene.things[0]
        return tint(self.atlas.picture(thing.concept, scene.style), thing.colour)

    def _colour(self, picture: torch.Tensor, scene: Scene) -> str:
        thing, seen = scene.things[0], colours_of(picture)
        shares = {}
        for colour in COLOURS:
            wanted = colours_of(place(tint(self.atlas.picture(thing.concept, scene.style), colour), Place(0, 0, 0.85)))
            shares[colour] = float(torch.minimum(seen, wanted).sum() / wanted.sum())
        return max(shares, key=shares.get)

    def _options(self, kind: str, scene: Scene, number: int) -> list[tuple[str, str, str | None]]:
        """(concept, style, colour), the right one first."""
        thing = scene.things[0]
        if kind == "subject":
            others = [c for c, styles in self.atlas.boxes.items() if c != thing.concept and scene.style in styles]
            rivals = random.Random(self.seed + number).sample(others, min(CHOICES - 1, len(others)))
            return [(c, scene.style, None) for c in (thing.concept, *rivals)]
        styles = [scene.style, *(s for s in self.atlas.boxes[thing.concept] if s != scene.style)]
        return [(thing.concept, style, None) for style in styles]

    def _nearness(self, pictures: torch.Tensor, options: list[tuple[str, str, str | None]]) -> torch.Tensor:
        """How near each picture is to each option: [pictures, options]."""
        new = [option for option in options if option not in self.known]
        if new:
            alone = [place(tint(self.atlas.picture(concept, style), colour), Place(0, 0, 0.85)) for concept, style, colour in new]
            self.known.update(zip(new, self._feature(torch.stack(alone))))
        return self._feature(pictures) @ torch.stack([self.known[option] for option in options]).T

    def _feature(self, pictures: torch.Tensor) -> torch.Tensor:
        return F.normalize(torch.from_numpy(self.features.of(pictures)).float(), dim=1)

    def _relation(self, pictures: torch.Tensor, scenes: list[Scene]) -> list[bool]:
        side, right = pictures.shape[-1], []
        for picture, scene in zip(pictures, scenes):
            halves = []
            for x, y in HALVES.values():
                left, top = int(x * side), int(y * side)
                halves.append(picture[:, top : top + side // 2, left : left + side // 2])
            near = self._nearness(torch.stack(halves), [(t.concept, scene.style, t.colour) for t in scene.things])
            names = list(HALVES)
            score = {name: float(near[i, 0] + near[names.index(OPPOSITE[name]), 1]) for i, name in enumerate(names)}
            right.append(max(score, key=score.get) == RELATIONS[scene.relation or ""])
        return right
