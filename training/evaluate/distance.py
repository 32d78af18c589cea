"""Distances between sets of pictures in the pooled features of a network that this project did not train (features.py)."""

from __future__ import annotations

import numpy as np

SUBSETS, SUBSET = 50, 100


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
