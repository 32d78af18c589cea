"""Reads a configuration file and knows where the stages keep their files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PICTURE = 256  # side of the model's pictures in pixels
LATENT = 32  # side of their latents
CHANNELS = 8  # channels of a latent
WORDS = 24  # length of a prompt in tokens
STYLES = ("noto", "fluent-3d", "fluent-flat", "noto-v1", "fxemoji")


@dataclass(frozen=True)
class Config:
    """One training: the parsed file, the folder for everything it makes, and how many threads it may use."""

    raw: dict[str, Any]
    work: Path
    threads: int

    @property
    def name(self) -> str:
        return self.raw["name"]

    @property
    def seed(self) -> int:
        return self.raw["seed"]

    @property
    def styles(self) -> list[str]:
        return [source["style"] for source in self.raw["sources"]]

    def __getitem__(self, section: str) -> dict[str, Any]:
        return self.raw[section]

    def path(self, *parts: str) -> Path:
        """A file of the working folder; its folder is made."""
        path = self.work.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def read_config(path: Path, work: Path, threads: int) -> Config:
    with path.open("rb") as file:
        return Config(tomllib.load(file), work, threads)
