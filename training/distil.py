"""The distillation stage: a U-Net that walks four fixed times without guidance learns where the guided one gets in several small steps."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import nn

from training.bank import Bank, bf16, load_tokenizer
from training.config import Config
from training.denoiser import SAVE_EVERY, Average, load_denoiser, save_checkpoint, times
from training.scenes.memory import Atlas

SMALL_STEPS = 3  # of the teacher inside one step of the student
OWN_PATH = 0.5  # share of examples that start where the student itself got to
WARM_UP = 50


class Distillation:
    """Teacher and student, both {text, unet}; the student's text encoder stays the teacher's."""

    def __init__(self, config: Config, teacher: nn.ModuleDict, student: nn.ModuleDict, empty: torch.Tensor):
        self.teacher, self.student, self.empty = teacher, student, empty
        self.shift, settings = config["denoiser"]["shift"], config["distil"]
        self.line, self.guidance = times(settings["steps"], self.shift), settings["guidance"]

    @torch.no_grad()
    def guided(self, x: torch.Tensor, t: torch.Tensor, words: torch.Tensor, canvas: torch.Tensor) -> torch.Tensor:
        none = self.teacher["text"](self.empty.expand(len(x), -1))
        both = self.teacher["unet"](torch.cat([x, x]), torch.cat([t, t]) * 1000, torch.cat([words, none]), torch.cat([canvas, canvas])).float()
        with_words, without = both.chunk(2)
        return without + self.guidance * (with_words - without)

    @torch.no_grad()
    def starts(self, z: torch.Tensor, words: torch.Tensor, canvas: torch.Tensor, k: int, own: bool) -> torch.Tensor:
        """Where the student's step number k begins: noised latents, or its own path from pure noise."""
        noise, t = torch.randn_like(z), self.line[k]
        if not own:
            return (1 - t) * z + t * noise
        x = noise
        for now, then in zip(self.line[:k], self.line[1 : k + 1]):
            x = x + (then - now) * self.student["unet"](x, torch.full((len(x),), now * 1000), words, canvas).float()
        return x

    @torch.no_grad()
    def wanted(self, x: torch.Tensor, words: torch.Tensor, canvas: torch.Tensor, k: int) -> torch.Tensor:
        """The mean velocity over step k: the teacher's small guided steps."""
        line, y = np.linspace(self.line[k], self.line[k + 1], SMALL_STEPS + 1), x
        for now, then in zip(line[:-1], line[1:]):
            y = y + (then - now) * self.guided(y, torch.full((len(x),), float(now)), words, canvas)
        return (y - x) / (self.line[k + 1] - self.line[k])

    def loss(self, z: torch.Tensor, words: torch.Tensor, canvas: torch.Tensor, k: int, own: bool) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16()):
            with torch.no_grad():
                hidden = self.teacher["text"](words)
            x = self.starts(z, hidden, canvas, k, own)
            wanted = self.wanted(x, hidden, canvas, k)
            t = torch.full((len(x),), self.line[k] * 1000)
            guess = self.student["unet"](x.contiguous(memory_format=torch.channels_last), t, hidden, canvas)
        return nn.functional.smooth_l1_loss(guess.float(), wanted, beta=0.5)


def distil(config: Config) -> None:
    """Trains for the configured seconds (over all runs) and writes distilled.pt."""
    torch.manual_seed(config.seed + 1)
    torch.set_num_threads(config.threads)
    settings = config["distil"]
    tokenizer = load_tokenizer(config, Atlas(config))
    teacher, student = load_denoiser(config, tokenizer), load_denoiser(config, tokenizer)
    student.train().to(memory_format=torch.channels_last)
    teacher.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(student["unet"].parameters(), lr=settings["lr"], betas=(0.9, 0.98), weight_decay=0.0)
    average, step, spent, path = Average(student, 0.998), 0, 0.0, config.path("distilled.pt")
    if path.exists():
        saved = torch.load(path, map_location="cpu")
        student.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average.weights, average.steps, step, spent = saved["average"], saved["step"], saved["step"], saved["spent"]
    both = Distillation(config, teacher, student, torch.tensor(tokenizer.encode("")))
    bank, seed = Bank(config), np.random.default_rng(config.seed + step)
    bank.refresh()
    started, saved_at, losses = time.monotonic() - spent, time.monotonic(), []
    while (elapsed := time.monotonic() - started) < settings["seconds"]:
        for group in optimizer.param_groups:
            group["lr"] = settings["lr"] * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - elapsed / settings["seconds"])
        z, canvas, words = bank.draw(settings["batch"], seed)
        loss = both.loss(z, words, canvas, int(seed.integers(settings["steps"])), seed.random() < OWN_PATH)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(student["unet"].parameters(), 1.0)
        optimizer.step()
        average.update(student)
        step += 1
        losses.append(loss.item())
        if step % 25 == 0:
            print(f"distil: step {step} {elapsed:.0f} s loss {np.mean(losses[-25:]):.4f}", flush=True)
        if time.monotonic() - saved_at > SAVE_EVERY:
            save_checkpoint(path, student, average, optimizer, step, time.monotonic() - started)
            saved_at = time.monotonic()
    save_checkpoint(path, student, average, optimizer, step, time.monotonic() - started)
    print(f"distil: done, {step} steps", flush=True)
