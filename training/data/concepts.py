"""Which things the memory knows, and which picture of which package shows each of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

# Unicode's groups of emoji that are no things: components, letters and signs, flags; and signs of religions and letters among the rest.
LEFT_OUT_GROUPS = {"component", "symbols", "flags"}
LEFT_OUT_SUBGROUPS = {"person-symbol"}
LEFT_OUT = {"middle finger", "prayer beads", "menorah", "place of worship", "ATM sign", "water closet", "kaaba", "moai"}
# Plain shapes out of the group of signs: people ask for them.
KEPT_SHAPES = re.compile(r"^(red|orange|yellow|green|blue|purple|brown|black|white) (circle|square)$|^large (orange|blue) diamond$")


@dataclass
class Concept:
    """A thing: its slug, its English name, Unicode's code and groups, and a picture of each style that has one."""

    id: str
    name: str
    hexcode: str
    group: str
    subgroup: str
    order: int
    pictures: dict[str, dict] = field(default_factory=dict)


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("’", "").replace("ñ", "n").replace("é", "e").replace("ã", "a")).strip("-")


def clean_name(label: str) -> str:
    """Unicode's label as one would say it: "hand with fingers splayed", not "flag: X" or "X (Y)"."""
    name = re.sub(r"\(.*?\)", "", label.replace("’", "'")).replace(":", "").lower()
    return re.sub(r"\s+", " ", name.replace("-", " ")).strip()


def read_concepts(names_package: Path) -> list[Concept]:
    """Every Unicode emoji that is a thing, in Unicode's order."""
    meta = json.loads((names_package / "meta/groups.json").read_text())
    concepts = []
    for entry in json.loads((names_package / "en/data.json").read_text()):
        if "group" not in entry:
            continue
        group, subgroup = meta["groups"][str(entry["group"])], meta["subgroups"][str(entry["subgroup"])]
        shape = KEPT_SHAPES.match(entry["label"])
        if (group in LEFT_OUT_GROUPS and not shape) or subgroup in LEFT_OUT_SUBGROUPS or entry["label"] in LEFT_OUT:
            continue
        concepts.append(Concept(slug(entry["label"]), clean_name(entry["label"]), entry["hexcode"], group, subgroup, entry["order"]))
    return sorted(concepts, key=lambda concept: concept.order)


def _code(hexcode: str) -> str:
    """A code without the mark "as a picture", which packages write or leave away."""
    return "-".join(part for part in hexcode.lower().split("-") if part != "fe0f")


def icon(icons: dict, name: str) -> str | None:
    """The SVG of an icon of a set in iconify's format, with SIZE for its sides; None where the set has none."""
    alias = icons.get("aliases", {}).get(name)
    flip = False
    if alias is not None:
        if alias.get("rotate") or alias.get("vFlip"):
            return None
        flip, name = bool(alias.get("hFlip")), alias["parent"]
    icon = icons["icons"].get(name)
    if icon is None:
        return None
    box = [icon.get(k, icons.get(k, default)) for k, default in (("left", 0), ("top", 0), ("width", 16), ("height", 16))]
    body = f'<g transform="translate({box[2] + 2 * box[0]} 0) scale(-1 1)">{icon["body"]}</g>' if flip else icon["body"]
    view = " ".join(str(v) for v in box)
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="SIZE" height="SIZE" viewBox="{view}">{body}</svg>'


def find_jobs(concepts: list[Concept], style: str, kind: str, package: Path, names_package: Path, size: int) -> list[dict]:
    """What to render for one style: {key: concept id, svg | file}. Matches by code where the package has codes, else by name."""
    if kind == "webp":
        files = {_code(path.stem): path for path in sorted((package / "assets").iterdir())}
        return [{"key": c.id, "file": str(files[_code(c.hexcode)])} for c in concepts if _code(c.hexcode) in files]
    icons = json.loads((package / "icons.json").read_text())
    chars_path = package / "chars.json"
    chars = json.loads(chars_path.read_text()) if chars_path.exists() else {}
    by_code = {_code(code): name for code, name in chars.items()}
    known = {name: name for name in [*icons["icons"], *icons.get("aliases", {})]}
    squashed = {name.replace("-", ""): name for name in known}
    short = _shortcodes(names_package)
    jobs = []
    for concept in concepts:
        spellings = [concept.id, *(s for s in short.get(concept.hexcode, []))]
        names = [by_code.get(_code(concept.hexcode)), *(known.get(s) for s in spellings[:1])]
        if style == "fxemoji":
            names += [squashed.get(s.replace("-", "").replace("_", "")) for s in spellings]
        svg = next((s for s in (icon(icons, n) for n in names if n) if s), None)
        if svg:
            jobs.append({"key": concept.id, "svg": svg.replace("SIZE", str(size))})
    return jobs


def _shortcodes(names_package: Path) -> dict[str, list[str]]:
    """Code -> short names of the chat programs, such as "coffee"."""
    found: dict[str, list[str]] = {}
    for file in ("github", "joypixels", "iamcal"):
        path = names_package / f"en/shortcodes/{file}.json"
        for code, names in (json.loads(path.read_text()) if path.exists() else {}).items():
            found.setdefault(code, []).extend(n for n in ([names] if isinstance(names, str) else names) if n not in found.get(code, []))
    return found


def shortcodes(names_package: Path) -> dict[str, list[str]]:
    return {code: [name.replace("_", " ") for name in names] for code, names in _shortcodes(names_package).items()}
