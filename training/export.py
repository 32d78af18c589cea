"""The export stage: ONNX graphs in diffusers' folder layout, tokenizer, vocabulary and configurations, and golden inputs and outputs."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from training.bank import load_tokenizer, load_vae
from training.config import CHANNELS, LATENT, PICTURE, WORDS, Config
from training.denoiser import load_denoiser, noise_for
from training.model.unet import SLOT, SLOTS
from training.model.vae import Decoder, Encoder
from training.model.words import Tokenizer
from training.scenes.backgrounds import COLOUR_WORDS, COLOURS, PHRASES, SCENES
from training.scenes.captions import STYLE_WORDS, grammar_words
from training.scenes.memory import Atlas

OPSET = 17
LARGE = 1024  # weights with more numbers than that are stored as float16
USUAL = 2 / 3  # share of the concepts that a style has pictures of, for prompts that name no style to be drawn in it
CLOSE = 1e-3  # what onnxruntime may differ from torch


def shrink(path: Path) -> None:
    """Stores large float32 weights as float16 with a Cast, which runtimes fold again when they load the graph."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if weight.data_type != onnx.TensorProto.FLOAT or values.size <= LARGE:
            continue
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{weight.name}_f16"))
        graph.node.insert(0, helper.make_node("Cast", [f"{weight.name}_f16"], [weight.name], to=onnx.TensorProto.FLOAT))
    onnx.save(model, str(path))


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def write_graph(folder: Path, module: nn.Module, inputs: dict[str, torch.Tensor], output: str, free: dict[str, dict[int, str]]) -> None:
    """folder/model.onnx with named inputs; the weights are rounded to float16 first, so that torch computes what is stored."""
    folder.mkdir(parents=True, exist_ok=True)
    module.eval().half().float()
    more = {"dynamo": False} if int(torch.__version__.split(".")[0]) >= 2 else {}
    path = folder / "model.onnx"
    torch.onnx.export(
        module, tuple(inputs.values()), str(path), input_names=list(inputs), output_names=[output], dynamic_axes=free, opset_version=OPSET, **more
    )
    shrink(path)


def largest_difference(folder: Path, inputs: dict[str, torch.Tensor], wanted: torch.Tensor) -> float | None:
    """Of onnxruntime from torch; None where onnxruntime is not installed."""
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
    got = session.run(None, {name: value.numpy() for name, value in inputs.items()})[0]
    return float(np.abs(got - wanted.numpy()).max())


def example_inputs(part: str, model: nn.ModuleDict) -> dict[str, torch.Tensor]:
    """What the text encoder or the U-Net is traced with."""
    ids = torch.zeros(2, WORDS, dtype=torch.long)
    if part == "text":
        return {"input_ids": ids}
    canvas = torch.zeros(2, SLOTS * SLOT, LATENT, LATENT)
    return {"sample": noise_for(2, 1), "timestep": torch.tensor([700.0, 300.0]), "encoder_hidden_states": model["text"](ids), "canvas": canvas}


