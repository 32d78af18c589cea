"""Weights of a published model as the start of a training: reads the ONNX graphs back into PyTorch."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

from training.export import example_inputs, write_graph


def stored(path: Path) -> list[np.ndarray]:
    """The weights of a graph in the order of its file."""
    import onnx
    from onnx import numpy_helper

    return [numpy_helper.to_array(weight) for weight in onnx.load(str(path)).graph.initializer]


def load_published(model: nn.ModuleDict, folder: Path) -> None:
    """Takes text encoder and denoiser of an exported model with the same layers.

    An exported graph has weights without names, transposed or folded into others' shapes. Which is which is seen in a graph that is exported
    from the same layers with weights that are all different: its weights lie in the same order.
    """
    for part, graph, inputs in (("text", "text_encoder", example_inputs("text", model)), ("unet", "unet", example_inputs("unet", model))):
        module = model[part]
        with torch.no_grad():
            for weight in module.parameters():
                weight.copy_(torch.randn_like(weight))
        with tempfile.TemporaryDirectory() as work:
            write_graph(Path(work), module, inputs, "out", {})
            marks = stored(Path(work) / "model.onnx")
        wanted = stored(folder / graph / "model.onnx")
        if [m.size for m in marks] != [w.size for w in wanted]:
            raise ValueError(f"{folder.name}/{graph} has other layers than this configuration")
        with torch.no_grad():
            for name, weight in module.named_parameters():
                weight.copy_(_find(name, weight.detach().numpy(), marks, wanted))


def _find(name: str, marked: np.ndarray, marks: list[np.ndarray], wanted: list[np.ndarray]) -> torch.Tensor:
    for mark, values in zip(marks, wanted):
        if mark.size != marked.size:
            continue
        for turned in (False, True):
            view = marked.T if turned and marked.ndim == 2 else marked
            if np.array_equal(view.reshape(-1), mark.astype(np.float32).reshape(-1)):
                found = values.astype(np.float32).reshape(view.shape)
                return torch.from_numpy(np.ascontiguousarray(found.T if view is not marked else found))
    raise ValueError(f"{name} is in no weight of the published graph")
