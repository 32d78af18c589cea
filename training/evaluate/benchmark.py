"""The fixed benchmark: 600 prompts with exact truth, a hundred for each of six questions; and the prompts of the contact sheets."""

from __future__ import annotations

import json
import random
import subprocess

from training.config import ROOT
from training.scenes.backgrounds import COLOURS, SCENES
from training.scenes.captions import STYLE_WORDS, background_phrase, thing
from training.scenes.compose import jitter
from training.scenes.memory import Atlas
from training.scenes.sample import Sampler, Scene, Thing

EACH = 100
KINDS = ("subject", "colour", "background", "count", "relation", "style")
SHEET_STYLES = ("fluent-3d", "noto", "fluent-flat", "noto-v1")


def single(sampler: Sampler, concept: str, style: str, background: str, colour: str | None = None) -> Scene:
    """One thing in the middle."""
    r = sampler.random
    at = jitter(r, 0, 0, 0.85, 0.5)
    words = [thing(sampler.name(concept), colour, None, 1, r), background_phrase(background, r)]
    return Scene(style, [Thing(concept, at, colour)], background, None, "".join(words) + ", " + STYLE_WORDS[style][0])


def benchmark(atlas: Atlas, seed: int) -> list[tuple[str, Scene]]:
    """(kind, scene): what is asked is in the scene, the prompt is its caption. Things are called by their own full names."""
    # "a cat" may be a cat or a cat face: either is right, so neither is asked for.
    twins = {n for n in atlas.own.values() if f"{n} face" in atlas.own.values()}
    asked = {c: s for c, s in atlas.boxes.items() if c not in atlas.held_out and atlas.own[c] not in twins}
    sampler = Sampler(asked, {c: [n] for c, n in atlas.own.items()}, random.Random(seed))
    out, r = [], sampler.random
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


def fixed_prompts() -> list[str]:
    """The hundred things of `easel evaluate`, each on another background and in another style."""
    script = "import('./dist/src/cli/evaluation-prompts.js').then((m) => console.log(JSON.stringify(m.EVALUATION_PROMPTS)))"
    things = json.loads(subprocess.run(["node", "-e", script], cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    return [dressed(name, i) for i, name in enumerate(things)]


def taught_prompts(count: int) -> list[str]:
    """The same for things that a community taught: thing0, thing1, ..."""
    return [dressed(f":thing{i}:", i + 3) for i in range(count)]


def dressed(name: str, i: int) -> str:
    backgrounds = [*SCENES, "white", "transparent", "plain blue", "plain yellow"]
    style = STYLE_WORDS[SHEET_STYLES[i % len(SHEET_STYLES)]][0]
    return f"{name}{background_phrase(backgrounds[i * 7 % len(backgrounds)], random.Random(i))}, {style}"
