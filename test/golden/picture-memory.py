"""A tiny model with a picture memory and what PyTorch makes of it: test/golden/picture-memory-tiny/.

    python picture-memory.py OUTDIR

`model/` is a folder as Easel's family "picture-memory" takes it, with random weights, 6 concepts and 2 styles. `expected.json` holds
prompts' placements and what came of them; the .npy files (float32) hold the canvases that torch's affine_grid and grid_sample compose,
a recoloured picture, the latents and the picture of a run of flow-matching Euler steps with guidance. Written from the formulas, not from
Easel's code. Needs torch, onnx, numpy, pillow.
"""
import json, math, os, sys
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
import io

torch.set_num_threads(1)
torch.manual_seed(8)
OUT = sys.argv[1]
MODEL = os.path.join(OUT, "model")
SIZE, SIDE, CELLS, WIDTH, LENGTH = 24, 64, 8, 16, 24
STYLES = {"noto": ["emoji", "emoji style"], "fluent-3d": ["3d", "3d style"]}
CONCEPTS = ["fox", "house", "red apple", "black cat", "robot", "dog face"]
WORDS = "a an the and , on in of to left right under above snow night background red blue green big small tiny style two three cat dog apple foxes".split()


def write(path, value):
    path = os.path.join(OUT, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if isinstance(value, bytes):
        open(path, "wb").write(value)
    elif isinstance(value, np.ndarray):
        np.save(path, value.astype(np.float32))
    else:
        open(path, "w").write(json.dumps(value, indent=1))


# ---- the memory
COLOURS = [(230, 120, 40), (120, 90, 200), (220, 40, 50), (30, 30, 34), (140, 150, 160), (200, 150, 90)]


def draw(number, style):
    image = Image.new("RGBA", (SIZE, SIZE))
    pen, c = ImageDraw.Draw(image), COLOURS[number]
    box = (2 + number % 3, 3, SIZE - 3, SIZE - 2 - number % 4)
    (pen.ellipse if number % 2 == 0 else pen.rectangle)(box, fill=c + (255,))
    pen.rectangle((8, 8, 12, 11), fill=(255, 255, 255, 255) if style == "noto" else (250, 230, 90, 200))
    return image


entries, sprites, bins = [], {}, {s: b"" for s in STYLES}
for n, name in enumerate(CONCEPTS):
    ident = name.replace(" ", "-")
    entry = {"id": ident, "name": name, "group": "objects", "subgroup": "shape", "pictures": {}, "bbox": {}}
    for style in STYLES:
        if ident == "robot" and style == "fluent-3d":
            continue  # a concept without a picture of one style
        image = draw(n, style)
        file = io.BytesIO()
        image.save(file, "WEBP", lossless=True, exact=True)
        x0, y0, x1, y1 = image.getbbox()
        entry["pictures"][style] = [len(bins[style]), len(file.getvalue())]
        entry["bbox"][style] = [x0 / SIZE, y0 / SIZE, x1 / SIZE, y1 / SIZE]
        bins[style] += file.getvalue()
        sprites[ident, style] = torch.from_numpy(np.array(Image.open(file).convert("RGBA"))).permute(2, 0, 1).float() / 255
    entries.append(entry)
for style, data in bins.items():
    write(f"model/memory/{style}.bin", data)
write("model/memory/index.json", {"styles": list(STYLES), "size": SIZE, "files": [f"memory/{s}.bin" for s in STYLES], "concepts": entries})
names = {"fox": ["fox"], "foxes": ["fox"], "house": ["house"], "home": ["house"], "apple": ["red-apple"], "red apple": ["red-apple"], "black cat": ["black-cat"],
         "cat": ["black-cat"], "robot": ["robot"], "dog": ["dog-face"], "dog face": ["dog-face"], "puppy": ["dog-face"], "wild": ["fox", "black-cat"]}
german = {"fuchs": ["fox"], "haus": ["house"], "apfel": ["red-apple"], "katze": ["black-cat"], "hund": ["dog-face"], "roboter": ["robot"]}
write("model/memory/names.json", {"en": names, "de": german})
write("model/memory/nearest.json", {"dalmatian": "dog", "cottage": "house", "villa": "house"})
write("model/vocabulary.json", {"concepts": {n: [n] for n in CONCEPTS}, "styles": STYLES, "words": [*WORDS, "in the snow", "at night", "left of", "on a blue background"]})


# ---- the networks
class Text(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.e, self.f = torch.nn.Embedding(size, WIDTH), torch.nn.Linear(WIDTH, WIDTH)

    def forward(self, input_ids):
        return torch.tanh(self.f(self.e(input_ids)))


class Unet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.i = torch.nn.Conv2d(8 + 18, 12, 3, padding=1)
        self.t, self.w = torch.nn.Linear(2, 12), torch.nn.Linear(WIDTH, 12)
        self.o = torch.nn.Conv2d(12, 8, 3, padding=1)

    def forward(self, sample, timestep, encoder_hidden_states, canvas):
        t = timestep.reshape(-1, 1) / 1000
        y = self.i(torch.cat([sample, canvas], 1)) + self.t(torch.cat([t.cos(), t.sin()], 1))[:, :, None, None]
        y = torch.tanh(y + self.w(encoder_hidden_states.mean(1))[:, :, None, None])
        return self.o(y) + 0.3 * sample


class Encoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.c = torch.nn.Conv2d(4, 8, 8, 8)

    def forward(self, sample):
        return torch.tanh(self.c(sample))


class Decoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.c = torch.nn.ConvTranspose2d(8, 4, 8, 8)
        self.c.bias.data[3] = 0.4

    def forward(self, latent_sample):
        rgba = torch.tanh(1.5 * self.c(latent_sample))
        alpha = (rgba[:, 3:] + 1) / 2
        return torch.cat([(rgba[:, :3] + 1) * alpha - 1, rgba[:, 3:]], 1)


vocabulary = ["<pad>", "<unk>", "<s>", "</s>", *dict.fromkeys(w for p in [*WORDS, *CONCEPTS, "emoji", "3d"] for w in p.split())]
text, unet, distilled, encoder, decoder = Text(len(vocabulary)), Unet(), Unet(), Encoder(), Decoder()


def export(module, args, name, inputs, outputs, axes):
    path = os.path.join(MODEL, name, "model.onnx")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    torch.onnx.export(module, args, path, input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=17, dynamo=False)


hw = lambda a, b: {0: "batch", 2: a, 3: b}
export(text, (torch.zeros(1, LENGTH, dtype=torch.long),), "text_encoder", ["input_ids"], ["last_hidden_state"], {"input_ids": {0: "batch"}, "last_hidden_state": {0: "batch"}})
state = (torch.zeros(1, 8, CELLS, CELLS), torch.zeros(1), torch.zeros(1, LENGTH, WIDTH), torch.zeros(1, 18, CELLS, CELLS))
axes = {"sample": hw("h", "w"), "timestep": {0: "batch"}, "encoder_hidden_states": {0: "batch"}, "canvas": hw("h", "w"), "out_sample": hw("h", "w")}
for module, name in ((unet, "unet"), (distilled, "unet_distilled")):
    export(module, state, name, ["sample", "timestep", "encoder_hidden_states", "canvas"], ["out_sample"], axes)
export(encoder, (torch.zeros(1, 4, SIDE, SIDE),), "vae_encoder", ["sample"], ["latent_sample"], {"sample": hw("H", "W"), "latent_sample": hw("h", "w")})
export(decoder, (torch.zeros(1, 8, CELLS, CELLS),), "vae_decoder", ["latent_sample"], ["sample"], {"latent_sample": hw("h", "w"), "sample": hw("H", "W")})
for name in ("unet", "unet_distilled"):
    write(f"model/{name}/config.json", {"in_channels": 8, "out_channels": 8, "sample_size": CELLS, "canvas_channels": 18})
for name in ("vae_encoder", "vae_decoder"):
    write(f"model/{name}/config.json", {"latent_channels": 8, "out_channels": 4, "scaling_factor": 1.0, "shift_factor": 0.0, "alpha": "premultiplied"})
write("model/scheduler/scheduler_config.json", {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 1.5, "use_dynamic_shifting": False})
write("model/model_index.json", {"_class_name": "PictureMemoryPipeline", "text_encoder": ["transformers", "PreTrainedModel"], "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
      "unet": ["diffusers", "UNet2DConditionModel"], "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"], "memory": ["easel", "PictureMemory"]})
special = [{"id": i, "content": w, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for i, w in enumerate(vocabulary[:4])]
write("model/tokenizer/tokenizer.json", {
    "version": "1.0", "truncation": {"direction": "Right", "max_length": LENGTH, "strategy": "LongestFirst", "stride": 0},
    "padding": {"strategy": {"Fixed": LENGTH}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "<pad>"},
    "added_tokens": special, "normalizer": {"type": "Lowercase"},
    "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[a-z0-9]+|,"}, "behavior": "Removed", "invert": True},
    "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                       "special_tokens": {w: {"id": w, "ids": [i], "tokens": [w]} for i, w in ((2, "<s>"), (3, "</s>"))}},
    "decoder": None, "model": {"type": "WordLevel", "vocab": {w: i for i, w in enumerate(vocabulary)}, "unk_token": "<unk>"}})
