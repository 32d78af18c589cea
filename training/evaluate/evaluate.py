"""The evaluation stage: benchmark, diversity, distance to the nearest training picture, and contact sheets, into evaluation/."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F

from training.bank import Composer
from training.config import Config
from training.evaluate.benchmark import KINDS, benchmark, hundred
from training.evaluate.draw import Artist, save_sheet
from training.evaluate.recogniser import SIDE, draw, right, train_recogniser
from training.export import write_json
from training.scenes.compose import Place
from training.scenes.sample import Scene, Thing

CHOICES = 100  # the subject is picked out of so many things
STEPS, GUIDANCE = 8, 2.0
VARIETY_PROMPTS = 12


def on_white(pictures: torch.Tensor) -> torch.Tensor:
    return (pictures[:, :3] + 1 - pictures[:, 3:]).clamp(0, 1)


def small(pictures: torch.Tensor, side: int = 48) -> torch.Tensor:
    return F.interpolate(pictures, size=side, mode="area")


def picked(artist: Artist, pictures: torch.Tensor, scenes: list[Scene], seed: int) -> float:
    """Share of pictures that are nearest, in pixels inside the thing, to the right one of 100 memory pictures at the same place."""
    composer, hits = Composer(artist.atlas, random.Random(seed), size=SIDE), 0
    for picture, scene in zip(small(pictures, SIDE), scenes):
        thing = scene.things[0]
        pool = [c for c in composer.sampler.by_style[scene.style] if c != thing.concept]
        rivals = [thing.concept, *composer.random.sample(pool, min(CHOICES - 1, len(pool)))]
        options = torch.stack([composer.layers(Scene(scene.style, [Thing(c, thing.at, thing.colour)]), [scene.style]) for c in rivals])
        drawn = picture[:3] * options[:, 3:]
        away = (drawn - options[:, :3]).pow(2).sum((1, 2, 3)) / options[:, 3].sum((1, 2))
        # What lies outside must not look like the thing: add how badly the picture's own silhouette fits where it has one.
        if scene.background == "transparent":
            away = away + (picture[3:] - options[:, 3:]).pow(2).mean((1, 2, 3))
        hits += int(away.argmin()) == 0
    return hits / len(scenes)


def ask(artist: Artist, judge, items: list[tuple[str, Scene]], seed: int) -> dict[str, dict[str, float]]:  # noqa: ANN001
    """Accuracy of each kind on the model's pictures, and the judge's own on true renders of the same scenes."""
    composer, report = Composer(artist.atlas, random.Random(seed), size=SIDE), {}
    for kind in KINDS:
        scenes = [scene for k, scene in items if k == kind]
        drawn = artist.draw([s.caption for s in scenes], artist.canvas(scenes), seed, STEPS, GUIDANCE)
        real = torch.stack([draw(composer, s) for s in scenes])
        if kind == "subject":
            report[kind] = {"model": picked(artist, drawn, scenes, seed), "judge on true pictures": picked(artist, real, scenes, seed)}
        else:
            report[kind] = {"model": right(judge, drawn, scenes, kind), "judge on true pictures": right(judge, real, scenes, kind)}
        print(f"evaluate: {kind} {report[kind]}", flush=True)
    return report


def again(artist: Artist, scene: Scene, seed: int) -> Scene:
    """The same prompt with the layout's own draws of another seed: which style, where, how large, turned, mirrored."""
    r, thing = random.Random(seed), scene.things[0]
    at = Place(r.uniform(-0.08, 0.08), r.uniform(-0.08, 0.08), r.uniform(0.75, 0.95), r.uniform(-0.12, 0.12), r.random() < 0.5)
    return Scene(r.choice(list(artist.atlas.boxes[thing.concept])), [Thing(thing.concept, at, thing.colour)], scene.background)


def variety(artist: Artist, scenes: list[Scene]) -> dict[str, float]:
    """Mean distance of four pictures of one prompt (root mean square of pixels on white, 0..1), against pictures of different prompts."""
    apart = lambda pictures: [float((a - b).pow(2).mean().sqrt()) for i, a in enumerate(pictures) for b in pictures[:i]]  # noqa: E731
    own, first = [], []
    for number, scene in enumerate(scenes):
        four = [again(artist, scene, number * 4 + k) for k in range(4)]
        caption = scene.caption.rsplit(",", 1)[0]
        drawn = small(on_white(artist.draw([caption] * 4, artist.canvas(four), number * 10, STEPS, GUIDANCE)))
        own += apart(drawn)
        first.append(drawn[0])
    mean = lambda values: sum(values) / len(values)  # noqa: E731
    return {"four pictures of one prompt": mean(own), "pictures of different prompts": mean(apart(first))}


def evaluate(config: Config) -> None:
    """Writes evaluation/report.json and the sheets."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    count = config["evaluate"]["pictures"]
    artist = Artist(config)
    out = lambda name: config.path("evaluation", name)  # noqa: E731
    trained, taught = hundred(artist.atlas, False)[:count], hundred(artist.atlas, True)[: min(20, count)]
    sheet = artist.draw([s.caption for s in trained], artist.canvas(trained), 1, STEPS, GUIDANCE)
    save_sheet(sheet, out("contact-sheet.png"), 10, 160)
    save_sheet(artist.draw([s.caption for s in taught], artist.canvas(taught), 1, STEPS, GUIDANCE), out("taught.png"), 10, 160)
    report: dict = {"prompts": [s.caption for s in trained], "taught": [s.caption for s in taught]}
    judge = train_recogniser(config, artist.atlas)
    items = benchmark(artist.atlas)
    items = [item for kind in KINDS for item in [i for i in items if i[0] == kind][: config["evaluate"]["each"]]]
    report["guided"] = ask(artist, judge, items, 3)
    report["variety"] = variety(artist, trained[:VARIETY_PROMPTS])
    if config.path("distilled.pt").exists():
        quick = Artist(config, distilled=True)
        save_sheet(quick.draw([s.caption for s in trained], quick.canvas(trained), 1), out("contact-sheet-distilled.png"), 10, 160)
        report["distilled"] = ask(quick, judge, items, 3)
    write_json(out("report.json"), report)
