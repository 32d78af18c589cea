"""Puts the benchmark's questions to the recogniser. It knows the question and the possible answers, and nothing of where things were laid."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F

from training.evaluate.recogniser import BACKGROUNDS, COLOUR_NAMES, SIDE, Recogniser
from training.scenes.memory import Atlas
from training.scenes.sample import Scene

CHOICES = 100  # the subject is picked out of so many things
# Where the first of two things is; the second is opposite.
RELATIONS = {"left": "left", "right": "right", "above": "above", "on": "above", "below": "below", "under": "below"}
HALVES = {"left": (0.0, 0.25), "right": (0.5, 0.25), "above": (0.25, 0.0), "below": (0.25, 0.5)}  # left and top of a half, as shares
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}


def small(pictures: torch.Tensor) -> torch.Tensor:
    return F.interpolate(pictures, size=SIDE, mode="area") if pictures.shape[-1] != SIDE else pictures


class Judge:
    def __init__(self, recogniser: Recogniser, atlas: Atlas, seed: int):
        self.recogniser, self.atlas, self.seed = recogniser, atlas, seed

    @torch.no_grad()
    def share(self, kind: str, pictures: torch.Tensor, scenes: list[Scene]) -> float:
        """The share of premultiplied pictures [N, 4, H, W] that answer the question as their scenes say."""
        if kind == "relation":
            right = self._relation(pictures, scenes)
        else:
            answers = self.recogniser(small(pictures))[kind]
            right = [self._is_right(kind, answer, scene, i) for i, (answer, scene) in enumerate(zip(answers, scenes))]
        return sum(right) / len(right)

    def _is_right(self, kind: str, answer: torch.Tensor, scene: Scene, number: int) -> bool:
        thing = scene.things[0]
        if kind == "subject":
            true = self.recogniser.concepts.index(thing.concept)
            own = [i for i, c in enumerate(self.recogniser.concepts) if c != thing.concept and scene.style in self.atlas.boxes[c]]
            rivals = random.Random(self.seed + number).sample(own, min(CHOICES - 1, len(own)))
            return bool(answer[true] > answer[rivals].max())
        if kind == "style":
            there = [self.recogniser.styles.index(s) for s in self.atlas.boxes[thing.concept]]
            return there[int(answer[there].argmax())] == self.recogniser.styles.index(scene.style)
        if kind == "colour":
            return COLOUR_NAMES[1 + int(answer[1:].argmax())] == thing.colour
        if kind == "background":
            return BACKGROUNDS[int(answer.argmax())] == scene.background
        return int(answer.argmax()) + 1 == len(scene.things)  # count

    def _relation(self, pictures: torch.Tensor, scenes: list[Scene]) -> list[bool]:
        side, seen = pictures.shape[-1], {}
        for name, (x, y) in HALVES.items():
            left, top, half = int(x * side), int(y * side), side // 2
            seen[name] = self.recogniser(small(pictures[:, :, top : top + half, left : left + half]))["subject"]
        right = []
        for i, scene in enumerate(scenes):
            first, second = (self.recogniser.concepts.index(t.concept) for t in scene.things)
            score = {side: float(seen[side][i, first] + seen[OPPOSITE[side]][i, second]) for side in HALVES}
            right.append(max(score, key=score.get) == RELATIONS[scene.relation or ""])
        return right
