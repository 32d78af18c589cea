"""The fixed benchmark: 600 scenes with exact truth, a hundred for each of six questions, and a hundred single things for the contact sheet."""

from __future__ import annotations

import random

from training.scenes.backgrounds import COLOURS, SCENES
from training.scenes.captions import STYLE_WORDS, background_phrase, thing
from training.scenes.compose import jitter
from training.scenes.memory import Atlas
from training.scenes.sample import Sampler, Scene, Thing

EACH = 100
KINDS = ("subject", "colour", "background", "count", "relation", "style")
# Groups whose things people ask for one by one.
ASKED_FOR = {"animals-nature", "food-drink", "travel-places", "activities", "objects", "smileys-emotion"}


def single(sampler: Sampler, concept: str, style: str, background: str, colour: str | None = None) -> Scene:
    """One thing in the middle, as the layout places it."""
    r = sampler.random
    at = jitter(r, 0, 0, 0.85, 0.5)
    words = [thing(sampler.names[concept][0], colour, None, 1, r), background_phrase(background, r)]
    return Scene(style, [Thing(concept, at, colour)], background, None, "".join(words) + ", " + STYLE_WORDS[style][0])


def benchmark(atlas: Atlas, seed: int = 600) -> list[tuple[str, Scene]]:
    """(kind, scene): what is asked is in the scene; the judge chooses between it and others."""
    sampler, out = atlas.sampler(random.Random(seed)), []
    r = sampler.random
    for kind in KINDS:
        for i in range(EACH):
            style = sampler.styles[i % len(sampler.styles)]
            concept = r.choice(sampler.by_style[style])
            background, colour = r.choice(["white", "transparent", "gradient"]), None
            if kind == "background":
                background = r.choice([*SCENES, "plain " + r.choice(list(COLOURS)), "white", "transparent"])
            if kind == "colour":
                colour = r.choice(list(COLOURS))
            if kind in ("count", "relation"):
                out.append((kind, _composed(sampler, style, kind)))
            else:
                out.append((kind, single(sampler, concept, style, background, colour)))
    return out


def _composed(sampler: Sampler, style: str, kind: str) -> Scene:
    scene = Scene(style, background="white")
    pool = sampler.by_style[style]
    text = sampler.count(scene, pool) if kind == "count" else sampler.pair(scene, pool)
    while kind == "relation" and scene.relation == "beside":  # that says no side
        text = sampler.pair(scene, pool)
    scene.caption = text + ", white background, " + STYLE_WORDS[style][0]
    return scene


def hundred(atlas: Atlas, held_out: bool, seed: int = 100) -> list[Scene]:
    """A hundred single things (or as many as are held out) over all scenes and styles, for the eye."""
    sampler = atlas.sampler(random.Random(seed), held_out)
    r, concepts = sampler.random, sorted(sampler.pictures)
    groups = atlas.groups
    concepts = [c for c in concepts if groups[c] in ASKED_FOR] or concepts
    backgrounds = [*SCENES, "white", "transparent", "plain blue", "plain yellow", "white", "transparent"]
    scenes = []
    for i, concept in enumerate(r.sample(concepts, min(EACH, len(concepts)))):
        style = r.choice(list(sampler.pictures[concept]))
        scenes.append(single(sampler, concept, style, backgrounds[i % len(backgrounds)], r.choice(list(COLOURS)) if i % 5 == 4 else None))
    return scenes
