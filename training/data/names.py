"""Which words mean which concepts, in 28 languages: labels first, then short names, then keywords by how few things share them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

from training.data.concepts import Concept, clean_name, shortcodes

MOST_IDS = 6  # a keyword of more things than that means the first of them
COMMON = 40  # a keyword of more things than that names none ("animal" is no picture)
LAST_WORDS = ("face", "symbol", "button", "mark", "sign", "suit")

# What people say where Unicode says otherwise, or where a word has several pictures. The first is the best.
ENGLISH = {
    "coffee": "hot-beverage", "tea": "teacup-without-handle", "cup of coffee": "hot-beverage", "cup of tea": "teacup-without-handle",
    "moon": "crescent-moon full-moon", "sun": "sun sun-with-face", "car": "automobile", "bike": "bicycle", "plane": "airplane",
    "burger": "hamburger", "fries": "french-fries", "cake": "birthday-cake shortcake", "ball": "soccer-ball", "football": "soccer-ball",
    "gift": "wrapped-gift", "present": "wrapped-gift", "lamp": "light-bulb", "clock": "alarm-clock mantelpiece-clock", "heart": "red-heart",
    "flower": "hibiscus blossom", "rocket": "rocket", "boat": "sailboat", "ship": "ship passenger-ship", "tree": "deciduous-tree",
    "pine tree": "evergreen-tree", "fir": "evergreen-tree", "leaf": "maple-leaf", "corn": "ear-of-corn", "beer": "beer-mug",
    "ice cream": "ice-cream soft-ice-cream", "donut": "doughnut", "apple": "red-apple", "grape": "grapes", "cherry": "cherries",
    "chick": "front-facing-baby-chick baby-chick", "bunny": "rabbit-face rabbit", "kitten": "cat-face", "puppy": "dog-face",
    "dog": "dog-face dog", "cat": "cat-face cat", "rabbit": "rabbit-face rabbit", "mouse": "mouse-face mouse", "cow": "cow-face cow",
    "pig": "pig-face pig", "horse": "horse horse-face", "tiger": "tiger-face tiger", "monkey": "monkey-face monkey", "bear": "bear teddy-bear",
    "bee": "honeybee", "ladybug": "lady-beetle", "ladybird": "lady-beetle", "fish": "tropical-fish fish", "whale": "spouting-whale whale",
    "bird": "bird", "dragon": "dragon-face dragon", "camel": "camel two-hump-camel", "house": "house house-with-garden", "home": "house",
    "star": "star glowing-star", "fire": "fire", "flame": "fire", "cup": "cup-with-straw", "wine": "wine-glass", "pan": "cooking",
    "egg": "egg cooking", "bread": "bread", "toast": "bread", "sandwich": "sandwich", "soup": "pot-of-food", "fish and chips": "french-fries",
    "book": "closed-book orange-book green-book blue-book open-book", "books": "books", "computer": "laptop desktop-computer", "phone": "mobile-phone telephone",
    "camera": "camera", "tv": "television", "key": "key old-key", "lock": "locked", "hat": "top-hat womans-hat", "shoe": "running-shoe mans-shoe",
    "shirt": "t-shirt", "robot": "robot", "ghost": "ghost", "alien": "alien alien-monster", "skull": "skull", "clown": "clown-face",
    "pumpkin": "jack-o-lantern", "snowman": "snowman-without-snow snowman", "santa": "santa-claus", "witch": "mage woman-mage", "wizard": "mage man-mage",
    "elf": "elf", "fairy": "fairy", "mermaid": "mermaid", "vampire": "vampire", "zombie": "zombie", "ninja": "ninja", "astronaut": "astronaut man-astronaut",
    "pirate": "pirate-flag", "doctor": "health-worker", "chef": "cook", "cook": "cook", "farmer": "farmer", "teacher": "teacher", "king": "prince",
    "baby": "baby", "man": "man", "woman": "woman", "boy": "boy", "girl": "girl", "smiley": "smiling-face-with-smiling-eyes grinning-face",
    "smile": "slightly-smiling-face", "crown": "crown", "castle": "castle", "mountain": "snow-capped-mountain mountain", "volcano": "volcano",
    "island": "desert-island", "rainbow": "rainbow", "cloud": "cloud", "umbrella": "umbrella umbrella-with-rain-drops", "snowflake": "snowflake",
    "train": "locomotive train", "truck": "delivery-truck articulated-lorry", "bus": "bus", "tram": "tram", "taxi": "taxi", "tractor": "tractor",
    "helicopter": "helicopter", "motorbike": "motorcycle", "motorcycle": "motorcycle", "scooter": "motor-scooter kick-scooter", "spaceship": "flying-saucer rocket",
    "ufo": "flying-saucer", "planet": "ringed-planet", "earth": "globe-showing-europe-africa globe-showing-americas", "globe": "globe-showing-europe-africa",
    "guitar": "guitar", "piano": "musical-keyboard", "drum": "drum", "violin": "violin", "trumpet": "trumpet", "balloon": "balloon", "diamond": "gem-stone",
    "gem": "gem-stone", "ring": "ring", "sword": "dagger crossed-swords", "swords": "crossed-swords", "bomb": "bomb", "candle": "candle", "bell": "bell",
    "trophy": "trophy", "medal": "sports-medal 1st-place-medal", "dice": "game-die", "puzzle": "puzzle-piece", "teddy": "teddy-bear", "teddy bear": "teddy-bear",
    "lightning": "high-voltage", "bolt": "high-voltage", "cactus": "cactus", "palm": "palm-tree", "palm tree": "palm-tree", "mushroom": "mushroom brown-mushroom",
    "tomato": "tomato", "potato": "potato", "orange": "tangerine", "lemon": "lemon", "melon": "melon watermelon", "pear": "pear", "peach": "peach",
    "pepper": "bell-pepper hot-pepper", "chili": "hot-pepper", "eggplant": "eggplant", "aubergine": "eggplant", "chicken": "chicken rooster", "hen": "chicken",
    "turtle": "turtle", "tortoise": "turtle", "dinosaur": "t-rex sauropod", "dino": "t-rex sauropod", "snake": "snake", "spider": "spider", "shark": "shark",
    "eye": "eye", "hand": "raised-hand", "thumbs up": "thumbs-up", "wave": "waving-hand water-wave", "poop": "pile-of-poo", "circle": "red-circle blue-circle green-circle",
    "square": "red-square blue-square green-square", "hot air balloon": "balloon", "pen": "pen fountain-pen", "pencil": "pencil", "cup of water": "glass-of-milk",
    "milk": "glass-of-milk", "juice": "beverage-box", "noodles": "steaming-bowl", "ramen": "steaming-bowl", "sushi": "sushi", "rice": "cooked-rice",
    "chips": "french-fries", "sweets": "candy", "biscuit": "cookie", "owl": "owl", "fox": "fox", "wolf": "wolf", "lion": "lion", "panda": "panda",
    "koala": "koala", "frog": "frog", "unicorn": "unicorn", "butterfly": "butterfly", "crab": "crab", "lobster": "lobster", "octopus": "octopus",
}  # fmt: skip


def simplify(text: str) -> str:
    """A name as the layout compares it: lower case, single spaces, no brackets or typographic signs."""
    return re.sub(r"\s+", " ", clean_name(text)).strip(" .,!“”\"")


def plural(name: str) -> str:
    """The usual English plural of the last word."""
    irregular = {"mouse": "mice", "goose": "geese", "man": "men", "woman": "women", "person": "people", "child": "children", "tooth": "teeth",
                 "foot": "feet", "leaf": "leaves", "wolf": "wolves", "knife": "knives", "loaf": "loaves", "fish": "fish", "sheep": "sheep",
                 "deer": "deer", "ox": "oxen", "scarf": "scarves", "elf": "elves", "t rex": "t rexes"}  # fmt: skip
    head, _, last = name.rpartition(" ")
    if last in irregular:
        last = irregular[last]
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es" if not last.endswith("es") else ""
    elif re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    elif re.search(r"(potato|tomato|hero|volcano|mango|mosquito)$", last):
        last += "es"
    else:
        last += "s"
    return f"{head} {last}".strip()


def _rank(concepts: list[Concept], entries: dict[str, dict], short: dict[str, list[str]], english: bool) -> dict[str, list[str]]:
    """Name -> ids, best first: exact labels, labels without a last word like "face", short names, then keywords."""
    scored: dict[str, dict[str, float]] = defaultdict(dict)
    sharing: dict[str, int] = defaultdict(int)
    for entry in entries.values():
        for tag in entry.get("tags", []):
            sharing[simplify(tag)] += 1

    def give(name: str, concept: Concept, score: float) -> None:
        if name and score > scored[name].get(concept.id, 0):
            scored[name][concept.id] = score

    for concept in concepts:
        entry = entries.get(concept.hexcode)
        if entry is None:
            continue
        label = simplify(entry["label"])
        give(label, concept, 100)
        words = label.split()
        if english and len(words) > 1 and words[-1] in LAST_WORDS:
            give(" ".join(words[:-1]), concept, 70)
        for name in short.get(concept.hexcode, []):
            give(simplify(name), concept, 60)
        for tag in map(simplify, entry.get("tags", [])):
            if sharing[tag] > COMMON:
                continue
            last, inside = bool(words) and words[-1] == tag, tag in words
            give(tag, concept, 20 + 20 * last + 10 * inside - min(10, sharing[tag] / 4) - 3 * (concept.group == "people-body"))
    order = {concept.id: concept.order for concept in concepts}
    names = {name: sorted(ids, key=lambda i: (-ids[i], order[i]))[:MOST_IDS] for name, ids in scored.items()}
    if english:
        known = set(order)
        for name, ids in ENGLISH.items():
            first = [i for i in ids.split() if i in known]
            if first:
                names[name] = first + [i for i in names.get(name, []) if i not in first and scored[name][i] >= 60]
        names |= {plural(n): ids for n, ids in sorted(names.items()) if plural(n) not in names and (ids and scored[n].get(ids[0], 100) >= 60)}
    return dict(sorted(names.items()))


def write_names(path: Path, concepts: list[Concept], package: Path | None) -> None:
    """names.json: {locale: {name: [concept ids, best first]}}. Without a package: the concepts' own names."""
    if package is None:
        own = {c.name: [c.id] for c in concepts}
        path.write_text(json.dumps({"en": own | {plural(n): ids for n, ids in own.items()}}))
        return
    short = shortcodes(package)
    locales = {}
    for folder in sorted(p for p in package.iterdir() if (p / "data.json").exists()):
        entries = {entry["hexcode"]: entry for entry in json.loads((folder / "data.json").read_text())}
        english = folder.name == "en"
        locales[folder.name] = _rank(concepts, entries, short if english else {}, english)
    path.write_text(json.dumps(locales, ensure_ascii=False, separators=(",", ":")))
