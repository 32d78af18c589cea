"""Distances between sets of pictures in the features of a network that this project did not train: the shipped picture classifier's
(MobileNetV2, models/safety-nsfwjs), pooled."""

from __future__ import annotations

import importlib.util

import numpy as np
import torch
import torch.nn.functional as F

from training.config import ROOT
from training.evaluate.draw import on_white

FEATURES = "feature_vector_SpatialSqueeze"
SUBSETS, SUBSET = 50, 100


def can_measure() -> bool:
    return importlib.util.find_spec("onnxruntime") is not None


class Features:
    def __init__(self, threads: int):
        import onnx
        import onnxruntime

        model = onnx.load(str(ROOT / "models/safety-nsfwjs/model.onnx"))
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(FEATURES))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options)

    def of(self, pictures: torch.Tensor) -> np.ndarray:
        """Premultiplied [N, 4, H, W] in 0..1, on white."""
        out = []
        for picture in pictures:
            image = F.interpolate(on_white(picture[None]), size=224, mode="bilinear", align_corners=False)
            out.append(self.session.run([FEATURES], {"image": image.permute(0, 2, 3, 1).contiguous().numpy()})[0].reshape(-1))
        return np.stack(out).astype(np.float64)


def kid(a: np.ndarray, b: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """Kernel inception distance (Binkowski et al., arXiv 1801.01401) x 1000 with these features: mean and deviation over subsets."""
    random, size = np.random.default_rng(seed), min(SUBSET, len(a), len(b))
    values = []
    for _ in range(SUBSETS):
        x, y = (s[random.choice(len(s), size, replace=False)] for s in (a, b))
        kernel = lambda p, q: (p @ q.T / p.shape[1] + 1) ** 3  # noqa: E731
        own = lambda k: (k.sum() - np.trace(k)) / (size * (size - 1))  # noqa: E731
        values.append(own(kernel(x, x)) + own(kernel(y, y)) - 2 * kernel(x, y).mean())
    return round(1000 * float(np.mean(values)), 3), round(1000 * float(np.std(values)), 3)


def nearest(drawn: np.ndarray, known: np.ndarray) -> float:
    """The median over drawn pictures of the cosine distance to the nearest known one."""
    unit = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)  # noqa: E731
    return round(float(np.median(1 - (unit(drawn) @ unit(known).T).max(1))), 4)
