"""How well pictures from elsewhere are redrawn: scenes of things that were never trained on, blurred, bent, in few colours or in another style,
go in as pictures, and what comes out is compared with the true scene."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F
from PIL import Image

from training.bank import Composer, spoil
from training.config import Config
from training.evaluate.draw import Easel, on_white, save_sheet
from training.evaluate.features import Features
from training.scenes.backgrounds import SCENES
from training.scenes.captions import STYLE_WORDS, background_phrase, thing
from training.scenes.compose import Place
from training.scenes.memory import Atlas
from training.scenes.sample import Scene, Thing

KINDS = ("spoilt", "other style")
STRENGTH = 0.75


def scenes(atlas: Atlas, count: int, seed: int) -> list[tuple[str, Scene, torch.Tensor, torch.Tensor]]:
    """(kind, scene, what is given, what it should become): premultiplied [4, H, W]."""
    r, composer = random.Random(seed), Composer(atlas, random.Random(seed), held_out=True)
    several = sorted(c for c in atlas.held_out if len(atlas.boxes[c]) > 1)
    out = []
    for i in range(count):
        kind, concept = KINDS[i % len(KINDS)], r.choice(several)
        style, other = r.sample(sorted(atlas.boxes[concept]), 2)
        background = r.choice(SCENES)
        words = thing(atlas.own[concept], None, None, 1, r) + background_phrase(background, r) + ", " + STYLE_WORDS[style][0]
        scene = Scene(style, [Thing(concept, Place(0, 0.05, 0.8))], background, None, words)
        under = composer.background(scene)
        true = composer.target(scene, composer.layers(scene, [style]), under)
        given = spoil(true, r) if kind == "spoilt" else composer.target(scene, composer.layers(scene, [other]), under)
        out.append((kind, scene, given, true))
    return out


def redraw(config: Config, easel: Easel, features: Features, atlas: Atlas) -> dict:
    """Writes evaluation/redrawn.jpg (given, drawn, given, drawn ...); the mean cosine distance to the true scene in the pooled features, of what
    is given and of what is drawn."""
    torch.manual_seed(config["evaluate"]["seed"])
    items = scenes(atlas, config["evaluate"]["redrawn"], config["evaluate"]["seed"])
    jobs = []
    for i, (_, scene, given, _) in enumerate(items):
        file = config.path("evaluation", "given", f"{i}.png")
        Image.fromarray((on_white(given[None])[0].permute(1, 2, 0) * 255).round().byte().numpy()).save(file)
        jobs.append({"prompt": scene.caption, "seed": i, "image": str(file.resolve()), "strength": STRENGTH})
    drawn = easel.draw(jobs)
    given, true = (torch.stack([item[at] for item in items]) for at in (2, 3))
    save_sheet(torch.stack([given, drawn], 1).flatten(0, 1)[:40], config.path("evaluation", "redrawn.jpg"), 8, 192)
    unit = lambda pictures: F.normalize(features.see(pictures).pooled, dim=1)  # noqa: E731
    wanted = unit(true)
    off = {"given": 1 - (unit(given) * wanted).sum(1), "drawn": 1 - (unit(drawn) * wanted).sum(1)}
    at = {kind: [i for i, item in enumerate(items) if item[0] == kind] for kind in KINDS}
    return {kind: {name: round(float(values[at[kind]].mean()), 3) for name, values in off.items()} for kind in KINDS if at[kind]}