write("model/tokenizer/tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": LENGTH, "pad_token": "<pad>", "unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"})


# ---- composing
def place(picture, at, height, width):
    """Premultiplied [4, S, S] where `at` says; squares are measured by the shorter side."""
    short = min(height, width)
    while picture.shape[-1] >= 2 * at["scale"] * short and picture.shape[-1] > 8:
        picture = F.avg_pool2d(picture[None], 2)[0]
    c, s = math.cos(at["angle"]) / at["scale"], math.sin(at["angle"]) / at["scale"]
    f, a, b = (-1 if at["mirrored"] else 1), width / short, height / short
    theta = [[f * c * a, f * s * b, -f * (c * a * at["x"] + s * b * at["y"])], [-s * a, c * b, s * a * at["x"] - c * b * at["y"]]]
    grid = F.affine_grid(torch.tensor([theta], dtype=torch.float64).float(), [1, 4, height, width], align_corners=False)
    return F.grid_sample(picture[None], grid, mode="bilinear", padding_mode="zeros", align_corners=False)[0]


def compose(layers, height=SIDE, width=SIDE):
    canvas = torch.zeros(4, height, width)
    for (concept, style), at in layers:
        sprite = sprites[concept, style]
        top = place(torch.cat([sprite[:3] * sprite[3:], sprite[3:]]), at, height, width)
        canvas = top + canvas * (1 - top[3:])
    return canvas


