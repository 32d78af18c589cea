"""Nouns that the memory does not know -> the nearest one it knows, along WordNet's "is a kind of"."""

from __future__ import annotations

import json
import re
from collections import deque
from pathlib import Path

FARTHEST = 3  # steps up from the noun
WORD = re.compile(r"^[a-z][a-z_]{2,}$")
# WordNet's files of nouns that can be drawn, the likeliest first (lexnames(5WN)): animals, food, plants, made things, bodies, nature.
DRAWN = (5, 13, 20, 6, 8, 17, 19)
PERSON = 18  # only when a noun means nothing else
TOO_WIDE = {"animal", "object", "food", "plant", "device", "structure", "creature", "tool", "place", "clothing", "person", "man", "woman", "boy", "girl", "child"}

Synsets = dict[int, tuple[int, list[int]]]


def read_wordnet(folder: Path) -> tuple[dict[str, list[int]], Synsets]:
    """Noun -> synsets in order of use; synset -> (its file of nouns, the synsets it is a kind of). Format: wndb(5WN)."""
    index, synsets = {}, {}
    for line in (folder / "dict/index.noun").read_text().splitlines():
        if not line.startswith(" "):
            parts = line.split()
            index[parts[0]] = [int(offset) for offset in parts[-int(parts[2]) :]]
    for line in (folder / "dict/data.noun").read_text().splitlines():
        if line.startswith(" "):
            continue
        parts = line.split(" | ")[0].split()
        at = 5 + 2 * int(parts[3], 16)
        pointers = parts[at : at + 4 * int(parts[at - 1])]
        kinds = [int(pointers[i + 1]) for i in range(0, len(pointers), 4) if pointers[i] == "@"]
        synsets[int(parts[0])] = (int(parts[1]), kinds)
    return index, synsets


def senses(noun: str, index: dict[str, list[int]], synsets: Synsets) -> list[int]:
    """The drawable senses of a noun, the likeliest first; people only when there is no other."""
    offsets = index.get(noun.replace(" ", "_"), [])
    rank = {offset: (DRAWN.index(synsets[offset][0]), i) for i, offset in enumerate(offsets) if synsets[offset][0] in DRAWN}
    if rank:
        return sorted(rank, key=lambda offset: rank[offset])
    return offsets[:1] if offsets and synsets[offsets[0]][0] == PERSON else []


def write_nearest(path: Path, names: dict[str, list[str]], known: set[str], wordnet: Path) -> None:
    """nearest.json: {noun: a known English name}. `names` are the names that plainly mean a concept; no noun of `known` is led elsewhere."""
    index, synsets = read_wordnet(wordnet)
    home: dict[int, str] = {}
    for name in sorted(names, key=lambda n: (len(n), n)):
        for offset in senses(name, index, synsets)[:1]:
            if name not in TOO_WIDE:
                home.setdefault(offset, name)
    nearest = {}
    for noun in index:
        name = noun.replace("_", " ")
        found = None if name in known or not WORD.match(noun) else _climb(senses(noun, index, synsets)[:2], synsets, home)
        if found:
            nearest[name] = found
    path.write_text(json.dumps(dict(sorted(nearest.items())), separators=(",", ":")))


def _climb(offsets: list[int], synsets: Synsets, home: dict[int, str]) -> str | None:
    """The nearest known name above: all senses of one step before those of the next."""
    queue = deque((offset, 0) for offset in offsets)
    while queue:
        offset, steps = queue.popleft()
        if offset in home:
            return home[offset]
        if steps < FARTHEST:
            queue.extend((kind, steps + 1) for kind in synsets[offset][1])
    return None
