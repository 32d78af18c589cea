"""Draws a scene from a seed: things with exact labels, where they are, their background, and the caption that asks for it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from training.data.names import ENGLISH
from training.scenes.backgrounds import COLOURS, GROUND, SCENES
from training.scenes.captions import RELATIONS, SIZE_WORDS, STYLE_WORDS, background_phrase, thing
from training.scenes.compose import Place, jitter


@dataclass
class Thing:
    concept: str
    at: Place
    colour: str | None = None


@dataclass
class Scene:
    """All that is true of a picture. `relation` holds between the first two things."""

    style: str
    things: list[Thing] = field(default_factory=list)
    background: str = "white"
    relation: str | None = None
    caption: str = ""


class Sampler:
    """Scenes over some concepts. `pictures` says which styles each has; `boxes` where each picture is visible; `names` what to call it."""

    def __init__(self, pictures: dict[str, dict[str, list[float]]], names: dict[str, list[str]], seed: random.Random):
        self.pictures, self.names, self.random = pictures, names, seed
        self.by_style: dict[str, list[str]] = {}
        for concept, styles in pictures.items():
            for style in styles:
                self.by_style.setdefault(style, []).append(concept)
        self.styles = list(self.by_style)

    def name(self, concept: str) -> str:
        return self.random.choice(self.names[concept])

    def background(self) -> tuple[str, bool]:
        """A background, and whether the caption names it."""
        r, at = self.random, self.random.random()
        if at < 0.2:
            return "transparent", True
        if at < 0.28:
            return "white", True
        if at < 0.34:
            return "white", False
        if at < 0.42:
            return r.choice(["plain " + r.choice(list(COLOURS)), "gradient", r.choice(SCENES)]), False
        return ("plain " + r.choice(list(COLOURS)) if at < 0.56 else r.choice(SCENES)), True

    def scene(self) -> Scene:
        r = self.random
        scene = Scene(r.choices(self.styles, [len(self.by_style[s]) for s in self.styles])[0])
        scene.background, named = self.background()
        pool, kind = self.by_style[scene.style], r.random()
        if kind < 0.5:
            text = self._single(scene, pool)
        elif kind < 0.66:
            text = self.count(scene, pool)
        elif kind < 0.92:
            text = self.pair(scene, pool)
        else:
            text = self._three(scene, pool)
        if named:
            text += background_phrase(scene.background, r)
        if r.random() < 0.7:
            text += ", " + r.choice(STYLE_WORDS[scene.style])
        scene.caption = text
        return scene

    def _colour(self) -> str | None:
        return self.random.choice(list(COLOURS)) if self.random.random() < 0.28 else None

    def _single(self, scene: Scene, pool: list[str]) -> str:
        r, concept, colour = self.random, self.random.choice(pool), self._colour()
        size = r.choice(list(SIZE_WORDS)) if r.random() < 0.2 else None
        scale = SIZE_WORDS[size] if size else r.uniform(0.72, 0.95)
        x, y = r.uniform(-0.09, 0.09), r.uniform(-0.09, 0.09)
        if scale < 0.5:
            x, y = r.uniform(-0.35, 0.35), r.uniform(-0.3, 0.4)
        elif scene.background in GROUND and r.random() < 0.6:
            y = 0.86 - scale * (2 * self.pictures[concept][scene.style][3] - 1)  # stands on the ground
            y = min(0.25, y)
        at = jitter(r, x, y, scale, 0.2)
        scene.things = [Thing(concept, at, colour)]
        return thing(self.name(concept), colour, size, 1, r)

    def count(self, scene: Scene, pool: list[str]) -> str:
        r, concept, colour, count = self.random, self.random.choice(pool), self._colour(), self.random.choice((2, 2, 3, 3, 4, 5))
        places = {
            2: [(-0.48, 0, 0.5), (0.48, 0, 0.5)],
            3: r.choice([[(-0.64, 0, 0.34), (0, 0, 0.34), (0.64, 0, 0.34)], [(0, -0.46, 0.46), (-0.48, 0.44, 0.46), (0.48, 0.44, 0.46)]]),
            4: [(-0.48, -0.46, 0.45), (0.48, -0.46, 0.45), (-0.48, 0.46, 0.45), (0.48, 0.46, 0.45)],
            5: [(-0.64, -0.4, 0.34), (0, -0.4, 0.34), (0.64, -0.4, 0.34), (-0.34, 0.4, 0.36), (0.34, 0.4, 0.36)],
        }[count]  # fmt: skip
        scene.things = [Thing(concept, jitter(r, *p), colour) for p in places]
        text = thing(self.name(concept), colour, None, count, r)
        return text + " in a row" if count == 3 and places[0][1] == 0 and r.random() < 0.5 else text

    def pair(self, scene: Scene, pool: list[str]) -> str:
        r = self.random
        first, second = r.sample(pool, 2)
        colours = self._colour(), self._colour()
        relation = r.choice([k for k in RELATIONS if k != "between"])
        if relation in ("beside", "left", "right"):
            side = 1 if relation == "right" or (relation == "beside" and r.random() < 0.3) else -1
            places = [jitter(r, 0.48 * side, 0.1 * r.random(), 0.5), jitter(r, -0.48 * side, 0.1 * r.random(), 0.5)]
        elif relation in ("above", "below"):
            up = -1 if relation == "above" else 1
            places = [jitter(r, 0, 0.48 * up, 0.46), jitter(r, 0, -0.48 * up, 0.46)]
        else:
            places = self._stacked(scene, (first, second) if relation == "on" else (second, first))
            places = places if relation == "on" else places[::-1]
        scene.relation = relation
        scene.things = [Thing(first, places[0], colours[0]), Thing(second, places[1], colours[1])]
        words = [thing(self.name(c), colour, None, 1, r) for c, colour in zip((first, second), colours)]
        return r.choice(RELATIONS[relation]).join(words)

    def _stacked(self, scene: Scene, pair: tuple[str, str]) -> list[Place]:
        """The upper thing's visible bottom on the lower thing's visible top."""
        r = self.random
        low = Place(r.uniform(-0.08, 0.08), r.uniform(0.38, 0.46), 0.55, 0.0, r.random() < 0.5)
        high = Place(low.x + r.uniform(-0.08, 0.08), 0, 0.42, 0.0, r.random() < 0.5)
        boxes = [self.pictures[concept][scene.style] for concept in pair]
        top = low.y + (2 * boxes[1][1] - 1) * low.scale
        high.y = top - (2 * boxes[0][3] - 1) * high.scale + 0.06
        return [high, low]

    def _three(self, scene: Scene, pool: list[str]) -> str:
        r, concepts = self.random, self.random.sample(pool, 3)
        y, between = r.uniform(-0.1, 0.15), r.random() < 0.4
        places = [jitter(r, x, y, 0.35, 0.6) for x in (-0.64, 0, 0.64)]
        order = [1, 0, 2] if between else [0, 1, 2]
        scene.things = [Thing(c, places[i], self._colour()) for c, i in zip(concepts, order)]
        words = [thing(self.name(t.concept), t.colour, None, 1, r) for t in scene.things]
        scene.relation = "between" if between else None
        if between:
            return f"{words[0]} between {words[1]} and {words[2]}"
        return f"{words[0]}, {words[1]} and {words[2]}" + (" in a row" if r.random() < 0.3 else "")


def names_of(concepts: list[str], english: dict[str, list[str]], own: dict[str, str]) -> dict[str, list[str]]:
    """Concept -> up to three names for captions, shortest first: its own, those people use, and parts of its own that mean it first."""
    named = {concept: [own[concept]] for concept in concepts}
    for name, ids in english.items():
        best = ids[0] if ids else None
        part = best in named and set(name.split()) <= set(own[best].split())
        if best in named and (part or name in ENGLISH) and name not in named[best]:
            named[best].append(name)
    return {concept: sorted(names, key=len)[:3] for concept, names in named.items()}
