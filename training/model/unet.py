"""The denoiser: a U-Net over latents and canvas with words by cross-attention, and a path that copies the canvas."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

from training.config import CHANNELS
from training.model.words import Attention, Rms

SLOTS = 2
SLOT = CHANNELS + 1  # latents and alpha of one canvas slot
FREQUENCIES = 64
EARLIEST = 0.1  # time below which the copy path no longer grows


MIXED_NORM = int(torch.__version__.split(".")[0]) >= 2


def norm(groups: nn.GroupNorm, x: torch.Tensor) -> torch.Tensor:
    """Group norm that sums in float32 whatever the type of the rest; torch 1.13 has no mixed rule for it."""
    if MIXED_NORM:
        return F.group_norm(x, groups.num_groups, groups.weight, groups.bias, groups.eps)
    return F.group_norm(x.float(), groups.num_groups, groups.weight, groups.bias, groups.eps).to(x.dtype)


class Res(nn.Module):
    def __init__(self, i: int, o: int, time: int):
        super().__init__()
        self.n1, self.c1 = nn.GroupNorm(8, i), nn.Conv2d(i, o, 3, padding=1)
        self.n2, self.c2 = nn.GroupNorm(8, o), nn.Conv2d(o, o, 3, padding=1)
        self.time = nn.Linear(time, 2 * o)
        self.skip = nn.Conv2d(i, o, 1) if i != o else nn.Identity()
        nn.init.zeros_(self.c2.weight)
        nn.init.zeros_(self.c2.bias)

    def forward(self, x: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        y = self.c1(F.silu(norm(self.n1, x)))
        scale, shift = self.time(time)[:, :, None, None].chunk(2, 1)
        return self.skip(x) + self.c2(F.silu(norm(self.n2, y) * (1 + scale) + shift))


class Transformer(nn.Module):
    """Self-attention over the cells (unless there are many), cross-attention to the words, and a feed-forward layer."""

    def __init__(self, width: int, words: int, look_around: bool):
        super().__init__()
        self.n1, self.a = (Rms(width), Attention(width, width // 32)) if look_around else (None, None)
        self.n2, self.c = Rms(width), Attention(width, width // 32, words)
        self.n3, self.f1, self.f2 = Rms(width), nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        batch, width, height, across = x.shape
        y = x.flatten(2).transpose(1, 2)
        if self.a is not None:
            y = y + self.a(self.n1(y))
        y = y + self.c(self.n2(y), words)
        y = y + self.f2(F.gelu(self.f1(self.n3(y))))
        return y.transpose(1, 2).reshape(batch, width, height, across)


class Unet(nn.Module):
    """sample [B, 8, H, W], timestep [B] in 0..1000, words [B, L, D], canvas [B, 18, H, W] -> velocity e - x0 [B, 8, H, W].

    The last layer also says for each cell and channel how much of the canvas to take as it is (after one linear change of its channels,
    which is the light of the scene): v = (1 - gate) v_net + gate (x_t - canvas) / t.
    """

    def __init__(self, widths: list[int], words: int):
        super().__init__()
        a, b, c = widths
        t = 4 * FREQUENCIES
        self.t1, self.t2, self.gist = nn.Linear(2 * FREQUENCIES, t), nn.Linear(t, t), nn.Linear(words, t)
        self.enter = nn.Conv2d(CHANNELS + SLOTS * SLOT, a, 3, padding=1)
        self.down1 = nn.Conv2d(a, b, 3, 2, 1)
        self.d3, self.w3, self.d4 = Res(b, b, t), Transformer(b, words, False), Res(b, b, t)
        self.down2 = nn.Conv2d(b, c, 3, 2, 1)
        self.d5, self.w5 = Res(c, c, t), Transformer(c, words, True)
        self.m1, self.wm, self.m2 = Res(c, c, t), Transformer(c, words, True), Res(c, c, t)
        self.u5, self.v5 = Res(2 * c, c, t), Transformer(c, words, True)
        self.up2 = nn.Conv2d(c, b, 3, padding=1)
        self.u4, self.v4, self.u3 = Res(2 * b, b, t), Transformer(b, words, False), Res(b, b, t)
        self.up1 = nn.Conv2d(b, a, 3, padding=1)
        self.u1 = Res(2 * a, a, t)
        self.leave = nn.GroupNorm(8, a)
        self.velocity = nn.Conv2d(a, CHANNELS, 3, padding=1)
        self.copy = nn.Conv2d(a, CHANNELS + SLOTS, 3, padding=1)
        self.light = nn.Linear(c, CHANNELS * CHANNELS + CHANNELS)
        for layer in (self.velocity, self.copy, self.light, self.gist):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.copy.bias.data[:CHANNELS] = -2.0
        self.register_buffer("frequencies", torch.exp(-math.log(10000) * torch.arange(FREQUENCIES, dtype=torch.float32) / FREQUENCIES))

    def forward(self, sample: torch.Tensor, timestep: torch.Tensor, encoder_hidden_states: torch.Tensor, canvas: torch.Tensor) -> torch.Tensor:
        words = encoder_hidden_states
        angle = timestep.float().reshape(-1, 1) * self.frequencies[None]
        # The mean of the words goes with the time into every block: scenes are learned from it much sooner than through attention.
        time = F.silu(self.t2(F.silu(self.t1(torch.cat([angle.cos(), angle.sin()], -1)))) + self.gist(words.mean(1)))
        x1 = self.enter(torch.cat([sample, canvas], 1))
        x4 = self.d4(self.w3(self.d3(self.down1(F.silu(x1)), time), words), time)
        x5 = self.w5(self.d5(self.down2(x4), time), words)
        y = self.m2(self.wm(self.m1(x5, time), words), time)
        light = self.light(y.float().mean((2, 3)))
        y = self.v5(self.u5(torch.cat([y, x5], 1), time), words)
        y = self.up2(F.interpolate(y, scale_factor=2.0, mode="nearest"))
        y = self.u3(self.v4(self.u4(torch.cat([y, x4], 1), time), words), time)
        y = self.up1(F.interpolate(y, scale_factor=2.0, mode="nearest"))
        y = self.u1(torch.cat([y, x1], 1), time)
        y = F.silu(norm(self.leave, y))
        return self._out(sample, timestep, canvas, self.velocity(y).float(), self.copy(y).float(), light.float())

    def _out(self, sample, timestep, canvas, velocity, copy, light):  # noqa: ANN001, ANN202
        gate, choice = torch.sigmoid(copy[:, :CHANNELS]), torch.softmax(copy[:, CHANNELS:], 1)
        picture = choice[:, :1] * canvas[:, :CHANNELS] + choice[:, 1:] * canvas[:, SLOT : SLOT + CHANNELS]
        matrix, shift = light[:, : CHANNELS * CHANNELS].reshape(-1, CHANNELS, CHANNELS), light[:, CHANNELS * CHANNELS :, None]
        flat = picture.flatten(2)
        picture = (flat + matrix @ flat + shift).reshape(picture.shape)
        t = (timestep.float().reshape(-1, 1, 1, 1) / 1000).clamp(min=EARLIEST)
        return (1 - gate) * velocity + gate * (sample - picture) / t
