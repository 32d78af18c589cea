"""The bank: scenes composed and encoded ahead, so that the denoiser never waits for pixels.

A shard holds `z` [N, 8, 32, 32], `canvas` [N, 18, 32, 32] (float16) and `words` [N, 24] (int16).
"""

from __future__ import annotations

import fcntl
import random

import numpy as np
import torch
import torch.nn.functional as F

from training.config import CHANNELS, LATENT, PICTURE, Config
from training.model.vae import Vae
from training.model.words import Tokenizer
from training.scenes.backgrounds import SCENES, draw_background
from training.scenes.captions import background_phrase
from training.scenes.compose import finish, over, place, shadow, stack, tint
from training.scenes.memory import Atlas
from training.scenes.sample import Scene

# How the things of a scene are given to the denoiser, and how often.
MODES = {"as it is": 38, "spoilt": 10, "both": 4, "other style": 22, "redraw": 23, "empty": 3}
# How the background under them is given.
BACKGROUNDS = {"as it is": 68, "spoilt": 14, "none": 18}
WHOLE = 0.35  # share of the redrawn scenes whose background is spoilt with the things, as a picture from elsewhere is


def spoil(canvas: torch.Tensor, seed: random.Random) -> torch.Tensor:
    """The same canvas [4, H, W], badly drawn: blurred, in few colours, bent, or with parts missing."""
    size, kind = canvas.shape[-1], seed.random()
    if kind < 0.3:
        small = F.interpolate(canvas[None], size=seed.choice((24, 32, 48, 64)), mode="area")
        return F.interpolate(small, size=size, mode="bilinear", align_corners=False)[0]
    if kind < 0.55:
        line = (torch.arange(size, dtype=torch.float32) + 0.5) / size * 2 - 1
        grid = torch.stack([line[None].expand(size, size), line[:, None].expand(size, size)], -1)[None]
        bend = F.interpolate(torch.randn(1, 2, 6, 6) * seed.uniform(0.01, 0.035), size=size, mode="bicubic", align_corners=False)
        return F.grid_sample(canvas[None], grid + bend.permute(0, 2, 3, 1), align_corners=False)[0]
    if kind < 0.75:
        levels = seed.choice((2, 3, 4))
        straight = (canvas[:3] / canvas[3:].clamp(min=0.04)).clamp(0, 1)
        return torch.cat([(straight * levels).round() / levels * canvas[3:], canvas[3:]])
    canvas = canvas.clone()
    for _ in range(seed.randint(1, 3)):
        side, at = seed.randint(24, 80), (seed.randint(0, size - 24), seed.randint(0, size - 24))
        canvas[:, at[0] : at[0] + side, at[1] : at[1] + side] = 0
    return canvas


def spoil_background(picture: torch.Tensor, seed: random.Random) -> torch.Tensor:
    """The same background [4, H, W], badly drawn: blurred, too light or dark, or with coarse stains."""
    size, kind = picture.shape[-1], seed.random()
    if kind < 0.45:
        small = F.interpolate(picture[None], size=seed.choice((12, 16, 24, 32, 48)), mode="area")
        return F.interpolate(small, size=size, mode="bilinear", align_corners=False)[0]
    change = torch.randn(1, 3, 1, 1) if kind < 0.65 else torch.randn(1, 3, *[seed.choice((8, 16, 32, 64))] * 2)
    change = F.interpolate(change * seed.uniform(0.03, 0.12), size=size, mode="bilinear", align_corners=False)[0]
    return torch.cat([(picture[:3] + change).clamp(0, 1) * picture[3:], picture[3:]])


# A slot of the canvas: premultiplied RGBA of what is seen, and the alpha [1, H, W] of its things.
Slot = tuple[torch.Tensor, torch.Tensor]


class Composer:
    """Scenes as pixels: the target, the two slots of the canvas (None: empty) and the caption."""

    def __init__(self, atlas: Atlas, seed: random.Random, held_out: bool = False, size: int = PICTURE):
        self.atlas, self.random, self.size = atlas, seed, size
        self.sampler = atlas.sampler(seed, held_out)

    def layers(self, scene: Scene, styles: list[str], colours: bool = True) -> torch.Tensor:
        parts = [
            place(tint(self.atlas.picture(thing.concept, style), thing.colour if colours else None), thing.at, self.size)
            for thing, style in zip(scene.things, styles)
        ]
        return stack(parts[::-1], self.size)

    def background(self, scene: Scene) -> torch.Tensor:
        return draw_background(scene.background, self.size, self.random)

    def target(self, scene: Scene, canvas: torch.Tensor, background: torch.Tensor) -> torch.Tensor:
        shadows = [shadow(t.at, self.atlas.boxes[t.concept][scene.style], scene.background, self.size) for t in scene.things]
        return finish(canvas, shadows, background, scene.background)

    def example(self) -> tuple[torch.Tensor, list[Slot | None], str]:
        r, mode = self.random, self.random.choices(list(MODES), list(MODES.values()))[0]
        given = r.choices(list(BACKGROUNDS), list(BACKGROUNDS.values()))[0]
        if mode == "empty":
            name = r.choice(SCENES)
            target = draw_background(name, self.size, r)
            under = self._under(target, given)
            caption = background_phrase(name, r).strip(" ,")
            return target, [None if under is None else (under, torch.zeros(1, self.size, self.size)), None], caption
        scene = self.sampler.scene()
        own, background = [scene.style] * len(scene.things), self.background(scene)
        under, canvas = self._under(background, given), self.layers(scene, own)
        target = self.target(scene, canvas, background)
        things: list[torch.Tensor | None] = [canvas, None]
        if mode == "spoilt":
            plain = any(t.colour for t in scene.things) and r.random() < 0.6
            things = [self.layers(scene, own, colours=False) if plain else spoil(canvas, r), None]
        elif mode in ("both", "other style"):
            others = [self.atlas.other_style(t.concept, scene.style, r) or scene.style for t in scene.things]
            things = [canvas if mode == "both" else None, self.layers(scene, others)]
        elif mode == "redraw" and r.random() < WHOLE:
            whole = spoil(target, r)
            return target, [None, (whole, whole[3:])], scene.caption
        elif mode == "redraw":
            things = [None, spoil(canvas, r)]
        return target, [None if t is None else lay(t, under) for t in things], scene.caption

    def _under(self, background: torch.Tensor, given: str) -> torch.Tensor | None:
        """The background as the canvas shows it; None: the denoiser makes it alone."""
        if given == "none":
            return None
        return spoil_background(background, self.random) if given == "spoilt" else background


