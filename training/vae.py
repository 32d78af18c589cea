"""The VAE stage: fine-tunes the autoencoder on crops of composed scenes, from the configured model's weights or from nothing."""

from __future__ import annotations

import random
import time

import torch
from torch import nn

from training.bank import Composer, bf16
from training.config import ROOT, Config
from training.denoiser import Average
from training.model.vae import Vae, load_initial
from training.scenes.memory import Atlas

LATENT_NOISE = 0.04  # the decoder learns to forgive that much
TESTED = 32  # scenes in the figure for the quality


def edges(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def loss_of(guess: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """L1 and L2 of the pixels, and L1 of the steps from pixel to pixel, which keeps edges sharp."""
    steps = sum((a - b).abs().mean() for a, b in zip(edges(guess), edges(wanted)))
    return (guess - wanted).abs().mean() + (guess - wanted).pow(2).mean() + 0.5 * steps


@torch.no_grad()
def psnr(vae: Vae, pictures: torch.Tensor) -> float:
    """Decibels on white, mean over pictures (premultiplied RGBA in -1..1)."""
    on_white = lambda x: (x[:, :3] - x[:, 3:]) / 2 + 1  # noqa: E731
    back = vae.decode(vae.encode(pictures)).clamp(-1, 1)
    return float((-10 * torch.log10((on_white(pictures) - on_white(back)).pow(2).mean((1, 2, 3)))).mean())


def crops(composer: Composer, count: int, side: int) -> torch.Tensor:
    """Premultiplied RGBA in -1..1: a crop of each of `count` scenes."""
    out, r = [], composer.random
    for _ in range(count):
        picture = composer.example()[0]
        y, x = (r.randrange(0, picture.shape[-1] - side + 1) for _ in range(2))
        out.append(picture[:, y : y + side, x : x + side])
    return torch.stack(out) * 2 - 1


def train_vae(config: Config) -> None:
    """Writes vae.pt with the weights, and the latents' mean and deviation in it."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    settings, atlas, vae = config["vae"], Atlas(config), Vae()
    if settings["initial"]:
        load_initial(vae, ROOT / settings["initial"])
    composer, tests = Composer(atlas, random.Random(config.seed)), Composer(atlas, random.Random(config.seed + 1))
    test = torch.stack([tests.example()[0] for _ in range(TESTED)]) * 2 - 1
    print(f"vae: {psnr(vae.eval(), test):.2f} dB at the start", flush=True)
    if settings["seconds"] > 0:
        _fine_tune(vae, composer, settings)
        _measure_latents(vae, test)
        print(f"vae: {psnr(vae, test):.2f} dB at the end", flush=True)
    torch.save(vae.state_dict(), config.path("vae.pt"))


def _fine_tune(vae: Vae, composer: Composer, settings: dict) -> None:
    vae.train().to(memory_format=torch.channels_last)
    average, optimizer = Average(vae, 0.998), torch.optim.AdamW(vae.parameters(), lr=settings["lr"], betas=(0.9, 0.99), weight_decay=0.0)
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < settings["seconds"]:
        for group in optimizer.param_groups:
            group["lr"] = settings["lr"] * max(0.02, 1 - elapsed / settings["seconds"])
        x = crops(composer, settings["batch"], settings["crop"]).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16()):
            latents = vae.raw_encode(x)
            back = vae.d(latents + LATENT_NOISE * torch.randn_like(latents)).float()
        loss = loss_of(back, x) + 1e-4 * latents.float().pow(2).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimizer.step()
        average.update(vae)
    vae.load_state_dict(average.weights)
    vae.eval()


@torch.no_grad()
def _measure_latents(vae: Vae, pictures: torch.Tensor) -> None:
    latents = vae.raw_encode(pictures).float()
    vae.mean.copy_(latents.mean((0, 2, 3)).view(1, -1, 1, 1))
    vae.std.copy_(latents.std((0, 2, 3)).clamp(min=0.05).view(1, -1, 1, 1))