at = lambda x, y, scale, angle, mirrored: {"x": x, "y": y, "scale": scale, "angle": angle, "mirrored": mirrored}
cases = [
    {"name": "canvas_lone", "height": 64, "width": 64, "layers": [["fox", "noto", at(0.05, -0.03, 0.84, 0.11, False)]]},
    {"name": "canvas_mirrored", "height": 64, "width": 64, "layers": [["house", "fluent-3d", at(-0.1, 0.2, 0.9, -0.2, True)]]},
    {"name": "canvas_small", "height": 64, "width": 64, "layers": [["red-apple", "noto", at(0.4, 0.3, 0.14, 0.3, False)]]},
    {"name": "canvas_over", "height": 64, "width": 64, "layers": [["house", "noto", at(0, 0.4, 0.55, 0, False)], ["fox", "fluent-3d", at(0.1, -0.2, 0.42, 0.02, True)]]},
    {"name": "canvas_wide", "height": 64, "width": 96, "layers": [["dog-face", "noto", at(-0.5, 0.1, 0.6, 0.4, False)], ["robot", "noto", at(1.02, 0.0, 0.8, 0, False)]]},
]
for case in cases:
    layers = [((concept, style), where) for concept, style, where in case["layers"]]
    write(case["name"] + ".npy", compose(layers, case["height"], case["width"]).numpy())


