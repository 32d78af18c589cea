"""The judge's part that is trained: a small head on the layers of a network that this project did not train (features.py) says on which
background a picture is. It learns on scenes composed of the memory's true pictures (true_scenes.py) and shares neither weights nor code with
the denoiser; its answers on other true scenes stand beside every figure.
"""

from __future__ import annotations

import time

import torch
import torch.nn.functional as F
from torch import nn

from training.config import Config
from training.denoiser import Average, fall
from training.evaluate.features import EARLY, MAP, OUTPUTS, Features, Seen, join
from training.evaluate.true_scenes import BACKGROUNDS, TrueScenes
from training.scenes.memory import Atlas

TESTED = 0.1  # share of the scenes that are kept for its own test
BATCH = 64


class Recogniser(nn.Module):
    """Looks around in the map, and says one of BACKGROUNDS of the whole."""

    def __init__(self, width: int = 96):
        super().__init__()
        pooled, few = OUTPUTS["pooled"][1][0], width // 3
        self.norms = nn.ModuleDict({"map": nn.BatchNorm2d(MAP), "pooled": nn.BatchNorm1d(pooled), "early": nn.BatchNorm1d(EARLY)})
        self.look = nn.Sequential(
            nn.Conv2d(MAP, width, 1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU(),
            nn.Conv2d(width, width, 3, 2, 1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU(),
        )  # fmt: skip
        self.colours = nn.Sequential(
            nn.Conv2d(4, few, 1), nn.ReLU(), nn.Conv2d(few, few, 3, padding=1), nn.ReLU(), nn.Conv2d(few, few, 3, padding=1), nn.ReLU()
        )
        self.whole = nn.Sequential(nn.Dropout(0.3), nn.Linear(pooled + EARLY, width), nn.ReLU())
        self.say = nn.Sequential(nn.Dropout(0.2), nn.Linear(3 * width + 2 * few, width), nn.ReLU(), nn.Linear(width, len(BACKGROUNDS)))

    def forward(self, seen: Seen) -> torch.Tensor:
        """Log probabilities [N, backgrounds]."""
        pooled, cells, early = (self.norms[name](getattr(seen, name).float()) for name in ("pooled", "map", "early"))
        maps = [self.look(cells), self.colours(cells[:, -4:])]
        pools = [pool for y in maps for pool in (y.mean((2, 3)), y.amax((2, 3)))]
        return self.say(torch.cat([*pools, self.whole(torch.cat([pooled, early], 1))], 1)).log_softmax(1)


def look(config: Config, features: Features, atlas: Atlas) -> tuple[Seen, torch.Tensor]:
    """So many true scenes as the network sees them, in half precision, with their backgrounds. Goes on from what was seen before."""
    path, wanted = config.path("recogniser-seen.pt"), config["evaluate"]["recogniser_scenes"]
    parts, labels = torch.load(path) if path.exists() else ([], [])
    scenes = TrueScenes(atlas, config.seed + len(parts))
    while sum(map(len, parts)) < wanted:
        pictures, true = scenes.batch(BATCH)
        seen = features.see(pictures)
        parts.append(Seen(seen.pooled.half(), seen.map.half(), seen.early.half()))
        labels.append(true)
        if len(parts) % 25 == 0:
            print(f"recogniser: {sum(map(len, parts))} scenes seen", flush=True)
            torch.save((parts, labels), path)
    return join(parts), torch.cat(labels)


def train_recogniser(config: Config) -> None:
    """Writes recogniser.pt: weights, and the share of right answers on true scenes that it has not seen."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    with Features(config) as features:
        seen, labels = look(config, features, Atlas(config))
    kept, total = int(len(seen) * (1 - TESTED)), config["evaluate"]["recogniser_seconds"]
    model = Recogniser()
    average, optimizer = Average(model, 0.99), torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    spent, step = 0.0, 0
    while spent < total:
        started = time.monotonic()
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * min(1, (step + 1) / 100) * fall(spent / total)
        at = torch.randint(kept, (BATCH,))
        here = seen[at]
        here.map = here.map.flip(-1) if step % 2 else here.map
        loss = F.nll_loss(model(here), labels[at])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        average.update(model)
        step += 1
        spent += min(20.0, time.monotonic() - started)
        if step % 100 == 0:
            print(f"recogniser: step {step} {spent:.0f} s loss {loss.item():.3f}", flush=True)
    torch.save(average.weights, config.path("recogniser.pt"))
    right = (answer_all(load_recogniser(config), seen[kept:]).argmax(1) == labels[kept:]).float().mean()
    print(f"recogniser: {step} steps, right on {len(seen) - kept} other true scenes: {float(right):.3f}", flush=True)


@torch.no_grad()
def answer_all(model: Recogniser, seen: Seen) -> torch.Tensor:
    return torch.cat([model(seen[i : i + BATCH]) for i in range(0, len(seen), BATCH)])


def load_recogniser(config: Config) -> Recogniser:
    model = Recogniser()
    model.load_state_dict(torch.load(config.path("recogniser.pt"), map_location="cpu"))
    return model.eval()
