"""The int8 stage: `easel models quantize` makes export/unet/model.int8.onnx, with the ranges of drawing the contact sheet's prompts.

Easel uses such a graph in the place of model.onnx on processors that run it faster (setting INT8). It is measured, not published: its
pictures depend a little on what is drawn beside them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from training.config import ROOT, Config
from training.evaluate.benchmark import fixed_prompts
from training.publish import manifest, parts_of

PROMPTS = 32
FILE = "unet/model.int8.onnx"


def make_int8(config: Config) -> None:
    """Also leaves int8/<name>, the model as it draws where int8 is faster, for the evaluation."""
    export, folder = config.path("export", "model_index.json").parent, config.path("int8", config.name, "model.json").parent
    (export / FILE).unlink(missing_ok=True)
    shutil.rmtree(folder)
    shutil.copytree(export, folder)
    (folder / "README.md").write_text("# A model in the making\n")
    (folder / "model.json").write_text(json.dumps(manifest(folder, parts_of(folder))))
    prompts = config.path("int8", "prompts.txt")
    prompts.write_text("\n".join(fixed_prompts()[: min(PROMPTS, config["evaluate"]["pictures"])]))
    command = ["node", "dist/src/cli/easel.js", "models", "quantize", config.name, "--beside", "--prompts", str(prompts.resolve())]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "MODELS_DIR": str(folder.parent.resolve())})
    shutil.copy(folder / FILE, export / FILE)
    (folder / FILE).replace(folder / "unet/model.onnx")
    print(f"int8: {(export / FILE).stat().st_size / 1e6:.1f} MB", flush=True)
