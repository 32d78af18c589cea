"""A judge that shares nothing with the model and learns nothing: it asks which of several possible pictures the drawn one is nearest to.

Each question is a forced choice between references made from the memory with the layout of the scene: a hundred things, twelve colours, five
counts, four relations, the styles there are, or all backgrounds. It knows where things were to be, so it cannot see a picture that obeys the
layout badly and words well; its own accuracy on true renders with other draws stands beside every figure.
"""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F

from training.bank import Composer
from training.scenes.backgrounds import COLOURS, SCENES, draw_background
from training.scenes.memory import Atlas
from training.scenes.sample import Scene, Thing

SIDE = 64
CHOICES = 100  # the subject is picked out of so many things
EXAMPLES = 8  # draws of each background
COARSE = 16  # side at which backgrounds are compared
BACKGROUNDS = [*SCENES, "white", "transparent", *(f"plain {c}" for c in COLOURS)]
RELATIONS = {"left": "left", "right": "right", "above": "above", "on": "above", "below": "below", "under": "below"}


def on_grey(pictures: torch.Tensor) -> torch.Tensor:
    """[N, 4, H, W] premultiplied -> [N, 3, H, W]: what is transparent differs from white and black."""
    return pictures[:, :3] + 0.5 * (1 - pictures[:, 3:])


class Judge:
    def __init__(self, atlas: Atlas, seed: int):
        self.random = random.Random(seed)
        self.composer = Composer(atlas, self.random, size=SIDE)
        self.atlas = atlas
        drawn = [draw_background(name, COARSE, self.random) for name in BACKGROUNDS for _ in range(EXAMPLES)]
        self.backgrounds = on_grey(torch.stack(drawn))

    def canvas(self, things: list[Thing], style: str) -> torch.Tensor:
        return self.composer.layers(Scene(style, things), [style] * len(things))

    def nearest(self, picture: torch.Tensor, options: list[torch.Tensor], everywhere: bool) -> int:
        """Which canvas the picture is nearest to, inside the things alone or (on a white background) everywhere."""
        refs = torch.stack(options)
        if everywhere:
            white = refs[:, :3] + 1 - refs[:, 3:]
            return int((white - (picture[:3] + 1 - picture[3:])).pow(2).mean((1, 2, 3)).argmin())
        off = (picture[:3] * refs[:, 3:] - refs[:, :3]).pow(2).sum((1, 2, 3)) / refs[:, 3].sum((1, 2)).clamp(min=1)
        return int(off.argmin())

    def is_right(self, kind: str, picture: torch.Tensor, scene: Scene) -> bool:
        """Whether the picture [4, H, W] answers the question as the scene says."""
        picture = F.interpolate(picture[None], size=SIDE, mode="area")[0] if picture.shape[-1] != SIDE else picture
        if kind == "background":
            return self._background(picture, scene)
        options = getattr(self, f"_{kind}")(scene)
        return self.nearest(picture, options, kind in ("count", "relation")) == 0

    def _subject(self, scene: Scene) -> list[torch.Tensor]:
        thing = scene.things[0]
        pool = [c for c in self.composer.sampler.by_style[scene.style] if c != thing.concept]
        rivals = [thing.concept, *self.random.sample(pool, min(CHOICES - 1, len(pool)))]
        return [self.canvas([Thing(c, thing.at, thing.colour)], scene.style) for c in rivals]

    def _colour(self, scene: Scene) -> list[torch.Tensor]:
        thing = scene.things[0]
        colours = [thing.colour, *(c for c in COLOURS if c != thing.colour)]
        return [self.canvas([Thing(thing.concept, thing.at, c)], scene.style) for c in colours]

    def _style(self, scene: Scene) -> list[torch.Tensor]:
        thing = scene.things[0]
        styles = [scene.style, *(s for s in self.atlas.boxes[thing.concept] if s != scene.style)]
        return [self.canvas([thing], style) for style in styles]

    def _count(self, scene: Scene) -> list[torch.Tensor]:
        concept, colour, options, seen = scene.things[0].concept, scene.things[0].colour, [self.canvas(scene.things, scene.style)], {len(scene.things)}
        while len(seen) < 4:
            other = Scene(scene.style)
            self.composer.sampler.count(other, [concept])
            if len(other.things) not in seen:
                seen.add(len(other.things))
                options.append(self.canvas([Thing(concept, t.at, colour) for t in other.things], scene.style))
        return options

    def _relation(self, scene: Scene) -> list[torch.Tensor]:
        first, second = scene.things
        options, seen = [self.canvas(scene.things, scene.style)], {RELATIONS[scene.relation or ""]}
        while len(seen) < 4:
            other = Scene(scene.style)
            self.composer.sampler.pair(other, [first.concept, second.concept])
            said = RELATIONS.get(other.relation or "")
            if said is not None and said not in seen:
                seen.add(said)
                moved = [Thing(thing.concept, place.at, thing.colour) for thing, place in zip(scene.things, other.things)]
                options.append(self.canvas(moved, scene.style))
        return options

    def _background(self, picture: torch.Tensor, scene: Scene) -> bool:
        free = 1 - F.interpolate(self.canvas(scene.things, scene.style)[None, 3:], size=COARSE, mode="area")
        coarse = on_grey(F.interpolate(picture[None], size=COARSE, mode="area"))
        off = ((self.backgrounds - coarse) * (free > 0.95).float()).pow(2).sum((1, 2, 3))
        return BACKGROUNDS[int(off.argmin()) // EXAMPLES] == scene.background


def true_picture(composer: Composer, scene: Scene) -> torch.Tensor:
    return composer.target(scene, composer.layers(scene, [scene.style] * len(scene.things)))
