"""Things that no emoji shows, picked by eye out of other sets: pictures, names and an index of their own, which training never sees.

`add-ons.json` is the table: {set: {group: [[name, file or icon, other names, "text" where captions must be taken out]]}}. The trained
weights, their tokenizer and the held-out concepts depend on the emoji alone, so nothing of this may enter names.json or the atlas.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training.config import Config
from training.data.concepts import Concept, icon, slug
from training.data.names import ENGLISH, plural, simplify

TABLE = Path(__file__).with_name("add-ons.json")
DRAWINGS = Path(__file__).with_name("drawings")
PUBLIC_DOMAIN = re.compile(r'<(cc:)?license\s+rdf:resource="http://(web\.resource\.org/cc/PublicDomain|creativecommons\.org/licenses/publicdomain)/?"')
WRITING = re.compile(r"<((?:\w+:)?text)\b.*?</\1>", re.DOTALL)
LARGEST_MB = 6  # of all pictures together

# What emoji stand in for, badly: these names go to the add-on although the table of names gives them to an emoji.
INSTEAD_OF_EMOJI = {"hot air balloon", "pumpkin", "king", "pirate", "piano", "lamp", "sword"}


@dataclass
class AddOn:
    """A line of the table: the thing, its set, its file or icon there, its other names, and whether there is writing beside the drawing."""

    concept: Concept
    style: str
    file: str
    also: list[str]
    has_writing: bool


def fetch_debian(config: Config, package: str, version: str, sha256: str) -> Path:
    """The unpacked folder of a Debian package, fetched once."""
    folder = config.path("packages", f"{package}-{version.split(':')[-1]}", "usr").parent
    if (folder / "usr").exists():
        return folder
    file = folder.parent / f"{package}_{version.replace(':', '%3a')}_all.deb"
    try:
        if not file.exists():
            subprocess.run(["apt-get", "download", f"{package}={version}"], cwd=folder.parent, check=True, capture_output=True, text=True)
        if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
            raise ValueError(f"{file}: sha256 is not the one of [[add_ons]]")
        subprocess.run(["dpkg-deb", "-x", str(file), str(folder)], check=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        why = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
        raise RuntimeError(f"{package} comes from Debian: put {file.name} into {folder.parent}, or run this where apt-get and dpkg-deb get it ({why})") from error
    return folder


def read_table(sets: list[str]) -> list[AddOn]:
    rows, seen = [], set()
    for style, groups in json.loads(TABLE.read_text()).items():
        for group, things in groups.items() if style in sets else ():
            for name, file, *rest in things:
                also, writing = (rest + ["", ""])[:2]
                concept = Concept(slug(name), name, "", group, style, len(rows))
                if concept.id in seen:
                    raise ValueError(f"{TABLE.name}: there are two of {name}")
                seen.add(concept.id)
                rows.append(AddOn(concept, style, file, [simplify(n) for n in also.split(",") if n], writing == "text"))
    return rows


def read_drawing(source: dict, folder: Path, add_on: AddOn) -> str:
    """The SVG of one thing, as its set has it."""
    if source["kind"] == "iconify":
        found = icon(json.loads((folder / "icons.json").read_text()), add_on.file)
        if found is None:
            raise ValueError(f"{source['package']} has no {add_on.file}")
        return found.replace("SIZE", "64")
    if source["kind"] == "own":
        return (DRAWINGS / add_on.file).read_text()
    svg = (folder / "usr/share/openclipart/svg" / add_on.file).read_text(errors="replace")
    if not PUBLIC_DOMAIN.search(svg):
        raise ValueError(f"{add_on.file} does not say that it is in the public domain")
    return WRITING.sub("", svg) if add_on.has_writing else svg


def name_add_ons(rows: list[AddOn], concepts: list[Concept], english: dict[str, list[str]], firm: set[str]) -> dict[str, list[str]]:
    """English name -> ids, the add-on first. `firm` are the names that plainly mean an emoji: those stay with it."""
    own = {concept.name for concept in concepts} | {concept.id for concept in concepts}
    names: dict[str, list[str]] = {}
    wrong = []
    for add_on in rows:
        for name in [add_on.concept.name, *add_on.also]:
            if add_on.concept.id in own or (name not in INSTEAD_OF_EMOJI and (name in own or name in firm or name in ENGLISH)):
                wrong.append(f"{name} is an emoji's name")
            if name in names:
                wrong.append(f"{name} is there twice")
            names[name] = [add_on.concept.id, *english.get(name, [])]
    if wrong:
        raise ValueError(f"{TABLE.name}: {', '.join(wrong)}")
    taken = {*names, *firm, *own, *ENGLISH}
    plurals = {plural(n): ids for n, ids in names.items() if plural(n) not in taken}
    return dict(sorted((names | plurals).items()))


def write_add_ons(
    memory: Path,
    config: Config,
    concepts: list[Concept],
    firm: set[str],
    fetch: Callable[[Config, str, str], Path],
    render: Callable[[Config, str, list[dict]], tuple[bytes, dict]],
) -> dict[str, list[str]]:
    """Writes the pictures of every set and add-ons.json; says which names lead where."""
    sources = {source["style"]: source for source in config.raw.get("add_ons", [])}
    if not sources:
        return {}
    rows = read_table(list(sources))
    files, total = [], 0
    for style, source in sources.items():
        folder = TABLE.parent
        if source["kind"] == "debian":
            folder = fetch_debian(config, source["package"], source["version"], source["sha256"])
        elif source["kind"] == "iconify":
            folder = fetch(config, source["package"], source["version"])
        mine = [add_on for add_on in rows if add_on.style == style]
        jobs = [{"key": add_on.concept.id, "drawing": read_drawing(source, folder, add_on)} for add_on in mine]
        blob, seen = render(config, style, jobs)
        for add_on in mine:
            at = seen[add_on.concept.id]
            add_on.concept.pictures[style] = {"at": [at["offset"], at["length"]], "bbox": at["bbox"]}
        (memory / f"{style}.bin").write_bytes(blob)
        files.append(f"memory/{style}.bin")
        total += len(blob)
    if total > LARGEST_MB * 1e6:
        raise ValueError(f"the add-ons' pictures have {total / 1e6:.1f} MB, allowed are {LARGEST_MB}")
    english = json.loads((memory / "names.json").read_text())["en"]
    names = name_add_ons(rows, concepts, english, firm)
    entries = [
        {
            "id": a.concept.id, "name": a.concept.name, "names": [a.concept.name, *a.also], "group": a.concept.group,
            "pictures": {a.style: a.concept.pictures[a.style]["at"]},
            "bbox": {a.style: a.concept.pictures[a.style]["bbox"]},
        }
        for a in rows
    ]  # fmt: skip
    index = {"styles": list(sources), "size": config["memory"]["size"], "files": files, "concepts": entries, "names": names}
    (memory / "add-ons.json").write_text(json.dumps(index, separators=(",", ":")))
    print(f"data: {len(rows)} add-ons, {total / 1e6:.1f} MB")
    return names
