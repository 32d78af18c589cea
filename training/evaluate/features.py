"""What a network that this project did not train sees in pictures: the shipped picture classifier's (MobileNetV2, models/safety-nsfwjs) layers.

Node runs it, as it runs it in Easel, so that Python needs no runtime of its own.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from training.config import ROOT, Config
from training.evaluate.draw import BUILT, on_white

SIDE, BATCH = 224, 8
# Layers by what they are taken for, with the shape of one picture's.
OUTPUTS = {
    "pooled": ("feature_vector_SpatialSqueeze", (1792,)),
    "middle": ("MobilenetV2_expanded_conv_12_add", (136, 14, 14)),
    "early": ("MobilenetV2_expanded_conv_5_add", (48, 28, 28)),
}
CELLS = 14
MAP = OUTPUTS["middle"][1][0] + 4  # channels of the map: the middle layer, and the picture itself
EARLY = 3 * OUTPUTS["early"][1][0]


@dataclass
class Seen:
    """Of N pictures: `pooled` [N, 1792], `map` [N, 140, 14, 14] with premultiplied RGBA last, `early` [N, 144] (mean, deviation, maximum)."""

    pooled: torch.Tensor
    map: torch.Tensor
    early: torch.Tensor

    def __getitem__(self, at) -> Seen:  # noqa: ANN001
        return Seen(self.pooled[at], self.map[at], self.early[at])

    def __len__(self) -> int:
        return len(self.pooled)


def join(parts: list[Seen]) -> Seen:
    return Seen(*(torch.cat([getattr(p, name) for p in parts]) for name in ("pooled", "map", "early")))


class Features:
    """Use as a context: the process ends with it."""

    def __init__(self, config: Config):
        import onnx

        if not BUILT.exists():
            raise FileNotFoundError("The evaluation looks with Easel's runtime: run `npm run build` first")
        model = onnx.load(str(ROOT / "models/safety-nsfwjs/model.onnx"))
        for name, _ in OUTPUTS.values():
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
        path = config.path("evaluation", "features.onnx")
        onnx.save(model, str(path))
        script = Path(__file__).with_name("features.mjs")
        names = [name for name, _ in OUTPUTS.values()]
        self.process = subprocess.Popen(
            ["node", str(script), str(path), *map(str, (BATCH, SIDE, config.threads)), *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Features:
        return self

    def __exit__(self, *_) -> None:  # noqa: ANN002
        self.process.stdin.close()
        self.process.wait()

    def see(self, pictures: torch.Tensor) -> Seen:
        """Premultiplied [N, 4, H, W] in 0..1, looked at on white."""
        return join([self._batch(pictures[i : i + BATCH]) for i in range(0, len(pictures), BATCH)])

    def of(self, pictures: torch.Tensor) -> np.ndarray:
        """The pooled features alone, [N, 1792]."""
        return self.see(pictures).pooled.numpy().astype(np.float64)

    def _batch(self, pictures: torch.Tensor) -> Seen:
        image = F.interpolate(on_white(pictures), size=SIDE, mode="bilinear", align_corners=False) if pictures.shape[-1] != SIDE else on_white(pictures)
        frames = torch.zeros(BATCH, SIDE, SIDE, 3, dtype=torch.uint8)
        frames[: len(pictures)] = (image * 255).round().byte().permute(0, 2, 3, 1)
        self.process.stdin.write(frames.numpy().tobytes())
        self.process.stdin.flush()
        pooled, middle, early = (self._read(shape)[: len(pictures)] for _, shape in OUTPUTS.values())
        flat, own = early.flatten(2), F.adaptive_avg_pool2d(pictures, CELLS)
        return Seen(pooled, torch.cat([middle, own], 1), torch.cat([flat.mean(2), flat.std(2), flat.amax(2)], 1))

    def _read(self, shape: tuple[int, ...]) -> torch.Tensor:
        size = BATCH * int(np.prod(shape)) * 4
        data = self.process.stdout.read(size)
        if len(data) != size:
            raise RuntimeError("features.mjs ended before its input")
        return torch.from_numpy(np.frombuffer(data, np.float32).copy()).reshape(BATCH, *shape)
