"""The data stage: packages -> memory/*.bin, memory/index.json, names and nearest nouns, and the atlas of pixels that training reads."""

from __future__ import annotations

import hashlib
import io
import json
import random
import subprocess
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from training.config import Config
from training.data.add_ons import write_add_ons
from training.data.backgrounds import write_backgrounds
from training.data.concepts import Concept, find_jobs, read_concepts, shortcodes
from training.data.names import ENGLISH, simplify, write_names
from training.data.nearest import write_nearest
from training.data.shapes import shape_pictures

FEWEST_VISIBLE = 0.03  # a picture with less than this share of visible pixels is no picture
FEWEST_COLOURFUL = 0.04  # black glyphs are left out


def fetch(config: Config, package: str, version: str) -> Path:
    """The unpacked folder of an npm package, fetched once."""
    folder = config.path("packages", f"{package.strip('@').replace('/', '-')}-{version}", "package.json").parent
    if (folder / "package.json").exists():
        return folder
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}", "--pack-destination", str(folder.parent)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    with tarfile.open(folder.parent / packed.stdout.strip().splitlines()[-1]) as archive:
        for member in archive.getmembers():
            if member.isfile():
                target = folder / Path(*Path(member.name).parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.extractfile(member).read())
    return folder


def render(config: Config, style: str, jobs: list[dict]) -> tuple[bytes, dict]:
    """WebP files of the jobs, back to back, and where each lies and how it looks."""
    paths = [config.path("render", f"{style}.{end}") for end in ("jobs.json", "bin", "json")]
    paths[0].write_text(json.dumps({"size": config["memory"]["size"], "jobs": jobs}))
    script = Path(__file__).with_name("render.mjs")
    subprocess.run(["node", str(script), *map(str, paths)], check=True)
    return paths[1].read_bytes(), json.loads(paths[2].read_text())


def build(config: Config) -> None:
    """Writes export/memory/ and the atlas; the same packages give the same bytes."""
    memory = config.path("export", "memory", "index.json").parent
    if config["sources"][0]["kind"] == "shapes":
        concepts, blobs = shape_pictures(config)
        write_names(memory / "names.json", concepts, None)
        (memory / "nearest.json").write_text("{}")
    else:
        names_package = fetch(config, **config["names"])
        concepts, blobs = read_concepts(names_package), {}
        for source in config["sources"]:
            package = fetch(config, source["package"], source["version"])
            jobs = find_jobs(concepts, source["style"], source["kind"], package, names_package, config["memory"]["size"])
            blobs[source["style"]] = render(config, source["style"], jobs)
    bins = {}
    for style, (blob, index) in blobs.items():
        bins[style] = _pack(concepts, style, blob, index)
        (memory / f"{style}.bin").write_bytes(bins[style])
    concepts = [concept for concept in concepts if concept.pictures]
    if config["sources"][0]["kind"] != "shapes":
        write_names(memory / "names.json", concepts, names_package)
    write_index(memory / "index.json", config, concepts)
    write_backgrounds(memory)
    write_atlas(config, concepts, bins)
    build_lookups(config)
    print(f"data: {len(concepts)} concepts, {sum(len(c.pictures) for c in concepts)} pictures, {sum(map(len, bins.values())) / 1e6:.1f} MB")


def build_lookups(config: Config) -> None:
    """The add-ons and the nearest nouns: made anew whenever their table has changed, since nothing that training reads depends on them."""
    memory = config.path("export", "memory", "index.json").parent
    if config["sources"][0]["kind"] != "shapes":
        names_package = fetch(config, **config["names"])
        drawn = {concept["id"] for concept in json.loads((memory / "index.json").read_text())["concepts"]}
        concepts = [concept for concept in read_concepts(names_package) if concept.id in drawn]
        english = json.loads((memory / "names.json").read_text())["en"]
        short = shortcodes(names_package)
        firm = {simplify(name) for concept in concepts for name in short.get(concept.hexcode, [])}
        add_ons = write_add_ons(memory, config, concepts, firm, fetch, render)
        plain = {c.name: [c.id] for c in concepts} | {name: english[name] for name in ENGLISH if name in english} | add_ons
        write_nearest(memory / "nearest.json", plain, {*english, *add_ons}, fetch(config, **config["nouns"]))
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(memory.iterdir())}
    config.path("data-hashes.json").write_text(json.dumps(hashes, indent=1))


def _pack(concepts: list[Concept], style: str, blob: bytes, index: dict) -> bytes:
    """The pictures of one style that are fit to be seen, in the concepts' order; notes in each concept where its picture lies."""
    out, offset = [], 0
    for concept in concepts:
        seen = index.get(concept.id)
        if seen is None or seen["visible"] < FEWEST_VISIBLE:
            continue
        if style == "fxemoji" and seen["colourful"] < FEWEST_COLOURFUL and concept.group != "symbols":
            continue
        data = blob[seen["offset"] : seen["offset"] + seen["length"]]
        concept.pictures[style] = {"at": [offset, len(data)], "bbox": seen["bbox"], "colourful": seen["colourful"]}
        out.append(data)
        offset += len(data)
    return b"".join(out)


def write_index(path: Path, config: Config, concepts: list[Concept]) -> None:
    entries = [
        {
            "id": c.id, "name": c.name, "group": c.group, "subgroup": c.subgroup,
            "pictures": {style: p["at"] for style, p in c.pictures.items()},
            "bbox": {style: p["bbox"] for style, p in c.pictures.items()},
        }
        for c in concepts
    ]  # fmt: skip
    index = {"styles": config.styles, "size": config["memory"]["size"], "files": [f"memory/{s}.bin" for s in config.styles], "concepts": entries}
    path.write_text(json.dumps(index, separators=(",", ":")))


def write_atlas(config: Config, concepts: list[Concept], bins: dict[str, bytes]) -> None:
    """atlas.npy: uint8 [pictures, size, size, 4], and atlas.json: which concept and style each is, and which concepts are held out."""
    size, rows = config["memory"]["size"], [(c, style) for c in concepts for style in c.pictures]
    atlas = np.lib.format.open_memmap(config.path("atlas.npy"), "w+", np.uint8, (len(rows), size, size, 4))
    for i, (concept, style) in enumerate(rows):
        offset, length = concept.pictures[style]["at"]
        atlas[i] = np.asarray(Image.open(io.BytesIO(bins[style][offset : offset + length])).convert("RGBA"))
    atlas.flush()
    ids = [c.id for c in concepts]
    held = sorted(random.Random(config.seed).sample(ids, int(len(ids) * config["memory"]["held_out"])))
    meta = {
        "pictures": [{"concept": c.id, "style": style, "bbox": c.pictures[style]["bbox"]} for c, style in rows],
        "held_out": held,
    }
    config.path("atlas.json").write_text(json.dumps(meta))
