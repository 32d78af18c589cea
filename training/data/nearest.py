"""Nouns that the memory does not know -> the nearest one it knows, along WordNet's "is a kind of"."""

from __future__ import annotations

import json
import re
from collections import deque
from pathlib import Path

FARTHEST = 3  # steps up from the noun
COMMON_SENSES = 2  # only the first senses of a noun: the rest surprise
WORD = re.compile(r"^[a-z][a-z_]{2,}$")
TOO_WIDE = {"person", "animal", "object", "thing", "food", "plant", "device", "structure", "body", "creature", "man", "woman", "baby", "tool", "place", "clothing"}


def read_wordnet(folder: Path) -> tuple[dict[str, list[int]], dict[int, tuple[list[str], list[int]]]]:
    """Noun -> synsets in order of use; synset -> (its words, the synsets it is a kind of). Format: wndb(5WN)."""
    index, synsets = {}, {}
    for line in (folder / "dict/index.noun").read_text().splitlines():
        if not line.startswith(" "):
            parts = line.split()
            index[parts[0]] = [int(offset) for offset in parts[-int(parts[2]) :]]
    for line in (folder / "dict/data.noun").read_text().splitlines():
        if line.startswith(" "):
            continue
        parts = line.split(" | ")[0].split()
        words = int(parts[3], 16)
        at = 5 + 2 * words
        pointers = parts[at : at + 4 * int(parts[at - 1])]
        kinds = [int(pointers[i + 1]) for i in range(0, len(pointers), 4) if pointers[i] in ("@", "@i")]
        synsets[int(parts[0])] = ([parts[4 + 2 * i].lower() for i in range(words)], kinds)
    return index, synsets


def write_nearest(path: Path, names_path: Path, wordnet: Path) -> None:
    """nearest.json: {noun: a known English name}, for nouns of one word that are no known name themselves."""
    known = set(json.loads(names_path.read_text())["en"])
    index, synsets = read_wordnet(wordnet)
    # Only known names whose first sense lies in a synset: "crane" the bird, not the machine's kinds.
    home: dict[int, str] = {}
    for name in sorted(known, key=lambda n: (len(n), n)):
        for offset in index.get(name.replace(" ", "_"), [])[:1]:
            if name not in TOO_WIDE:
                home.setdefault(offset, name)
    nearest = {}
    for noun, offsets in index.items():
        name = noun.replace("_", " ")
        if name in known or not WORD.match(noun):
            continue
        found = _climb(offsets[:COMMON_SENSES], synsets, home)
        if found:
            nearest[name] = found
    path.write_text(json.dumps(dict(sorted(nearest.items())), separators=(",", ":")))


def _climb(offsets: list[int], synsets: dict[int, tuple[list[str], list[int]]], home: dict[int, str]) -> str | None:
    queue = deque((offset, 0) for offset in offsets)
    while queue:
        offset, steps = queue.popleft()
        if offset in home:
            return home[offset]
        if steps < FARTHEST:
            queue.extend((kind, steps + 1) for kind in synsets[offset][1])
    return None
