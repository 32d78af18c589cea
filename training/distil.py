"""The distillation stage: the denoiser learns to get in each of 2 to 4 steps, without guidance, where it gets in several small guided ones.

The student is published in the teacher's place (`unet/`): part of its examples are ordinary flow matching, so that any number of steps and
guidance still work.
"""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import nn

from training.bank import Bank, bf16, load_tokenizer
from training.config import CHANNELS, Config
from training.denoiser import EMPTY_PROMPTS, SAVE_EVERY, Average, fall, load_denoiser, noised, save_checkpoint, times
from training.model.unet import SLOT
from training.scenes.memory import Atlas

SMALL_STEPS = 2  # of the teacher inside one step of the student
STRENGTH = 0.75  # where drawing starts from the noised canvas, as a share of the steps
ORDINARY = 0.3  # share of the batches that are plain flow matching
STARTS = {"canvas": 50, "noised": 35, "noise": 15}  # what a step's start comes from, and how often
WARM_UP = 20


def seen_on(canvas: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    """The latents that the canvas shows, from which drawing starts; the picture's own where it shows nothing."""
    first, second = canvas[:, :CHANNELS], canvas[:, SLOT : SLOT + CHANNELS]
    filled = lambda slot: slot.flatten(1).abs().amax(1).gt(0).view(-1, 1, 1, 1)  # noqa: E731
    return torch.where(filled(first), first, torch.where(filled(second), second, z))


class Distillation:
    """Teacher and student, both {text, unet}; the student's text encoder stays the teacher's."""

    def __init__(self, config: Config, teacher: nn.ModuleDict, student: nn.ModuleDict, empty: torch.Tensor, seed: np.random.Generator):
        self.teacher, self.student, self.empty, self.seed = teacher, student, empty, seed
        self.shift, settings = config["denoiser"]["shift"], config["distil"]
        self.steps, self.guidance = settings["steps"], settings["guidance"]

    @torch.no_grad()
    def guided(self, x: torch.Tensor, t: float, words: torch.Tensor, canvas: torch.Tensor) -> torch.Tensor:
        none, t = self.teacher["text"](self.empty.expand(len(x), -1)), torch.full((2 * len(x),), t * 1000)
        both = self.teacher["unet"](torch.cat([x, x]), t, torch.cat([words, none]), torch.cat([canvas, canvas])).float()
        with_words, without = both.chunk(2)
        return without + self.guidance * (with_words - without)

    @torch.no_grad()
    def start(self, z: torch.Tensor, words: torch.Tensor, canvas: torch.Tensor) -> tuple[torch.Tensor, float, float]:
        """Where a step of the student begins, its time, and the time at which the step ends."""
        line = times(int(self.seed.choice(self.steps)), self.shift)
        count, kind = len(line) - 1, self.seed.choice(list(STARTS), p=np.array(list(STARTS.values())) / 100)
        first = count - int(STRENGTH * count) if kind == "canvas" else 0
        k, noise = int(self.seed.integers(first, count)), torch.randn_like(z)
        if kind == "noised":
            return (1 - line[k]) * z + line[k] * noise, line[k], line[k + 1]
        x = noise if kind == "noise" else (1 - line[first]) * seen_on(canvas, z) + line[first] * noise
        for now, then in zip(line[first:k], line[first + 1 : k + 1]):
            x = x + (then - now) * self.student["unet"](x, torch.full((len(x),), now * 1000), words, canvas).float()
        return x, line[k], line[k + 1]

    @torch.no_grad()
    def wanted(self, x: torch.Tensor, words: torch.Tensor, canvas: torch.Tensor, now: float, then: float) -> torch.Tensor:
        """The mean velocity over the step: the teacher's small guided steps."""
        line, y = np.linspace(now, then, SMALL_STEPS + 1), x
        for a, b in zip(line[:-1], line[1:]):
            y = y + float(b - a) * self.guided(y, float(a), words, canvas)
        return (y - x) / (then - now)

    def loss(self, z: torch.Tensor, words: torch.Tensor, canvas: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16()):
            if self.seed.random() < ORDINARY:
                words[torch.rand(len(words)) < EMPTY_PROMPTS] = self.empty
                x, t, wanted = noised(z, self.shift)
                hidden = self.teacher["text"](words).detach()
            else:
                with torch.no_grad():
                    hidden = self.teacher["text"](words)
                x, now, then = self.start(z, hidden, canvas)
                wanted, t = self.wanted(x, hidden, canvas, now, then), torch.full((len(x),), now)
            guess = self.student["unet"](x.contiguous(memory_format=torch.channels_last), t * 1000, hidden, canvas)
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
    average, step, spent, path = Average(student, 0.98), 0, 0.0, config.path("distilled.pt")
    if path.exists():
        saved = torch.load(path, map_location="cpu")
        student.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average.weights, average.steps, step, spent = saved["average"], saved["step"], saved["step"], saved["spent"]
    bank, seed = Bank(config), np.random.default_rng(config.seed + step)
    both = Distillation(config, teacher, student, torch.tensor(tokenizer.encode("")), seed)
    bank.refresh()
    started, saved_at, losses = time.monotonic() - spent, time.monotonic(), []
    while (elapsed := time.monotonic() - started) < settings["seconds"]:
        for group in optimizer.param_groups:
            group["lr"] = settings["lr"] * min(1, (step + 1) / WARM_UP) * fall(elapsed / settings["seconds"])
        z, canvas, words = bank.draw(settings["batch"], seed)
        loss = both.loss(z, words, canvas)
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
