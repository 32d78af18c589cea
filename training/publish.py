"""The publish stage: export/ becomes models/<name>/ with its model.json, golden/ becomes test/golden/picture-memory/."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from training.config import PICTURE, ROOT, Config

MODES = ["text-to-image", "image-to-image", "inpaint", "outpaint", "blend", "upscale"]
STEPS, GUIDANCE = 4, 1.0
LARGEST = 768  # side in pixels: trained at 256, but what the canvas shows is as sharp as the size allows


def publish(config: Config) -> None:
    """Papers (README.md, NOTICE, DATASHEET.md) are written by people and stay as they are."""
    target = ROOT / "models" / config.name
    # Pictures of an int8 graph depend a little on what is drawn beside them, so everybody decides that for themselves (`easel models quantize`).
    shutil.copytree(config.path("export", "."), target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.int8.onnx"))
    shutil.copytree(config.path("golden", "."), ROOT / "test/golden/picture-memory", dirs_exist_ok=True)
    for sheet in ("contact-sheet.jpg", "taught.jpg", "redrawn.jpg"):
        if config.path("evaluation", sheet).exists():
            shutil.copy(config.path("evaluation", sheet), target / sheet)
    parts = parts_of(target)
    (target / "model.json").write_text(json.dumps(manifest(target, parts), indent=1) + "\n")
    print(f"publish: {target.name}, {sum(p.stat().st_size for p in parts) / 1e6:.1f} MB")


def parts_of(folder: Path) -> list[Path]:
    """What a model consists of: all but its papers and pictures of it."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and (p.parent != folder or p.name in ("model_index.json", "vocabulary.json")))


def manifest(folder: Path, files: list[Path]) -> dict:
    return {
        "schema": 1,
        "title": "Easel v1: stickers and small scenes",
        "version": "1.3.0",
        "licence": "Apache-2.0",
        "modes": MODES,
        "alpha": True,
        "sizes": {"default": [PICTURE, PICTURE], "multipleOf": 32, "min": PICTURE, "max": LARGEST},
        "defaults": {"steps": STEPS, "guidanceScale": GUIDANCE, "negativePrompt": "", "sampler": "", "strength": 0.6},
        "limits": {"maxSteps": 50, "maxCount": 8},
        "vocabulary": "vocabulary.json",
        "memory": "memory/index.json",
        "files": [
            {"path": p.relative_to(folder).as_posix(), "bytes": p.stat().st_size, "sha256": hashlib.sha256(p.read_bytes()).hexdigest()} for p in files
        ],
    }
