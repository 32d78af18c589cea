"""The autoencoder: RGBA pictures to latents an eighth as wide, 8 channels. Inside it pictures are premultiplied RGBA in -1..1."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from training.config import CHANNELS

BOUND = 3.0  # latents are kept within -3..3


def conv(i: int, o: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(i, o, 3, stride, padding=1)


class Block(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.c = nn.Sequential(conv(width, width), nn.ReLU(), conv(width, width), nn.ReLU(), conv(width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.c(x) + x)


class Vae(nn.Module):
    """Same layers and names as the first built-in model's, so that its weights are the start."""

    def __init__(self):
        super().__init__()
        self.e = nn.Sequential(
            conv(4, 32), nn.ReLU(), conv(32, 48, 2), Block(48), conv(48, 72, 2), Block(72),
            conv(72, 112, 2), Block(112), Block(112), conv(112, CHANNELS),
        )  # fmt: skip
        up = lambda: nn.Upsample(scale_factor=2)  # noqa: E731
        self.d = nn.Sequential(
            conv(CHANNELS, 112), nn.ReLU(), Block(112), Block(112), up(), conv(112, 72), Block(72), Block(72), up(),
            conv(72, 48), Block(48), up(), conv(48, 32), Block(32), conv(32, 4),
        )  # fmt: skip
        self.register_buffer("mean", torch.zeros(1, CHANNELS, 1, 1))
        self.register_buffer("std", torch.ones(1, CHANNELS, 1, 1))

    def raw_encode(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.e(x) / BOUND) * BOUND

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """Premultiplied RGBA [B, 4, H, W] in -1..1 -> normalised latents [B, 8, H/8, W/8]."""
        return (self.raw_encode(x).float() - self.mean) / self.std

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return self.d(latents * self.std + self.mean)


class Encoder(nn.Module):
    """As exported: straight RGBA in -1..1 -> latents."""

    def __init__(self, vae: Vae):
        super().__init__()
        self.v = vae

    def forward(self, sample: torch.Tensor) -> torch.Tensor:
        x = sample * 0.5 + 0.5
        return self.v.encode(torch.cat([x[:, :3] * x[:, 3:], x[:, 3:]], 1) * 2 - 1)


class Decoder(nn.Module):
    """As exported: latents -> straight RGBA in -1..1."""

    def __init__(self, vae: Vae):
        super().__init__()
        self.v = vae

    def forward(self, latent_sample: torch.Tensor) -> torch.Tensor:
        y = (self.v.decode(latent_sample) * 0.5 + 0.5).clamp(0, 1)
        return torch.cat([(y[:, :3] / y[:, 3:].clamp(min=0.04)).clamp(0, 1), y[:, 3:]], 1) * 2 - 1


def load_initial(vae: Vae, model: Path) -> None:
    """Takes the weights of an exported model of the same layers; float16 ones are named with _f16."""
    import onnx
    from onnx import numpy_helper

    weights = {}
    for part in ("vae_encoder", "vae_decoder"):
        for tensor in onnx.load(str(model / part / "model.onnx")).graph.initializer:
            name = tensor.name.replace("_f16", "").removeprefix("v.")
            weights[{"mu": "mean", "sd": "std"}.get(name, name)] = torch.from_numpy(numpy_helper.to_array(tensor).astype("float32"))
    vae.load_state_dict(weights)
