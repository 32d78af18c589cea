"""Writes checker-graph/, checker-vision/ and checker.json: a tiny random StableDiffusionSafetyChecker and what diffusers says with it.

    python safety_checker.py        # diffusers 0.42.1, transformers 5.23.0, Pillow, onnx; node for the pictures

checker-graph is the export of diffusers' convert_stable_diffusion_checkpoint_to_onnx.py (forward_onnx), checker-vision the vision model alone
with the concept tables beside it. The thresholds lie between the pictures' cosines, so that some are flagged and some are not.
"""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np
import torch
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker, cosine_distance
from PIL import Image
from transformers import CLIPConfig, CLIPImageProcessorPil

HERE = Path(__file__).parent
NAMES = ["gradient", "face", "plaid", "icon", "wide", "tall", "noise", "sunset", "ellipses", "page"]
DUMP = "import('./pictures.mjs').then(m => console.log(JSON.stringify(m.pictures().map(p => ({...p, data: Buffer.from(p.data).toString('base64')})))))"


def pictures():
    found = json.loads(subprocess.run(["node", "-e", DUMP], cwd=HERE, capture_output=True, check=True).stdout)
    for name in NAMES:
        p = next(p for p in found if p["name"] == name)
        data = np.frombuffer(base64.b64decode(p["data"]), np.uint8).reshape(p["heightPx"], p["widthPx"], 3)
        yield name, Image.fromarray(data)


class Vision(torch.nn.Module):
    def __init__(self, checker):
        super().__init__()
        self.checker = checker

    def forward(self, pixel_values):
        return self.checker.visual_projection(self.checker.vision_model(pixel_values)[1])


torch.manual_seed(3)
vision = {"hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 224, "patch_size": 32}
checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision, projection_dim=8)).eval()
for parameter in (checker.concept_embeds, checker.special_care_embeds):
    parameter.data.normal_()
for parameter in checker.vision_model.parameters():
    parameter.data.mul_(8)

# do_convert_rgb, shortest edge 224 with Pillow's bicubic, centre crop, CLIP's mean and deviation
processor = CLIPImageProcessorPil()
images = list(pictures())
clip_input = torch.from_numpy(np.concatenate([np.asarray(processor(image, return_tensors="np").pixel_values) for _, image in images]))
with torch.no_grad():
    embeds = checker.visual_projection(checker.vision_model(clip_input)[1])
    cosines = cosine_distance(embeds, checker.concept_embeds)
    special = cosine_distance(embeds, checker.special_care_embeds)
# each concept is met by one picture in about seven, special care by one in three
checker.concept_embeds_weights.data = torch.quantile(cosines, 0.97, dim=0) + 0.002
checker.special_care_embeds_weights.data = torch.quantile(special, 0.8, dim=0)
# one picture exceeds one threshold by 0.0003: too little after PyTorch's rounding, enough for the graph
edge = NAMES.index("icon")
lowered = 0.01 if bool((special[edge] > checker.special_care_embeds_weights).any()) else 0.0
checker.concept_embeds_weights.data[0] = cosines[edge, 0] + lowered - 0.0003

results = []
for index, (name, _) in enumerate(images):
    one = clip_input[index : index + 1]
    blank = torch.zeros(1, 8, 8, 3)
    _, by_torch = checker(one, [np.zeros((8, 8, 3))])
    _, by_graph = checker.forward_onnx(one, blank.clone())
    flat = one.flatten().numpy()
    results.append(
        {"name": name, "torch": bool(by_torch[0]), "graph": bool(by_graph[0]), "imageEmbeds": embeds[index].tolist(), "clipInput": flat[::1499].tolist()}
    )

(HERE / "checker-graph").mkdir(exist_ok=True)
(HERE / "checker-vision").mkdir(exist_ok=True)
tables = {name: getattr(checker, name).tolist() for name in ("concept_embeds", "concept_embeds_weights", "special_care_embeds", "special_care_embeds_weights")}
(HERE / "checker-vision/concepts.json").write_text(json.dumps(tables) + "\n")
torch.onnx.export(
    Vision(checker), (clip_input[:1],), str(HERE / "checker-vision/model.onnx"), input_names=["pixel_values"], output_names=["image_embeds"],
    dynamic_axes={"pixel_values": {0: "batch"}}, opset_version=17, dynamo=False,
)
checker.forward = checker.forward_onnx
torch.onnx.export(
    checker, (clip_input[:1], torch.rand(1, 64, 64, 3)), str(HERE / "checker-graph/model.onnx"), input_names=["clip_input", "images"],
    output_names=["out_images", "has_nsfw_concepts"], opset_version=17, dynamo=False,
    dynamic_axes={"clip_input": {0: "batch", 1: "channels", 2: "height", 3: "width"}, "images": {0: "batch", 1: "height", 2: "width", 3: "channels"}},
)
(HERE / "checker.json").write_text(json.dumps({"sampleEvery": 1499, "pictures": results}, indent=1) + "\n")
print([(r["name"], r["torch"], r["graph"]) for r in results])
