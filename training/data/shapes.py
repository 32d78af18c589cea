"""Drawn shapes in the place of the packages, so that the smoke run needs no network."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from training.config import Config
from training.data.concepts import Concept

SHAPES = {"ball": "ellipse", "box": "rectangle", "tent": "triangle", "kite": "diamond", "coin": "ellipse", "door": "tall"}
COLOURS = ((220, 60, 50), (60, 130, 220), (250, 200, 60), (80, 170, 90), (150, 90, 200), (140, 95, 65))


def shape_pictures(config: Config) -> tuple[list[Concept], dict[str, tuple[bytes, dict]]]:
    """The same concepts and blobs that rendering the packages gives."""
    concepts = [Concept(name, name, "", "objects", "shape", i) for i, name in enumerate(SHAPES)]
    blobs = {}
    for number, style in enumerate(config.styles):
        out, index = b"", {}
        for i, (name, kind) in enumerate(SHAPES.items()):
            data = _draw(kind, COLOURS[i], config["memory"]["size"], outlined=bool(number))
            index[name] = {"offset": len(out), "length": len(data), "visible": 0.5, "colourful": 1, "bbox": [0.1, 0.1, 0.9, 0.9]}
            out += data
        blobs[style] = (out, index)
    return concepts, blobs


def _draw(kind: str, colour: tuple[int, int, int], size: int, outlined: bool) -> bytes:
    image = Image.new("RGBA", (size, size))
    draw, a, b, m = ImageDraw.Draw(image), 0.1 * size, 0.9 * size, 0.5 * size
    look = {"fill": colour, "outline": (30, 30, 40) if outlined else colour}
    if kind == "ellipse":
        draw.ellipse((a, a, b, b), **look)
    elif kind == "rectangle":
        draw.rectangle((a, a, b, b), **look)
    elif kind == "tall":
        draw.rectangle((0.3 * size, a, 0.7 * size, b), **look)
    else:
        draw.polygon([(m, a), (b, b), (a, b)] if kind == "triangle" else [(m, a), (b, m), (m, b), (a, m)], **look)
    file = io.BytesIO()
    image.save(file, "WEBP", lossless=True)
    return file.getvalue()
