"""The evaluation stage: benchmark, diversity, distance to the nearest training picture, and contact sheets, into evaluation/."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F

from training.bank import Composer
from training.config import Config
from training.evaluate.benchmark import KINDS, benchmark, hundred
from training.evaluate.draw import Artist, save_sheet
from training.evaluate.judge import SIDE, Judge, true_picture
from training.export import write_json
from training.scenes.compose import Place
from training.scenes.sample import Scene, Thing

STEPS, GUIDANCE = 8, 2.5
VARIETY_PROMPTS = 12


def on_white(pictures: torch.Tensor) -> torch.Tensor:
    return (pictures[:, :3] + 1 - pictures[:, 3:]).clamp(0, 1)


def small(pictures: torch.Tensor, side: int = 48) -> torch.Tensor:
    return F.interpolate(pictures, size=side, mode="area")


def ask(artist: Artist, items: list[tuple[str, Scene]], seed: int) -> dict[str, dict[str, float]]:
    """Accuracy of each kind on the model's pictures, and the judge's own on true renders of the same scenes."""
    judge, composer, report = Judge(artist.atlas, seed), Composer(artist.atlas, random.Random(seed + 1), size=SIDE), {}
    for kind in KINDS:
        scenes = [scene for k, scene in items if k == kind]
        drawn = artist.draw([s.caption for s in scenes], artist.canvas(scenes), seed, STEPS, GUIDANCE)
        share = lambda pictures: sum(judge.is_right(kind, p, s) for p, s in zip(pictures, scenes)) / len(scenes)  # noqa: B023, E731
        report[kind] = {"model": share(drawn), "judge on true pictures": share([true_picture(composer, s) for s in scenes])}
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
    save_sheet(sheet, out("contact-sheet.jpg"), 10, 160)
    save_sheet(artist.draw([s.caption for s in taught], artist.canvas(taught), 1, STEPS, GUIDANCE), out("taught.jpg"), 10, 160)
    report: dict = {"prompts": [s.caption for s in trained], "taught": [s.caption for s in taught]}
    items = benchmark(artist.atlas)
    items = [item for kind in KINDS for item in [i for i in items if i[0] == kind][: config["evaluate"]["each"]]]
    report["guided"] = ask(artist, items, 3)
    report["variety"] = variety(artist, trained[:VARIETY_PROMPTS])
    if config.path("distilled.pt").exists():
        quick = Artist(config, distilled=True)
        save_sheet(quick.draw([s.caption for s in trained], quick.canvas(trained), 1), out("contact-sheet-distilled.jpg"), 10, 160)
        report["distilled"] = ask(quick, items, 3)
    write_json(out("report.json"), report)
