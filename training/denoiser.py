"""The denoiser stage: flow matching (Lipman et al., arXiv 2210.02747) on the bank. Resumes from its last checkpoint."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from training.bank import Bank, bf16, load_tokenizer
from training.config import CHANNELS, LATENT, ROOT, Config
from training.model.unet import Unet
from training.model.words import TextEncoder
from training.scenes.memory import Atlas

EMPTY_PROMPTS = 0.1  # share of examples that lose their words, for guidance
TIME_SPREAD, TIME_CENTRE = 1.2, 0.0
EVEN_TIMES = 0.5  # share of examples whose time is drawn evenly: the last steps, which make surfaces clean, count as much as the first
WARM_UP = 100
SAVE_EVERY = 300  # seconds
LONGEST_STEP = 20  # seconds: what takes longer is a pause, and does not count


def build(config: Config, vocabulary: int) -> nn.ModuleDict:
    width = config["denoiser"]["words_width"]
    return nn.ModuleDict({"text": TextEncoder(vocabulary, width), "unet": Unet(config["denoiser"]["widths"], width)})


class Average:
    """Exponential moving average of a model's weights."""

    def __init__(self, model: nn.Module, most: float):
        self.weights = {k: v.detach().clone() for k, v in model.state_dict().items()}
        self.most, self.steps = most, 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        self.steps += 1
        keep = min(self.most, (1 + self.steps) / (10 + self.steps))
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                self.weights[name].lerp_(value, 1 - keep)


def noised(z: torch.Tensor, shift: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Latents on their way to noise, the time of each, and the velocity to learn. Times are half logit-normal (Esser et al., arXiv 2403.03206),
    half even; then shifted."""
    t = torch.sigmoid(TIME_SPREAD * torch.randn(len(z)) + TIME_CENTRE)
    t = torch.where(torch.rand(len(z)) < EVEN_TIMES, torch.rand(len(z)), t)
    t = shift * t / (1 + (shift - 1) * t)
    noise, s = torch.randn_like(z), t.view(-1, 1, 1, 1)
    return (1 - s) * z + s * noise, t, noise - z


def start_worker(config: Config) -> subprocess.Popen:
    """The bank's process, in a session of its own, so that it does not share this one's turn on a processor."""
    return subprocess.Popen([sys.executable, "-m", "training.run", *config.raw["arguments"], "--stages", "bank"], start_new_session=True)


def wait_for_bank(bank: Bank, wanted: int) -> None:
    bank.refresh()
    while len(bank) < wanted:
        time.sleep(1)
        bank.refresh()


def train_denoiser(config: Config) -> None:
    """Trains text encoder and U-Net for the configured seconds (over all runs) and writes denoiser.pt."""
    from training.initial import load_published  # which needs the export, which needs this

    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    settings, atlas = config["denoiser"], Atlas(config)
    tokenizer = load_tokenizer(config, atlas)
    model = build(config, len(tokenizer.vocabulary)).to(memory_format=torch.channels_last)
    path, step, spent = config.path("denoiser.pt"), 0, 0.0
    if settings.get("initial") and not path.exists():
        load_published(model, ROOT / settings["initial"])
    average = Average(model, settings.get("average", 0.999))
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings["lr"], betas=(0.9, 0.98), weight_decay=0.01)
    if path.exists():
        saved = torch.load(path, map_location="cpu")
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average.weights, average.steps, step, spent = saved["average"], saved["step"], saved["step"], saved["spent"]
    print(f"denoiser: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, step {step}", flush=True)
    worker, bank = start_worker(config), Bank(config)
    try:
        wait_for_bank(bank, config["bank"]["scenes_ahead"])
        _loop(config, model, average, optimizer, bank, tokenizer.encode(""), step, spent)
    finally:
        worker.terminate()
        worker.wait()


def _loop(config, model, average, optimizer, bank, empty, step, spent) -> None:  # noqa: ANN001
    settings, seed, path = config["denoiser"], np.random.default_rng(config.seed + step), config.path("denoiser.pt")
    total, saved_at, losses, first, resumed_at = settings["seconds"], spent, [], step, spent
    while spent < total:
        started = time.monotonic()
        for group in optimizer.param_groups:
            group["lr"] = settings["lr"] * min(1, (step + 1) / WARM_UP) * fall(spent / total)
        losses.append(_step(model, optimizer, bank, empty, settings, seed))
        average.update(model)
        step += 1
        spent += min(LONGEST_STEP, time.monotonic() - started)
        if step % 50 == 0:
            rate = (step - first) * settings["batch"] / (spent - resumed_at)
            print(f"denoiser: step {step} {spent:.0f} s loss {np.mean(losses[-50:]):.4f} {rate:.1f}/s bank {len(bank)}", flush=True)
            bank.refresh()
        if spent - saved_at > SAVE_EVERY:
            save_checkpoint(path, model, average, optimizer, step, spent)
            saved_at = spent
    save_checkpoint(path, model, average, optimizer, step, spent)
    print(f"denoiser: done, {step} steps, {step * settings['batch']} examples", flush=True)


def fall(share: float) -> float:
    """The rate over the share of the time that is over: a half cosine to nothing."""
    return 0.5 * (1 + math.cos(math.pi * min(1.0, share)))


def _step(model, optimizer, bank, empty, settings, seed) -> float:  # noqa: ANN001
    z, canvas, words = bank.draw(settings["batch"], seed)
    words[torch.rand(len(words)) < EMPTY_PROMPTS] = torch.tensor(empty)
    x, t, velocity = noised(z, settings["shift"])
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16()):
        guess = model["unet"](x.contiguous(memory_format=torch.channels_last), t * 1000, model["text"](words), canvas)
    loss = (guess - velocity).pow(2).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def save_checkpoint(path: Path, model, average, optimizer, step: int, spent: float) -> None:  # noqa: ANN001
    state = {"model": model.state_dict(), "average": average.weights, "optimizer": optimizer.state_dict(), "step": step, "spent": spent}
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").rename(path)


def times(steps: int, shift: float) -> list[float]:
    """From 1 to 1/steps, shifted, then 0: what diffusers' pipeline_flux.py hands FlowMatchEulerDiscreteScheduler as sigmas."""
    line = np.linspace(1, 1 / steps, steps)
    return [*(shift * line / (1 + (shift - 1) * line)), 0.0]


def load_denoiser(config: Config, tokenizer, file: str = "denoiser.pt") -> nn.ModuleDict:  # noqa: ANN001
    """The averaged weights, ready to draw."""
    model = build(config, len(tokenizer.vocabulary))
    model.load_state_dict(torch.load(config.path(file), map_location="cpu")["average"])
    return model.eval()


def noise_for(count: int, seed: int) -> torch.Tensor:
    return torch.randn(count, CHANNELS, LATENT, LATENT, generator=torch.Generator().manual_seed(seed))


