"""The evaluation stage: benchmark, distances, variety and contact sheets of what Easel draws with export/, into evaluation/."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F
from PIL import Image

from training.bank import Composer
from training.config import PICTURE, Config
from training.evaluate.benchmark import KINDS, benchmark, fixed_prompts, taught_prompts
from training.evaluate.distance import kid, nearest
from training.evaluate.draw import Easel, on_white, save_sheet
from training.evaluate.features import Features
from training.evaluate.judge import Judge
from training.evaluate.recogniser import load_recogniser
from training.evaluate.redraw import redraw
from training.export import write_json
from training.publish import GUIDANCE, STEPS
from training.scenes.memory import Atlas
from training.scenes.sample import Scene

TAUGHT = 20
# What is drawn beside the published defaults: folder of the model, steps and guidance.
OTHERS = {"2 steps": ("export", 2, 1.0), "8 steps, guidance 2.5": ("export", 8, 2.5), "int8": ("int8", STEPS, GUIDANCE)}


def true_pictures(atlas: Atlas, scenes: list[Scene], seed: int) -> torch.Tensor:
    """The scenes composed of the memory's pictures, with their light and shadows."""
    composer = Composer(atlas, random.Random(seed))
    out = []
    for scene in scenes:
        canvas = composer.layers(scene, [scene.style] * len(scene.things))
        out.append(composer.target(scene, canvas, composer.background(scene)))
    return torch.stack(out)


def ask(judge: Judge, items: list[tuple[str, Scene]], drawn: torch.Tensor, true: torch.Tensor) -> dict:
    """By kind: the share of right answers on drawn pictures, and on true ones."""
    report = {}
    for kind in KINDS:
        at = [i for i, item in enumerate(items) if item[0] == kind]
        scenes = [items[i][1] for i in at]
        if not at:
            continue
        report[kind] = {"model": judge.share(kind, drawn[at], scenes), "judge on true pictures": judge.share(kind, true[at], scenes)}
        if kind == "count":
            few = [i for i in at if len(items[i][1].things) <= 3]
            scenes = [items[i][1] for i in few]
            if few:
                report["count 2-3"] = {"model": judge.share(kind, drawn[few], scenes), "judge on true pictures": judge.share(kind, true[few], scenes)}
        print(f"evaluate: {kind} {report[kind]}", flush=True)
    return report


def variety(drawn: torch.Tensor) -> dict[str, float]:
    """Mean distance of four pictures of one prompt (root mean square of pixels on white, 0..1), against pictures of different prompts."""
    pictures = F.interpolate(on_white(drawn), size=48, mode="area").unflatten(0, (-1, 4))
    apart = lambda some: [float((a - b).pow(2).mean().sqrt()) for i, a in enumerate(some) for b in some[:i]]  # noqa: E731
    mean = lambda values: round(sum(values) / max(1, len(values)), 3)  # noqa: E731
    own = [d for four in pictures for d in apart(four)]
    return {"four pictures of one prompt": mean(own), "pictures of different prompts": mean(apart(pictures[:, 0]))}


def taught_files(config: Config, atlas: Atlas, count: int) -> list[dict]:
    """Pictures of things that were never trained on, as files that are taught."""
    out = []
    for i, concept in enumerate(sorted(atlas.held_out)[:: max(1, len(atlas.held_out) // count)][:count]):
        picture = atlas.picture(concept, next(iter(atlas.boxes[concept]))).permute(1, 2, 0).numpy()
        file = config.path("evaluation", "taught", f"{i}.png")
        Image.fromarray((picture * 255).round().astype("uint8"), "RGBA").save(file)
        out.append({"name": f"thing{i}", "file": str(file.resolve()), "concept": concept})
    return out


def distances(features: Features, atlas: Atlas, scenes: list[Scene], drawn: torch.Tensor, true: torch.Tensor) -> dict:
    known, other = features.of(true), features.of(true_pictures(atlas, scenes, 77))
    mine = features.of(drawn)
    coarse = F.interpolate(F.interpolate(true, size=24, mode="area"), size=PICTURE, mode="bilinear")
    return {
        "kid x1000, drawn and true": kid(mine, known), "floor: true and true, same prompts": kid(other, known),
        "floor: halves of the true": kid(known[::2], known[1::2]), "ceiling: true at 24 pixels, and true": kid(features.of(coarse), known),
        "cosine to the nearest true picture": nearest(mine, known),
    }  # fmt: skip


def evaluate(config: Config) -> None:
    """Writes evaluation/report.json and the sheets."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    settings, atlas, model = config["evaluate"], Atlas(config), config.path("export", "model_index.json").parent
    easel, out = Easel(config, model, STEPS, GUIDANCE), lambda name: config.path("evaluation", name)
    numbered = lambda prompts: [{"prompt": p, "seed": 1000 + i} for i, p in enumerate(prompts)]  # noqa: E731

    prompts, taught = fixed_prompts()[: settings["pictures"]], taught_files(config, atlas, min(TAUGHT, settings["pictures"]))
    report: dict = {"prompts": prompts, "taught": [t["concept"] for t in taught]}
    save_sheet(easel.draw(numbered(prompts)), out("contact-sheet.jpg"), 10, 192)
    save_sheet(easel.draw(numbered(taught_prompts(len(taught))), taught), out("taught.jpg"), 5, PICTURE)
    four = [{"prompt": p, "seed": 4 * i + k} for i, p in enumerate(p.rsplit(",", 1)[0] for p in prompts[: settings["variety"]]) for k in range(4)]
    report["variety"] = variety(easel.draw(four))

    items = benchmark(atlas, settings["seed"])
    items = [item for kind in KINDS for item in [i for i in items if i[0] == kind][: settings["each"]]]
    scenes = [scene for _, scene in items]
    true, drawn = true_pictures(atlas, scenes, 3), easel.draw(numbered([s.caption for s in scenes]))
    torch.save(drawn.mul(255).byte(), out("benchmark.pt"))
    with Features(config) as features:
        judge = Judge(load_recogniser(config), atlas, config.seed, features)
        report["benchmark"] = ask(judge, items, drawn, true)
        report["distances"] = distances(features, atlas, scenes, drawn, true)
        report["redrawn: cosine to the true scene"] = redraw(config, easel, features, atlas)
        for name, (kind, steps, guidance) in OTHERS.items():
            part, all_prompts = range(0, len(items), settings["every"]), numbered([s.caption for s in scenes])
            folder = model if kind == "export" else config.path(kind, config.name, "model.json").parent
            other = Easel(config, folder, steps, guidance).draw([all_prompts[i] for i in part])
            report[name] = {
                "difference from the defaults": round(float((on_white(other) - on_white(drawn[list(part)])).pow(2).mean().sqrt()), 4),
                "benchmark": ask(judge, [items[i] for i in part], other, true[list(part)]),
            }
    write_json(out("report.json"), report)
