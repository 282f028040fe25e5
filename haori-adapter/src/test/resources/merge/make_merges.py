"""Golden numbers for merges of low-rank updates: python make_merges.py io.safetensors

Written from the papers with numpy alone (float64), apart from what the product computes; names that begin
with "peft." are what peft's own functions (0.21, peft.utils.merge_utils) give for the same updates.

Three modules on one layer of 7 inputs and 5 outputs, ranks 2, 3 and 1, scales 2, 0.5 and 1.
"""

import sys

import numpy as np
import torch
from peft.utils import merge_utils
from safetensors.numpy import save_file

INPUTS, OUTPUTS, RANKS, SCALES = 7, 5, (2, 3, 1), (2.0, 0.5, 1.0)


class JavaRandom:
    """java.util.Random as its documentation defines it."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)

    def next(self, bits):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.state >> (48 - bits)

    def next_double(self):
        return ((self.next(26) << 27) + self.next(27)) / float(1 << 53)


def trim(update, density):
    """Keeps the int(density * n) numbers that are largest by size."""
    flat = update.ravel()
    order = np.argsort(-np.abs(flat), kind="stable")[: int(density * flat.size)]
    kept = np.zeros_like(flat)
    kept[order] = flat[order]
    return kept.reshape(update.shape)


def ties(updates, weights, density):
    """TIES-Merging, algorithm 1: trim, elect signs by mass, disjoint mean; with weights."""
    weighted = np.stack([w * trim(u, density) for w, u in zip(weights, updates)])
    elected = np.where(weighted.sum(0) >= 0, 1.0, -1.0)
    agrees = (np.sign(weighted) == elected).astype(float)
    sizes = np.abs(np.array(weights)).reshape(-1, *([1] * updates[0].ndim))
    below = (agrees * sizes).sum(0)
    return np.abs(weights).sum() * (agrees * weighted).sum(0) / np.where(below == 0, 1, below)


def dare(updates, weights, density, seeds):
    """DARE: drop at random, rescale, add; one generator an update, rows first."""
    merged = np.zeros_like(updates[0])
    for update, weight, seed in zip(updates, weights, seeds):
        random = JavaRandom(seed)
        for place in np.ndindex(update.shape):
            if random.next_double() < density:
                merged[place] += weight * update[place] / density
    return merged


def knots(updates, weights, density):
    """KnOTS: SVD of the updates beside each other, TIES of what is each one's own, singular values with it."""
    u, s, v = np.linalg.svd(np.concatenate(updates, axis=1), full_matrices=False)
    kept = s > 1e-6 * s[0]
    own = np.split((s[:, None] * v)[kept], len(updates), axis=1)
    return u[:, kept] @ ties(own, weights, density)


random = np.random.default_rng(41)
downs = [random.normal(size=(rank, INPUTS)) for rank in RANKS]
ups = [random.normal(size=(OUTPUTS, rank)) for rank in RANKS]
downs = [down.astype(np.float32) for down in downs]
ups = [up.astype(np.float32) for up in ups]
updates = [s * up.astype(float) @ down.astype(float) for s, up, down in zip(SCALES, ups, downs)]

io = {}
for k, (down, up) in enumerate(zip(downs, ups)):
    io[f"in.down.{k}"] = down
    io[f"in.up.{k}"] = up
for name, weights in {"mean": [1 / 3] * 3, "any": [0.7, -0.4, 1.5]}.items():
    for density in (0.25, 0.6, 1.0):
        io[f"out.ties.{name}.{density}"] = ties(updates, weights, density)
        io[f"out.knots.{name}.{density}"] = knots(updates, weights, density)
    for density in (0.25, 0.6):
        io[f"out.dare.{name}.{density}"] = dare(updates, weights, density, (1, 2, 3))
    tensors = [torch.from_numpy(update) for update in updates]
    io[f"peft.linear.{name}"] = merge_utils.task_arithmetic(tensors, torch.tensor(weights)).numpy()
for density in (0.25, 0.6):
    # With weights of 1 peft's is the paper's mean, which is ours with weights that add up to 1.
    io[f"peft.ties.mean.{density}"] = merge_utils.ties(tensors, torch.ones(3), density).numpy()
    assert np.allclose(io[f"peft.ties.mean.{density}"], io[f"out.ties.mean.{density}"], atol=1e-12)
save_file({name: np.ascontiguousarray(value) for name, value in io.items()}, sys.argv[1])