def golden(folder: Path, arrays: dict[str, torch.Tensor]) -> None:
    """A NumPy file for each input and output."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in arrays.items():
        np.save(folder / f"{name}.npy", value.detach().contiguous().numpy())


@torch.no_grad()
def export(config: Config) -> None:
    """Writes export/ (everything of the model folder but its papers) and golden/."""
    out, atlas = config.path("export", "."), Atlas(config)
    tokenizer, vae = load_tokenizer(config, atlas), load_vae(config).to(memory_format=torch.contiguous_format)
    model = load_denoiser(config, tokenizer, "distilled.pt" if config.path("distilled.pt").exists() else "denoiser.pt")
    width, batch = config["denoiser"]["words_width"], {0: "batch"}
    prompts = ["a red fox in the snow, 3d", "two cats, flat"]
    ids = torch.tensor([tokenizer.encode(p) for p in prompts])
    unet_inputs = example_inputs("unet", model) | {"encoder_hidden_states": model["text"](ids)}
    latents, canvas = unet_inputs["sample"], unet_inputs["canvas"]
    canvas[:, :SLOT, 6:26, 6:26] = torch.randn(2, SLOT, 20, 20, generator=torch.Generator().manual_seed(2))
    picture = torch.rand(1, 4, PICTURE, PICTURE, generator=torch.Generator().manual_seed(3)).mul(2).sub(1)
    small = torch.nn.functional.avg_pool2d(picture, 4)
    sides = {0: "batch", 2: "height", 3: "width"}
    unet_free = {"timestep": batch, "encoder_hidden_states": batch, **dict.fromkeys(("sample", "canvas", "out_sample"), sides)}
    plan = [
        ("text_encoder", model["text"], {"input_ids": ids}, "last_hidden_state", {"input_ids": batch, "last_hidden_state": batch}),
        ("unet", model["unet"], unet_inputs, "out_sample", unet_free),
        ("vae_encoder", Encoder(vae), {"sample": small}, "latent_sample", {"sample": sides, "latent_sample": sides}),
        ("vae_decoder", Decoder(vae), {"latent_sample": latents[:, :, :8, :8].contiguous()}, "sample", {"latent_sample": sides, "sample": sides}),
    ]
    for name, module, inputs, output, free in plan:
        write_graph(out / name, module, inputs, output, free)
        wanted = module(*inputs.values())
        golden(config.path("golden", name, "."), {**inputs, output: wanted})
        off = largest_difference(out / name, inputs, wanted)
        print(f"export: {name} {(out / name / 'model.onnx').stat().st_size / 1e6:.1f} MB, off by {off}", flush=True)
        if off is not None and off > CLOSE:
            raise ValueError(f"{name}: onnxruntime differs from torch by {off}, allowed is {CLOSE}")
    tokenizer.write(out / "tokenizer")
    write_configs(config, out, tokenizer, width)
    write_json(out / "vocabulary.json", vocabulary(atlas, config.path("export", "memory", "add-ons.json")))


def write_configs(config: Config, out: Path, tokenizer: Tokenizer, width: int) -> None:
    shift = config["denoiser"]["shift"]
    components = {
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"], "text_encoder": ["transformers", "PreTrainedModel"],
        "tokenizer": ["transformers", "PreTrainedTokenizerFast"], "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderTiny"], "memory": ["easel", "PictureMemory"],
    }  # fmt: skip
    write_json(out / "model_index.json", {"_class_name": "PictureMemoryPipeline", "_diffusers_version": "0.42.1", **components})
    write_json(
        out / "scheduler/scheduler_config.json",
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "_diffusers_version": "0.42.1", "num_train_timesteps": 1000, "shift": shift, "use_dynamic_shifting": False},
    )
    unet = {"_class_name": "UNet2DConditionModel", "in_channels": CHANNELS, "out_channels": CHANNELS, "sample_size": LATENT, "cross_attention_dim": width, "canvas_channels": SLOTS * SLOT, "canvas_background": True}
    write_json(out / "unet/config.json", unet)
    write_json(out / "text_encoder/config.json", {"vocab_size": len(tokenizer.vocabulary), "hidden_size": width, "max_position_embeddings": WORDS})
    for part in ("vae_encoder", "vae_decoder"):
        write_json(
            out / part / "config.json",
            {"_class_name": "AutoencoderTiny", "in_channels": 4, "out_channels": 4, "latent_channels": CHANNELS, "scaling_factor": 1.0, "shift_factor": 0.0, "alpha": "straight"},
        )


def vocabulary(atlas: Atlas, add_ons: Path) -> dict:
    """vocabulary.json: what the model knows, for the notes about words it does not know."""
    added = {c["name"]: sorted(c["names"]) for c in json.loads(add_ons.read_text())["concepts"]} if add_ons.exists() else {}
    taken = {name for names in added.values() for name in names}
    known = [[n for n in atlas.names[c] if n not in taken] for c in sorted(atlas.names)]
    return {
        "concepts": {names[0]: sorted(names) for names in known} | added,
        "styles": STYLE_WORDS,
        "usualStyles": [s for s in atlas.styles if atlas.covers(s) >= USUAL],
        "words": sorted({*COLOURS, *(w for words in COLOUR_WORDS.values() for w in words), *SCENES, *(p for ps in PHRASES.values() for p in ps), *grammar_words()}),
    }
