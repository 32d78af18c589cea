"""Pictures of every scene for the memory: `python -m training.data.backgrounds FOLDER` writes backgrounds.bin and backgrounds.json.

The layout lays one of them behind the things where a prompt names a scene, and drawing starts from the noised whole (see README.md).
"""

from __future__ import annotations

import io
import json
import random
import sys
from pathlib import Path

from PIL import Image

from training.config import PICTURE
from training.scenes.backgrounds import DRAW, GROUND, PHRASES, draw_background

EACH = 4  # pictures of a scene
QUALITY = 80


def write_backgrounds(folder: Path) -> None:
    """The same seeds give the same bytes."""
    packed, scenes = b"", []
    for name in DRAW:
        if name == "gradient":  # the layout makes its own
            continue
        places = []
        for number in range(EACH):
            picture = draw_background(name, PICTURE, random.Random(f"{name} {number}"))
            pixels = (picture[:3].permute(1, 2, 0) * 255).round().clamp(0, 255).byte().numpy()
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "WEBP", quality=QUALITY, method=6)
            places.append([len(packed), len(file.getvalue())])
            packed += file.getvalue()
        scenes.append({"name": name, "phrases": PHRASES[name], "pictures": places, **({"ground": GROUND[name]} if name in GROUND else {})})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "backgrounds.bin").write_bytes(packed)
    (folder / "backgrounds.json").write_text(json.dumps({"file": "memory/backgrounds.bin", "scenes": scenes}, separators=(",", ":")))


if __name__ == "__main__":
    write_backgrounds(Path(sys.argv[1]))