def lay(things: torch.Tensor, under: torch.Tensor | None) -> Slot:
    return (things if under is None else over(things, under)), things[3:]


def encode_all(vae: Vae, pictures: list[torch.Tensor]) -> list[torch.Tensor]:
    """Latents of premultiplied RGBA in 0..1; a picture that is there several times is encoded once."""
    rows: list[torch.Tensor] = []
    at = []
    for picture in pictures:
        found = next((i for i, other in enumerate(rows) if other is picture or torch.equal(other, picture)), len(rows))
        if found == len(rows):
            rows.append(picture)
        at.append(found)
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16()):
        latents = vae.encode((torch.stack(rows) * 2 - 1).contiguous(memory_format=torch.channels_last))
    return [latents[i] for i in at]


def encode_slots(vae: Vae, slots: list[Slot | None], more: list[torch.Tensor] = []) -> tuple[torch.Tensor, list[torch.Tensor]]:  # noqa: B006
    """Slots of one picture -> [9 x slots, 32, 32]: latents, and the things' alpha; zeros where there is none. And latents of more pictures."""
    filled = [i for i, slot in enumerate(slots) if slot is not None]
    latents = encode_all(vae, [*(slots[i][0] for i in filled), *more]) if filled or more else []
    out = torch.zeros(len(slots), CHANNELS + 1, LATENT, LATENT)
    for i, z in zip(filled, latents):
        out[i] = torch.cat([z, F.avg_pool2d(slots[i][1][None], 8)[0]])
    return out.flatten(0, 1), latents[len(filled) :]


@torch.no_grad()
def make_shard(composer: Composer, vae: Vae, tokenizer: Tokenizer, count: int) -> dict[str, np.ndarray]:
    parts: dict[str, list[torch.Tensor]] = {"z": [], "canvas": [], "words": []}
    for _ in range(count):
        target, slots, caption = composer.example()
        canvas, (z,) = encode_slots(vae, slots, [target])
        parts["z"].append(z), parts["canvas"].append(canvas)
        parts["words"].append(torch.tensor(tokenizer.encode(caption)))
    types = {"z": np.float16, "canvas": np.float16, "words": np.int16}
    return {name: torch.stack(part).numpy().astype(types[name]) for name, part in parts.items()}


def bf16() -> bool:
    """Whether this processor multiplies bfloat16 faster than float32."""
    return torch.backends.mkldnn.is_available() and "avx512_bf16" in _flags()


def _flags() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            return file.read(20_000)
    except OSError:
        return ""


def load_vae(config: Config) -> Vae:
    vae = Vae()
    vae.load_state_dict(torch.load(config.path("vae.pt"), map_location="cpu"))
    return vae.eval().to(memory_format=torch.channels_last)


def load_tokenizer(config: Config, atlas: Atlas) -> Tokenizer:
    return Tokenizer.of_names([name for names in atlas.names.values() for name in names])


def fill_bank(config: Config, worker: int = 0) -> None:
    """Writes shard after shard until there are enough; run as a process of its own beside the denoiser. Ends where another one is at it."""
    lock = config.path("bank", "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    torch.set_num_threads(1)
    atlas, vae = Atlas(config), load_vae(config)
    tokenizer = load_tokenizer(config, atlas)
    made = len(list(config.path("bank", ".").glob("*.npz")))
    for number in range(made, config["bank"]["shards"]):
        seed = config.seed * 1_000_003 + worker * 10_007 + number
        torch.manual_seed(seed)
        shard = make_shard(Composer(atlas, random.Random(seed)), vae, tokenizer, config["bank"]["shard"])
        path = config.path("bank", f"{worker}-{number:04d}.npz")
        np.savez(path.with_suffix(".tmp.npz"), **shard)
        path.with_suffix(".tmp.npz").rename(path)
        print(f"bank: shard {number}", flush=True)


class Bank:
    """The shards there are so far, read again as more appear."""

    def __init__(self, config: Config):
        self.config, self.files = config, []
        self.z, self.canvas, self.words = [], [], []

    def refresh(self) -> None:
        files = sorted(p for p in self.config.path("bank", ".").glob("*.npz") if ".tmp" not in p.name)
        for path in files:
            if path not in self.files:
                with np.load(path) as shard:
                    self.z.append(shard["z"]), self.canvas.append(shard["canvas"]), self.words.append(shard["words"])
                self.files.append(path)

    def __len__(self) -> int:
        return sum(map(len, self.words))

    def draw(self, count: int, seed: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Random examples: latents, canvas, word ids."""
        at = [(s := int(seed.integers(len(self.words))), int(seed.integers(len(self.words[s])))) for _ in range(count)]
        pick = lambda part: torch.from_numpy(np.stack([part[s][i] for s, i in at]))  # noqa: E731
        return pick(self.z).float(), pick(self.canvas).float(), pick(self.words).long()


