"""What a caption says about a scene: the grammar that the layout in TypeScript reads (see README.md)."""

from __future__ import annotations

import random

from training.data.names import plural
from training.scenes.backgrounds import COLOUR_WORDS, COLOURS, PHRASES

STYLE_WORDS = {
    "noto": ["emoji", "emoji style", "shaded emoji"],
    "fluent-3d": ["3d", "3d style", "glossy 3d", "3d render"],
    "fluent-flat": ["flat", "flat style", "flat vector"],
    "noto-v1": ["classic", "classic emoji", "classic style", "blob style"],
    "fxemoji": ["soft", "soft style", "soft flat"],
}
COUNT_WORDS = {2: ["two", "2"], 3: ["three", "3"], 4: ["four", "4"], 5: ["five", "5"]}
SIZE_WORDS = {"tiny": 0.26, "small": 0.44, "big": 0.92, "huge": 1.08}
RELATIONS = {
    "beside": [" and ", " next to ", " beside "],
    "left": [" to the left of ", " left of "],
    "right": [" to the right of ", " right of "],
    "above": [" above ", " over "],
    "below": [" below "],
    "on": [" on ", " on top of ", " standing on "],
    "under": [" under ", " beneath "],
    "between": [" between "],
}
EXTRA_WORDS = (
    "a an the and to of in on at with no , left right top next beside above over below under beneath between standing row one picture image photo drawing "
    "cute little large colored coloured background style scene dark light gold golden silver violet cyan magenta happy sad summer spring day"
).split()


def article(phrase: str) -> str:
    return ("an " if phrase[0] in "aeiou" else "a ") + phrase


def colour_word(colour: str, seed: random.Random) -> str:
    return seed.choice(COLOUR_WORDS.get(colour, [colour]))


def thing(name: str, colour: str | None, size: str | None, count: int, seed: random.Random) -> str:
    """"a small red apple", "two red apples"."""
    words = [w for w in (size, colour_word(colour, seed) if colour else None, plural(name) if count > 1 else name) if w]
    phrase = " ".join(words)
    if count > 1:
        return f"{seed.choice(COUNT_WORDS[count])} {phrase}"
    return article(phrase) if seed.random() < 0.75 else phrase


def background_phrase(name: str, seed: random.Random) -> str:
    """How a caption names a background, with what joins it to the thing before it; nothing when the caption leaves it open."""
    if name.startswith("plain "):
        word = colour_word(name[6:], seed)
        return seed.choice([f" on a {word} background", f", {word} background", f" on {word}"])
    phrase = seed.choice(PHRASES[name])
    return f" {phrase}" if phrase.split()[0] in {"in", "on", "at", "under", "by", "with", "among", "between"} else f", {phrase}"


def grammar_words() -> list[str]:
    """Every word of the grammar: these are always in the vocabulary."""
    phrases = [*EXTRA_WORDS, *COLOURS, *SIZE_WORDS]
    for table in (STYLE_WORDS, COUNT_WORDS, RELATIONS, PHRASES, COLOUR_WORDS):
        phrases += [phrase for group in table.values() for phrase in group]
    return sorted({word for phrase in phrases for word in phrase.split()})
