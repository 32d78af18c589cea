"""Backgrounds and scenes, drawn from a seed: each is premultiplied RGBA [4, H, W] in 0..1. The phrases are what a caption says."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import torch

COLOURS = {
    "red": (225, 45, 50), "orange": (245, 140, 40), "yellow": (250, 210, 50), "green": (70, 170, 80), "blue": (60, 120, 225),
    "purple": (140, 85, 200), "pink": (245, 130, 175), "brown": (140, 95, 65), "black": (45, 45, 50), "white": (245, 245, 245),
    "gray": (140, 145, 150), "teal": (40, 170, 170),
}  # fmt: skip
COLOUR_WORDS = {"gray": ["gray", "grey"], "purple": ["purple", "violet"], "teal": ["teal", "turquoise"], "pink": ["pink"]}

PHRASES = {
    "transparent": ["sticker", "transparent background", "on a transparent background", "as a sticker"],
    "white": ["on a white background", "white background", "on a plain background"],
    "gradient": ["on a gradient", "gradient background", "on a gradient background"],
    "night sky": ["in the night sky", "under a starry sky", "at night", "under the stars"],
    "beach": ["on the beach", "on a beach by the sea", "at the seaside"],
    "meadow": ["on a meadow", "on the grass", "in a green field", "in spring"],
    "forest": ["in the forest", "in the woods", "between trees"],
    "underwater": ["underwater", "under water", "in the deep sea", "in the ocean"],
    "space": ["in space", "in outer space", "in the galaxy"],
    "snow": ["in the snow", "in a snowy field", "in winter"],
    "desert": ["in the desert", "on a sand dune", "in the sahara"],
    "mountains": ["in the mountains", "in front of mountains", "in the alps"],
    "city": ["in the city", "in a town", "in front of a skyline"],
    "night city": ["in the city at night", "in a city by night"],
    "sunset": ["at sunset", "in the evening", "in a sunset sky", "at dusk"],
    "sunrise": ["at sunrise", "in the morning", "at dawn"],
    "rain": ["in the rain", "on a rainy day"],
    "autumn": ["in autumn", "in fall", "among autumn leaves"],
    "clouds": ["in the clouds", "in the sky", "in a blue sky"],
    "room": ["in a room", "at home", "indoors"],
    "table": ["on a table", "on a wooden table"],
    "lake": ["by a lake", "at the lake", "by the river"],
    "volcano": ["on lava", "on a volcano", "in lava"],
    "stripes": ["on stripes", "striped background", "on a striped background"],
    "dots": ["on dots", "dotted background", "on a polka dot background"],
    "checkers": ["on checkers", "checkered background", "on a checkered background"],
    "confetti": ["with confetti", "confetti background", "at a party"],
    "rainbow": ["on a rainbow background", "rainbow background"],
    "hearts": ["with hearts", "background of hearts", "in love"],
    "sunburst": ["on a sunburst", "sunburst background", "with rays of light"],
}
# Where things stand on a ground (share of the height where it begins): they get a soft shadow.
GROUND = {"beach": 0.66, "meadow": 0.62, "forest": 0.7, "snow": 0.62, "desert": 0.6, "city": 0.78, "night city": 0.78, "autumn": 0.66,
          "room": 0.72, "table": 0.64, "lake": 0.74, "mountains": 0.74}  # fmt: skip
# The light of a scene: what the colours of things are multiplied with.
LIGHT = {"night sky": (0.86, 0.88, 1.0), "night city": (0.88, 0.88, 1.0), "sunset": (1.0, 0.93, 0.86), "underwater": (0.86, 0.96, 1.0),
         "space": (0.92, 0.92, 1.0), "sunrise": (1.0, 0.96, 0.9), "volcano": (1.0, 0.9, 0.84), "rain": (0.93, 0.95, 0.98)}  # fmt: skip

Colour = tuple[float, float, float]


class Brush:
    """Draws on one opaque picture of a given side."""

    def __init__(self, size: int, seed: random.Random):
        self.size, self.random = size, seed
        line = (torch.arange(size, dtype=torch.float32) + 0.5) / size
        self.y, self.x = line[:, None].expand(size, size), line[None].expand(size, size)
        self.rgb = torch.ones(3, size, size)

    def colour(self, colour: Colour, vary: float = 10) -> torch.Tensor:
        return torch.tensor([min(255.0, max(0.0, v + self.random.uniform(-vary, vary))) / 255 for v in colour])[:, None, None]

    def fill(self, mask: torch.Tensor, colour: Colour, vary: float = 8) -> None:
        self.rgb = self.rgb + (self.colour(colour, vary) - self.rgb) * mask

    def gradient(self, top: Colour, bottom: Colour, vary: float = 10) -> None:
        a, b = self.colour(top, vary), self.colour(bottom, vary)
        self.rgb = a + (b - a) * self.y[None].expand(3, -1, -1)

    def soft(self, distance: torch.Tensor, width: float = 0.004) -> torch.Tensor:
        """1 where the distance is negative, with a smooth edge."""
        return torch.sigmoid(-distance / width)

    def disc(self, x: float, y: float, radius: float, colour: Colour, stretch: float = 1.0, soft: float = 0.004) -> None:
        reach = radius + 6 * soft  # nothing is seen farther out, so only that window is drawn
        x0, x1 = (min(self.size, max(0, int((x + side * reach) * self.size) + (side > 0))) for side in (-1, 1))
        y0, y1 = (min(self.size, max(0, int((y + side * reach / stretch) * self.size) + (side > 0))) for side in (-1, 1))
        window = (slice(y0, y1), slice(x0, x1))
        distance = torch.sqrt((self.x[window] - x) ** 2 + ((self.y[window] - y) * stretch) ** 2) - radius
        part = self.rgb[:, y0:y1, x0:x1]
        part += (self.colour(colour, 8) - part) * self.soft(distance, soft)

    def ground(self, height: float, colour: Colour, wave: float = 0.02, frequency: float = 1.0) -> None:
        phase = self.random.random() * 6.28
        edge = height + wave * torch.sin(6.28 * frequency * self.x + phase)
        self.fill(self.soft(edge - self.y), colour)

    def triangle(self, x: float, top: float, base: float, half_width: float, colour: Colour) -> None:
        inside = (self.x - x).abs() - half_width * ((self.y - top) / (base - top))
        self.fill(self.soft(torch.maximum(inside, self.y - base)), colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        outside = torch.maximum(torch.maximum(x0 - self.x, self.x - x1), torch.maximum(y0 - self.y, self.y - y1))
        self.fill(self.soft(outside, 0.002), colour)

    def discs(self, count: tuple[int, int], radius: tuple[float, float], colours: list[Colour], below: float = 1.0, above: float = 0.0) -> None:
        for _ in range(self.random.randint(*count)):
            at = self.random.random(), self.random.uniform(above, below)
            self.disc(*at, self.random.uniform(*radius), self.random.choice(colours))


def _tree(b: Brush, x: float, base: float, size: float, colour: Colour) -> None:
    b.box(x - 0.08 * size, base - 0.3 * size, x + 0.08 * size, base, (95, 70, 50))
    for top, bottom, half in ((0.62, 0.18, 0.34), (0.84, 0.4, 0.28), (1.05, 0.64, 0.21)):
        b.triangle(x, base - top * size, base - bottom * size, half * size, colour)


def _cloud(b: Brush, x: float, y: float, size: float, colour: Colour = (255, 255, 255)) -> None:
    for dx, dy, r in ((-0.9, 0.15, 0.55), (0, -0.1, 0.8), (0.9, 0.15, 0.6), (0.4, 0.25, 0.6), (-0.4, 0.25, 0.6)):
        b.disc(x + dx * size, y + dy * size, r * size, colour)


def _skyline(b: Brush, base: float, colours: list[Colour], windows: list[Colour]) -> None:
    x = -0.03
    while x < 1:
        width, top = b.random.uniform(0.09, 0.17), base - b.random.uniform(0.16, 0.46)
        b.box(x, top, x + width - 0.012, base, b.random.choice(colours))
        lit = b.colour(b.random.choice(windows))
        cell_x, cell_y = ((b.x - x) / 0.034) % 1, ((b.y - top) / 0.05) % 1
        inside = (b.x > x + 0.012) & (b.x < x + width - 0.024) & (b.y > top + 0.02) & (b.y < base - 0.02)
        mask = (inside & (cell_x > 0.35) & (cell_x < 0.85) & (cell_y > 0.3) & (cell_y < 0.8)).float() * 0.8
        b.rgb = b.rgb + (lit - b.rgb) * mask
        x += width


def _night(b: Brush) -> None:
    b.gradient((10, 12, 50), (45, 50, 110))
    b.discs((22, 40), (0.004, 0.009), [(255, 250, 220), (220, 230, 255)])


def _beach(b: Brush) -> None:
    b.gradient((140, 210, 250), (200, 238, 255))
    b.ground(0.5, (60, 160, 215), 0.0)
    b.ground(0.64, (245, 250, 250), 0.02)
    b.ground(0.66, (242, 220, 165), 0.02)


def _meadow(b: Brush) -> None:
    b.gradient((140, 205, 250), (220, 242, 255))
    _cloud(b, b.random.random(), b.random.uniform(0.12, 0.3), b.random.uniform(0.05, 0.08))
    b.ground(0.58, (140, 200, 105), 0.03)
    b.ground(0.66, (105, 182, 82), 0.03)
    b.discs((8, 18), (0.006, 0.012), [(255, 240, 120), (255, 255, 255), (250, 160, 190)], 0.98, 0.74)


def _forest(b: Brush) -> None:
    b.gradient((175, 220, 200), (120, 180, 130))
    for _ in range(9):
        _tree(b, b.random.random(), b.random.uniform(0.66, 0.72), b.random.uniform(0.35, 0.5), (75, 135, 95))
    b.ground(0.7, (85, 135, 70), 0.015)
    for _ in range(4):
        _tree(b, b.random.choice((-0.02, 0.06, 0.94, 1.02)) + b.random.uniform(-0.04, 0.04), 0.82, b.random.uniform(0.5, 0.7), (45, 105, 70))


def _underwater(b: Brush) -> None:
    b.gradient((60, 175, 220), (10, 60, 130))
    b.ground(0.88, (205, 185, 130), 0.02)
    b.discs((6, 14), (0.008, 0.022), [(150, 215, 240), (190, 235, 250)], 0.85)


def _space(b: Brush) -> None:
    b.gradient((14, 8, 36), (30, 14, 60))
    for colour in ((70, 40, 120), (40, 60, 130)):
        b.disc(b.random.random(), b.random.random(), 0.12, colour, soft=0.12)
    b.discs((30, 55), (0.003, 0.008), [(255, 255, 255), (200, 220, 255), (255, 230, 190)])
    b.disc(b.random.choice((0.12, 0.88)), b.random.choice((0.14, 0.86)), b.random.uniform(0.05, 0.1), b.random.choice([(220, 140, 90), (120, 170, 220), (190, 150, 220)]))


def _snow(b: Brush) -> None:
    b.gradient((165, 200, 235), (225, 238, 250))
    b.ground(0.6, (232, 240, 250), 0.03)
    b.ground(0.68, (248, 250, 255), 0.03)
    b.discs((18, 34), (0.005, 0.012), [(255, 255, 255)])


def _desert(b: Brush) -> None:
    b.gradient((130, 200, 240), (250, 235, 200))
    b.disc(b.random.choice((0.15, 0.85)), 0.16, 0.07, (255, 240, 150))
    b.ground(0.56, (235, 190, 120), 0.05)
    b.ground(0.7, (225, 170, 95), 0.05)


def _mountains(b: Brush) -> None:
    b.gradient((130, 190, 245), (215, 235, 250))
    for _ in range(4):
        x, top, half = b.random.random(), b.random.uniform(0.12, 0.34), b.random.uniform(0.3, 0.45)
        b.triangle(x, top, 0.8, half, (110, 125, 155))
        b.triangle(x, top, top + 0.13, half * 0.13 / (0.8 - top), (250, 252, 255))
    b.ground(0.74, (105, 165, 95), 0.03)


def _city(b: Brush) -> None:
    b.gradient((150, 205, 245), (225, 240, 250))
    _skyline(b, 0.8, [(150, 165, 185), (175, 150, 140), (120, 145, 175), (190, 180, 165)], [(225, 240, 250)])
    b.ground(0.78, (120, 122, 128), 0.0)


def _night_city(b: Brush) -> None:
    b.gradient((14, 16, 52), (60, 50, 105))
    b.discs((10, 18), (0.003, 0.006), [(255, 250, 220)], 0.4)
    _skyline(b, 0.8, [(38, 40, 72), (50, 46, 82), (30, 34, 60)], [(255, 220, 110), (255, 200, 90)])
    b.ground(0.78, (36, 36, 52), 0.0)


def _sunset(b: Brush) -> None:
    b.gradient((90, 60, 140), (250, 150, 95))
    b.disc(b.random.uniform(0.2, 0.8), 0.62, 0.1, (255, 225, 140))
    b.ground(0.76, (80, 60, 90), 0.02)


def _sunrise(b: Brush) -> None:
    b.gradient((150, 190, 240), (255, 205, 175))
    b.disc(b.random.uniform(0.2, 0.8), 0.66, 0.1, (255, 240, 180))
    b.ground(0.74, (150, 175, 110), 0.02)


def _rain(b: Brush) -> None:
    b.gradient((95, 110, 130), (160, 172, 185))
    for x in (b.random.uniform(0.1, 0.4), b.random.uniform(0.6, 0.9)):
        _cloud(b, x, 0.1, 0.09, (190, 198, 208))
    slant = (b.x + b.y * 0.18) * 18 + b.random.random()
    lane = slant.floor()
    along = (b.y * 4 + (lane * 0.618) % 1 * 7) % 1
    b.fill(b.soft((slant - lane - 0.5).abs() - 0.1, 0.015) * (along < 0.42).float() * 0.85, (210, 230, 250))


def _autumn(b: Brush) -> None:
    b.gradient((235, 205, 160), (250, 230, 195))
    b.ground(0.66, (195, 130, 65), 0.03)
    leaves = [(220, 90, 40), (240, 160, 50), (190, 60, 45), (225, 190, 70)]
    for _ in range(b.random.randint(18, 30)):
        b.disc(b.random.random(), b.random.random(), b.random.uniform(0.012, 0.024), b.random.choice(leaves), stretch=b.random.uniform(1.2, 2.0))


def _clouds(b: Brush) -> None:
    b.gradient((90, 170, 245), (190, 225, 252))
    for _ in range(b.random.randint(4, 7)):
        _cloud(b, b.random.random(), b.random.random(), b.random.uniform(0.06, 0.11))


def _room(b: Brush) -> None:
    wall = b.random.choice([(235, 215, 195), (200, 220, 225), (225, 215, 235), (215, 228, 205)])
    b.gradient(wall, wall)
    b.box(0.08, 0.1, 0.32, 0.4, (250, 250, 248))
    b.box(0.1, 0.12, 0.3, 0.38, (160, 210, 245))
    b.box(0.195, 0.12, 0.205, 0.38, (250, 250, 248))
    b.box(0.0, 0.7, 1.0, 0.73, (245, 240, 235))
    b.ground(0.72, (180, 130, 90), 0.0)


def _table(b: Brush) -> None:
    wall = b.random.choice([(225, 230, 235), (240, 225, 205), (205, 222, 215)])
    b.gradient(wall, wall)
    b.ground(0.64, (175, 120, 75), 0.0)
    b.fill((((b.y - 0.64) * 14 % 1 < 0.07) & (b.y > 0.65)).float() * 0.5, (140, 92, 55))


def _lake(b: Brush) -> None:
    b.gradient((150, 210, 248), (220, 240, 252))
    b.ground(0.42, (115, 160, 115), 0.04, 1.5)
    b.ground(0.5, (75, 150, 205), 0.0)
    b.fill(((torch.sin(b.x * 30 + b.y * 90) > 0.93) & (b.y > 0.52)).float() * 0.6, (190, 225, 245))
    b.ground(0.76, (120, 175, 85), 0.02)


def _volcano(b: Brush) -> None:
    b.gradient((50, 25, 35), (140, 45, 35))
    b.triangle(0.5, 0.2, 0.8, 0.45, (70, 45, 45))
    b.triangle(0.5, 0.2, 0.32, 0.09, (250, 130, 50))
    b.ground(0.74, (240, 100, 35), 0.02, 2)
    b.discs((12, 22), (0.005, 0.012), [(255, 180, 70), (255, 120, 50)])


CLEAR = 38  # mean difference of two colours, of 255, that a pattern needs to be seen


def _apart(a: Colour, c: Colour) -> bool:
    return sum(abs(v - w) for v, w in zip(a, c)) / 3 >= CLEAR


def _tones(b: Brush) -> tuple[Colour, Colour]:
    """Two colours that go with each other, and far enough apart to be seen: one and a lighter one of it, or a light one and white."""
    while True:
        base = b.random.choice(list(COLOURS.values()))
        mix = b.random.uniform(0.35, 0.6)
        light = tuple(v + (255 - v) * mix for v in base)
        other = base if b.random.random() < 0.5 else (255, 255, 255)
        if _apart(other, light):
            return other, light


def _stripes(b: Brush) -> None:
    a, c = _tones(b)
    b.gradient(a, a, 0)
    turn = b.random.choice((0.0, math.pi / 4, math.pi / 2))
    wave = ((b.x * math.cos(turn) + b.y * math.sin(turn)) * b.random.choice((4, 6, 8)) % 1) - 0.5
    b.fill(b.soft(wave.abs() - 0.25, 0.01), c, 0)


def _dots(b: Brush) -> None:
    a, c = _tones(b)
    b.gradient(a, a, 0)
    n = b.random.choice((4, 5, 6))
    row = (b.y * n).floor()
    u, v = (b.x * n + 0.5 * (row % 2)) % 1 - 0.5, (b.y * n) % 1 - 0.5
    b.fill(b.soft(torch.sqrt(u * u + v * v) - 0.26, 0.015), c, 0)


def _checkers(b: Brush) -> None:
    a, c = _tones(b)
    b.gradient(a, a, 0)
    n = b.random.choice((4, 6, 8))
    b.fill((((b.x * n).floor() + (b.y * n).floor()) % 2), c, 0)


def _confetti(b: Brush) -> None:
    base = b.random.choice([(255, 255, 255), (255, 240, 225), (40, 40, 70), (225, 240, 255)])
    b.gradient(base, base)
    for _ in range(b.random.randint(44, 70)):
        b.disc(b.random.random(), b.random.random(), b.random.uniform(0.012, 0.024), b.random.choice(list(COLOURS.values())), stretch=b.random.choice((0.6, 1, 1.8)))


def _rainbow(b: Brush) -> None:
    bands = [COLOURS[c] for c in ("red", "orange", "yellow", "green", "blue", "purple")]
    for i, colour in enumerate(bands):
        b.fill((b.y >= i / 6).float(), colour, 6)
    b.rgb = b.rgb * 0.75 + 0.25


def _hearts(b: Brush) -> None:
    base = b.random.choice([(255, 225, 235), (255, 240, 240), (235, 90, 120)])
    b.gradient(base, base)
    for _ in range(b.random.randint(10, 18)):
        cx, cy, r = b.random.random(), b.random.random(), b.random.uniform(0.03, 0.055)
        u, v = (b.x - cx) / r, (cy - b.y) / r
        shape = (u * u + v * v - 1) ** 3 - u * u * v * v * v
        b.fill(b.soft(shape.clamp(-9, 9), 0.05), b.random.choice([(240, 90, 130), (225, 50, 80), (250, 150, 180)]))


def _sunburst(b: Brush) -> None:
    a, c = _tones(b)
    b.gradient(a, a, 0)
    wave = (torch.atan2(b.y - 0.5, b.x - 0.5) / 6.2832 * b.random.choice((8, 10, 12)) + b.random.random()) % 1 - 0.5
    b.fill(b.soft(wave.abs() - 0.25, 0.02), c, 0)


def _gradient(b: Brush) -> None:
    while True:
        first, second = b.random.sample(list(COLOURS.values()), 2)
        top, bottom = tuple(v + (255 - v) * 0.3 for v in first), tuple(v + (255 - v) * 0.65 for v in second)
        if _apart(top, bottom):
            return b.gradient(top, bottom)


DRAW: dict[str, Callable[[Brush], None]] = {
    "gradient": _gradient, "night sky": _night, "beach": _beach, "meadow": _meadow, "forest": _forest, "underwater": _underwater,
    "space": _space, "snow": _snow, "desert": _desert, "mountains": _mountains, "city": _city, "night city": _night_city,
    "sunset": _sunset, "sunrise": _sunrise, "rain": _rain, "autumn": _autumn, "clouds": _clouds, "room": _room, "table": _table,
    "lake": _lake, "volcano": _volcano, "stripes": _stripes, "dots": _dots, "checkers": _checkers, "confetti": _confetti,
    "rainbow": _rainbow, "hearts": _hearts, "sunburst": _sunburst,
}  # fmt: skip
SCENES = list(DRAW)


def draw_background(name: str, size: int, seed: random.Random) -> torch.Tensor:
    """The named background as premultiplied RGBA [4, size, size] in 0..1: "transparent", "white", "plain <colour>" or a scene."""
    if name == "transparent":
        return torch.zeros(4, size, size)
    brush = Brush(size, seed)
    if name.startswith("plain "):
        colour = COLOURS[name[6:]]
        brush.gradient(colour, colour, 0)
        brush.rgb = (brush.rgb + seed.uniform(-0.04, 0.04)).clamp(0, 1)
    elif name != "white":
        DRAW[name](brush)
    return torch.cat([brush.rgb.clamp(0, 1), torch.ones(1, size, size)])