# ---- recolouring
def step(x, low, high):
    t = ((x - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def recolour(picture, target):
    rgb, alpha = picture[:3], picture[3]
    r, g, b = rgb
    high, low = rgb.amax(0), rgb.amin(0)
    chroma = high - low
    safe = chroma.clamp(min=1e-4)
    hue = torch.where(high == r, ((g - b) / safe) % 6, torch.where(high == g, (b - r) / safe + 2, (r - g) / safe + 4)) / 6
    coloured = step(chroma, 0.08, 0.2)
    weight = coloured * alpha
    if weight.sum() >= 0.25 * alpha.sum():
        bins = torch.zeros(24).index_add_(0, (hue * 24).long().clamp(0, 23).flatten(), (weight * chroma).flatten())
        main = (float((bins.roll(1) + 2 * bins + bins.roll(-1)).argmax()) + 0.5) / 24
        away = (hue - main).abs()
        mask = coloured * (1 - step(torch.minimum(away, 1 - away), 0.11, 0.19))
    else:
        mask = (1 - coloured) * step(high, 0.1, 0.25)
    light = 0.299 * r + 0.587 * g + 0.114 * b
    seen = mask * alpha
    shade = (light / ((light * seen).sum() / seen.sum().clamp(min=1e-4)).clamp(min=0.05)).clamp(0, 1.9)
    colour = torch.tensor(target, dtype=torch.float32)[:, None, None] / 255
    tinted = torch.where(shade < 1, colour * shade, colour + (1 - colour) * (shade - 1) * 0.8)
    return torch.cat([rgb + (tinted.clamp(0, 1) - rgb) * mask, alpha[None]])


noisy = sprites["fox", "fluent-3d"].clone()
noisy[:3] = (noisy[:3] + 0.12 * torch.rand(3, SIZE, SIZE) - 0.06).clamp(0, 1)
write("recolour_in.npy", noisy.numpy())
write("recolour_blue.npy", recolour(noisy, (60, 120, 225)).numpy())
grey = torch.cat([noisy[:3].mean(0, keepdim=True).expand(3, -1, -1), noisy[3:]])
write("recolour_grey_in.npy", grey.numpy())
write("recolour_grey_red.npy", recolour(grey, (225, 45, 50)).numpy())


# ---- drawing
def ids(prompt):
    import re
    found = [vocabulary.index(w) if w in vocabulary else 1 for w in re.findall(r"[a-z0-9]+|,", prompt.lower())][: LENGTH - 2]
    return torch.tensor([[2, *found, 3] + [0] * (LENGTH - 2 - len(found))])


def slot(canvas):
    return torch.zeros(9, CELLS, CELLS) if canvas is None else torch.cat([encoder(canvas[None] * 2 - 1)[0], F.avg_pool2d(canvas[None, 3:], 8)[0]])


def run(net, prompt, canvas, seed, steps, guidance):
    """FlowMatchEulerDiscreteScheduler as FluxPipeline calls it: sigmas from 1 to 1 / steps before the shift of 1.5, Euler steps down to 0."""
    line = np.linspace(1, 1 / steps, steps)
    sigmas = [*(1.5 * line / (1 + 0.5 * line)), 0.0]
    x = torch.randn(1, 8, CELLS, CELLS, generator=torch.Generator("cpu").manual_seed(seed))
    first = x.clone()
    words, none = text(ids(prompt)), text(ids(""))
    for i in range(steps):
        t = torch.full((1,), float(np.float32(sigmas[i] * 1000)))
        v = net(x, t, words, canvas[None])
        if guidance > 1:
            empty = net(x, t, none, canvas[None])
            v = empty + guidance * (v - empty)
        x = x + (np.float32(sigmas[i + 1]) - np.float32(sigmas[i])) * v
    image = decoder(x)[0]
    alpha = ((image[3] + 1) / 2).clamp(0, 1)
    rgb = ((image[:3] + 1) / 2 / alpha.clamp(min=1e-6)).clamp(0, 1) * (alpha >= 0.5 / 255)
    return first, x[0], torch.cat([rgb, alpha[None]])


with torch.no_grad():
    wanted, other = compose([(("fox", "noto"), cases[0]["layers"][0][2])]), compose([(("house", "fluent-3d"), cases[1]["layers"][0][2])])
    both = torch.cat([slot(wanted), slot(other)])
    write("slots.npy", both.numpy())
    write("slots_wanted.npy", torch.cat([slot(wanted), slot(None)]).numpy())
    for name, net, steps, guidance in (("guided", unet, 6, 2.5), ("distilled", distilled, 3, 1.0)):
        first, latents, picture = run(net, "a fox in the snow, emoji", both, 7, steps, guidance)
        write(f"{name}_latents.npy", latents.numpy())
        write(f"{name}_picture.npy", picture.numpy())
write("expected.json", {"canvases": cases, "prompt": "a fox in the snow, emoji", "seed": 7, "guided": {"steps": 6, "guidance": 2.5}, "distilled": {"steps": 3, "guidance": 1}})
