"""Trains and exports a built-in model: `python -m training.run --config training/easel-v1.toml --work DIR`. Every stage resumes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.config import ROOT, read_config

STAGES = ("data", "vae", "denoiser", "distil", "export", "int8", "recogniser", "evaluate")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=ROOT / "training/easel-v1.toml")
    parser.add_argument("--work", type=Path, default=Path("training-work"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--smoke", action="store_true", help="a minute through every stage, on drawn shapes")
    parser.add_argument("--stages", nargs="*", choices=(*STAGES, "bank", "publish"), default=STAGES)
    given = parser.parse_args()
    path = ROOT / "training/smoke.toml" if given.smoke else given.config
    config = read_config(path, given.work, given.threads)
    config.raw["arguments"] = ["--config", str(path), "--work", str(given.work)]
    for stage in given.stages:
        STAGE_OF[stage](config)
        sys.stdout.flush()


def _data(config) -> None:  # noqa: ANN001
    from training.data.build import build, build_lookups

    if config.path("atlas.json").exists():
        build_lookups(config)
    else:
        build(config)


def _vae(config) -> None:  # noqa: ANN001
    from training.vae import train_vae

    if not config.path("vae.pt").exists():
        train_vae(config)


def _bank(config) -> None:  # noqa: ANN001
    from training.bank import fill_bank

    fill_bank(config)


def _denoiser(config) -> None:  # noqa: ANN001
    from training.denoiser import train_denoiser

    train_denoiser(config)


def _distil(config) -> None:  # noqa: ANN001
    from training.distil import distil

    if config["distil"]["seconds"] > 0:
        distil(config)


def _export(config) -> None:  # noqa: ANN001
    from training.export import export

    export(config)


def _int8(config) -> None:  # noqa: ANN001
    from training.int8 import make_int8

    make_int8(config)


def _recogniser(config) -> None:  # noqa: ANN001
    from training.evaluate.recogniser import train_recogniser

    if not config.path("recogniser.pt").exists():
        train_recogniser(config)


def _evaluate(config) -> None:  # noqa: ANN001
    from training.evaluate.evaluate import evaluate

    evaluate(config)


def _publish(config) -> None:  # noqa: ANN001
    from training.publish import publish

    publish(config)


# Stages import what they need when they run.
STAGE_OF = {
    "data": _data, "vae": _vae, "bank": _bank, "denoiser": _denoiser, "distil": _distil,
    "export": _export, "int8": _int8, "recogniser": _recogniser, "evaluate": _evaluate, "publish": _publish,
}

if __name__ == "__main__":
    main()
