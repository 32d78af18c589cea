"""Golden numbers of the tiled autoencoder: diffusers' enable_tiling() around the ONNX halves of a golden pipeline.

    python vae-tiling.py OUTDIR [--model sd1-img2img-unipc]

Writes latents.npy, image.npy (decoded), pixels.npy, parameters.npy (encoded: mean and log-variance) and expected.json. The tiles, their
overlap and how they are blended are AutoencoderKL's own code; only the networks inside are the sessions.
"""
import argparse
import json
import os

import numpy as np
import onnxruntime
import torch
import diffusers
from diffusers import AutoencoderKL

HERE = os.path.dirname(os.path.abspath(__file__))


class Network(torch.nn.Module):
    def __init__(self, path):
        super().__init__()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.name = self.session.get_inputs()[0].name

    def forward(self, x):
        return torch.from_numpy(self.session.run(None, {self.name: x.numpy()})[0])


parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--model", default="sd1-img2img-unipc")
args = parser.parse_args()
os.makedirs(args.out, exist_ok=True)
folder = f"{HERE}/pipelines/{args.model}/model"
with open(f"{folder}/vae_decoder/config.json") as file:
    config = json.load(file)
# The exported halves hold the quantization convolutions.
vae = AutoencoderKL.from_config({**config, "use_quant_conv": False, "use_post_quant_conv": False})
vae.decoder, vae.encoder = Network(f"{folder}/vae_decoder/model.onnx"), Network(f"{folder}/vae_encoder/model.onnx")
vae.enable_tiling()

generator = torch.Generator().manual_seed(7)
# No multiples of the tile or of its overlap: 8 and 6 cells.
latents = torch.randn((1, config["latent_channels"], 21, 13), generator=generator)
pixels = torch.rand((1, config["in_channels"], 168, 104), generator=generator) * 2 - 1
with torch.no_grad():
    image = vae.decode(latents / config["scaling_factor"], return_dict=False)[0]
    parameters = vae.encode(pixels, return_dict=False)[0].parameters
for name, array in dict(latents=latents, image=image, pixels=pixels, parameters=parameters).items():
    np.save(f"{args.out}/{name}.npy", array[0].numpy())
with open(f"{args.out}/expected.json", "w") as file:
    json.dump(dict(model=args.model, tile_sample_min_size=vae.tile_sample_min_size, scaling_factor=config["scaling_factor"],
                   versions=dict(torch=torch.__version__, diffusers=diffusers.__version__)), file, indent=2)
    file.write("\n")
