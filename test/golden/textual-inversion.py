"""What diffusers makes of prompts with textual inversion, by the text encoder of the golden pipeline sd1-pndm.

    python textual-inversion.py        writes textual-inversion/ beside this script

embeddings/ is the folder that a user would have: <cat> in diffusers' form (its key is the word), my-pet in A1111's (the file is the word;
three vectors). prompts.json holds the prompts and versions, states.npy what encode_prompt makes of each, [prompts, 77, 32].
"""
import hashlib
import json
import os
import tempfile

import numpy as np
import onnxruntime
import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import save_file

import pipelines

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "sd1-pndm"
PROMPTS = ["a <cat> on a chair", "my-pet, in the snow", "a painting of my-pet and a <cat>", "a <cat>", "a red fox"]

with open(f"{HERE}/pipelines/{NAME}/expected.json") as file:
    drawn = json.load(file)["weights"]
seed = drawn["seed"] * 100003 + drawn["draw"] * 1009 + int(hashlib.sha256(NAME.encode()).hexdigest()[:6], 16)
out = f"{HERE}/textual-inversion"
os.makedirs(f"{out}/embeddings", exist_ok=True)

with tempfile.TemporaryDirectory() as work:
    tokenizer = pipelines.write_clip_tokenizer(work, "<|endoftext|>", True)
encoder = pipelines.make_clip(seed, 2, act="quick_gelu")
# The weights are made again, not read: they must be those of the graph that is committed.
ids = tokenizer(["a red fox"], padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
session = onnxruntime.InferenceSession(f"{HERE}/pipelines/{NAME}/model/text_encoder/model.onnx")
port = session.get_inputs()[0]
got = session.run(["last_hidden_state"], {port.name: ids.numpy().astype(port.type[7:-1])})[0]
assert np.abs(got - encoder(ids)[0].detach().numpy()).max() < 1e-4

random = torch.Generator().manual_seed(5)
spread = encoder.get_input_embeddings().weight.std()
save_file({"<cat>": torch.randn(32, generator=random) * spread}, f"{out}/embeddings/learned_embeds.safetensors")
save_file({"emb_params": torch.randn(3, 32, generator=random) * spread}, f"{out}/embeddings/my-pet.safetensors")
pipe = StableDiffusionPipeline(vae=pipelines.make_vae(1), text_encoder=encoder, tokenizer=tokenizer, unet=pipelines.make_unet(2, "epsilon"),
                               scheduler=pipelines.diffusers.DDIMScheduler(), safety_checker=None, feature_extractor=None,
                               requires_safety_checker=False)
pipe.load_textual_inversion(f"{out}/embeddings/learned_embeds.safetensors")
pipe.load_textual_inversion(f"{out}/embeddings/my-pet.safetensors", token="my-pet")
with torch.no_grad():
    states = torch.cat([pipe.encode_prompt(prompt, "cpu", 1, False)[0] for prompt in PROMPTS])
np.save(f"{out}/states.npy", states.numpy())
with open(f"{out}/prompts.json", "w") as file:
    json.dump(dict(model=NAME, prompts=PROMPTS, versions=pipelines.versions()), file, indent=1)
print(states.shape, float((states[0] - states[4]).abs().max()))
