"""Writes a model folder of SD-Turbo's shape with random weights, and measures what diffusers needs for a picture of it.

    pip install torch diffusers transformers onnx
    python sd-turbo-shaped.py export <folder> [--small]    full size: 5 GB on disk, 12 GB of memory, some minutes
    python sd-turbo-shaped.py measure <folder> [--pictures 3] [--threads 2]

The weights are the same in both: they are drawn from a fixed seed and never stored for PyTorch. The last line of `measure` is JSON; the
pictures lie in <folder>/pictures.npy. The tokenizer is the tiny one of the golden pipelines: with random weights words mean nothing.
"""
import argparse
import json
import os
import resource
import shutil
import time

import numpy as np
import torch
from diffusers import AutoencoderKL, AutoencoderTiny, EulerDiscreteScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
TOKENIZER = os.path.join(HERE, "../test/golden/pipelines/sd-turbo/model/tokenizer")
PROMPT = "a red fox in the snow"
# stabilityai/sd-turbo: unet, text_encoder, vae, scheduler
FULL = dict(channels=(320, 640, 1280, 1280), heads=(5, 10, 20, 20), hidden=1024, layers=23, text_heads=16, vae=(128, 256, 512, 512), size=512)
SMALL = dict(channels=(64, 128, 256, 256), heads=(2, 4, 8, 8), hidden=256, layers=4, text_heads=4, vae=(32, 64, 128, 128), size=256)


def build(shape):
    torch.manual_seed(0)
    text = CLIPTextModel(CLIPTextConfig(
        vocab_size=49408, hidden_size=shape["hidden"], intermediate_size=4 * shape["hidden"], num_hidden_layers=shape["layers"],
        num_attention_heads=shape["text_heads"], hidden_act="gelu", projection_dim=512, bos_token_id=0, eos_token_id=2, pad_token_id=1))
    unet = UNet2DConditionModel(
        sample_size=shape["size"] // 8, block_out_channels=shape["channels"], attention_head_dim=shape["heads"],
        cross_attention_dim=shape["hidden"], use_linear_projection=True)
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=shape["vae"], layers_per_block=2, sample_size=768, scaling_factor=0.18215)
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="trailing", steps_offset=1)
    return text.eval(), unet.eval(), vae.eval(), scheduler


class Call(torch.nn.Module):
    """A module's own call with positional inputs and a tensor as output."""

    def __init__(self, module, call):
        super().__init__()
        self.module, self.call = module, call

    def forward(self, *inputs):
        return self.call(self.module, *inputs)


def write(folder, module, call, inputs, outputs, free):
    """One component in optimum's layout; weights beside the graph when they are too large for a protobuf."""
    import onnx

    os.makedirs(folder, exist_ok=True)
    work = os.path.join(folder, "work")
    os.makedirs(work)
    with torch.no_grad():
        torch.onnx.export(
            Call(module, call), tuple(inputs.values()), os.path.join(work, "model.onnx"), input_names=list(inputs),
            output_names=outputs, dynamic_axes=free, opset_version=17, do_constant_folding=True, dynamo=False)
    model = onnx.load(os.path.join(work, "model.onnx"))
    onnx.save(model, os.path.join(folder, "model.onnx"), save_as_external_data=True, location="model.onnx_data")
    del model
    shutil.rmtree(work)


def put(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump(value, file, indent=1)


def export(folder, shape):
    text, unet, vae, scheduler = build(shape)
    batch = {0: "batch_size"}
    plane = {0: "batch_size", 2: "height", 3: "width"}
    cells = shape["size"] // 8
    write(f"{folder}/text_encoder", text, lambda m, ids: m(ids)[0],
          {"input_ids": torch.ones(1, 77, dtype=torch.int64)}, ["last_hidden_state"], {"input_ids": batch, "last_hidden_state": batch})
    put(f"{folder}/text_encoder/config.json", text.config.to_dict())
    write(f"{folder}/unet", unet, lambda m, x, t, e: m(x, t, encoder_hidden_states=e, return_dict=False)[0],
          {"sample": torch.randn(1, 4, cells, cells), "timestep": torch.tensor(999.0), "encoder_hidden_states": torch.randn(1, 77, shape["hidden"])},
          ["out_sample"], {"sample": plane, "encoder_hidden_states": batch, "out_sample": plane})
    put(f"{folder}/unet/config.json", {"_class_name": "UNet2DConditionModel", **json.loads(unet.to_json_string())})
    write(f"{folder}/vae_decoder", vae, lambda m, z: m.decode(z, return_dict=False)[0],
          {"latent_sample": torch.randn(1, 4, cells, cells)}, ["sample"], {"latent_sample": plane, "sample": plane})
    put(f"{folder}/vae_decoder/config.json", {"_class_name": "AutoencoderKL", **json.loads(vae.to_json_string())})
    # TAESD's own shape, for previews.
    tiny = AutoencoderTiny().eval()
    write(f"{folder}/taesd_decoder", tiny, lambda m, z: m.decode(z, return_dict=False)[0],
          {"latent_sample": torch.randn(1, 4, cells, cells)}, ["sample"], {"latent_sample": plane, "sample": plane})
    put(f"{folder}/taesd_decoder/config.json", {"_class_name": "AutoencoderTiny", **json.loads(tiny.to_json_string())})
    scheduler.save_pretrained(f"{folder}/scheduler")
    shutil.copytree(TOKENIZER, f"{folder}/tokenizer", dirs_exist_ok=True)
    put(f"{folder}/model_index.json", {"_class_name": "StableDiffusionPipeline"})
    put(f"{folder}/shape.json", {"small": shape is SMALL, "size": shape["size"]})
    count = lambda m: round(sum(p.numel() for p in m.parameters()) / 1e6, 1)
    print(f"{count(text)} + {count(unet)} + {count(vae)} million parameters (text encoder, U-Net, VAE) in {folder}")


def measure(folder, pictures, threads):
    torch.set_num_threads(threads)
    with open(f"{folder}/shape.json") as file:
        shape = SMALL if json.load(file)["small"] else FULL
    started = time.perf_counter()
    text, unet, vae, scheduler = build(shape)
    pipe = StableDiffusionPipeline(
        vae=vae, text_encoder=text, tokenizer=CLIPTokenizer.from_pretrained(f"{folder}/tokenizer"), unet=unet, scheduler=scheduler,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    loaded = time.perf_counter() - started

    seconds, cpu, drawn = [], [], []
    for seed in range(pictures + 1):
        started, spent = time.perf_counter(), time.process_time()
        image = pipe(PROMPT, height=shape["size"], width=shape["size"], num_inference_steps=1, guidance_scale=0.0,
                     generator=torch.Generator("cpu").manual_seed(seed), output_type="np").images[0]
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - spent)
        drawn.append((image * 255).round().astype("uint8"))
    np.save(f"{folder}/pictures.npy", np.stack(drawn))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"loadMs": 1000 * loaded, "pictureMs": [1000 * s for s in seconds[1:]],
                      "cpuMs": [1000 * s for s in cpu[1:]], "peakRssBytes": peak,
                      "versions": f"torch {torch.__version__.split('+')[0]}"}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["export", "measure"])
    parser.add_argument("folder")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--pictures", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args = parser.parse_args()
    if args.what == "export":
        export(args.folder, SMALL if args.small else FULL)
    else:
        measure(args.folder, args.pictures, args.threads)
