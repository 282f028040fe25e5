"""Prints the numbers that the tests of io.haori.analysis.calibration compare with, made by numpy and scipy.

    python3 haori-benchmarks/peers/calibration_golden.py
"""
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

rng = np.random.default_rng(7)


def show(name, array):
    print(name, np.array2string(np.asarray(array), separator=", ", precision=6, max_line_width=110))


# Scores of 20 rows in 4 classes that are too sure by a factor of about 2.5.
truth = rng.integers(0, 4, 20)
z = np.round(rng.normal(0, 1.2, (20, 4)) + 1.1 * np.eye(4)[truth], 2) * 2.5
z = np.round(z, 3)
show("logits", z)
show("classes", truth)
e = 1 / 21
target = (1 - e) * np.eye(4)[truth] + e / 4


def loss(t, target=target):
    return -(target * log_softmax(z / np.exp(t), axis=1)).sum()


fit = minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-12})
plain = minimize_scalar(
    lambda t: loss(t, np.eye(4)[truth]), bounds=(-3, 3), method="bounded", options={"xatol": 1e-12}
)
show("temperature", np.exp(fit.x))
show("without the added row", np.exp(plain.x))
p = softmax(z / np.exp(fit.x), axis=1)
show("first row's probabilities", p[0])
confidence, right = p.max(1), p.argmax(1) == truth


def ece(bins):
    return sum(
        abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)
    )


show("confidence", confidence)
show("right", right.astype(int))
show("equal width", ece(np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)))
order = np.argsort(confidence, kind="stable")
mass = np.empty(20, int)
for part, rows in enumerate([order[[i for i in range(20) if i * 15 // 20 == part_]] for part_ in range(15)]):
    mass[rows] = part
show("equal mass", ece(mass))

# Sets: the bound is numpy's quantile by the method "higher" at ceil((n + 1) C) / n.
lac = 1 - p[np.arange(20), truth]
aps = np.array([row[row >= row[k]].sum() for row, k in zip(p, truth)])
for name, scores in (("lac", lac), ("aps", aps)):
    level = np.ceil(21 * 0.8) / 20
    bound = np.quantile(scores, level, method="inverted_cdf")
    show(name + " bound at 0.8", bound)
    if name == "lac":
        sets = [[int(k) for k in np.argsort(-row) if 1 - row[k] <= bound] for row in p]
    else:
        sets = [[int(k) for k in np.argsort(-row) if row[row >= row[k]].sum() <= bound] for row in p]
    print(name, "sets", sets)

# How far a vector is from all classes, against scikit-learn's shrunk covariance.
from sklearn.covariance import ledoit_wolf

for rows, width in ((24, 6), (7, 10)):
    classes = np.arange(rows) % 3
    v = np.round(rng.normal(0, 1, (rows, width)) + 0.8 * rng.normal(0, 1, (3, width))[classes] + 0.5, 3)
    new = np.round(rng.normal(0, 1, (4, width)) + 0.5, 3)
    show("vectors", v)
    show("new", new)
    u = v / np.linalg.norm(v, axis=1, keepdims=True)
    centre = u.mean(0)
    means = np.array([u[classes == k].mean(0) for k in range(3)])
    covariance, shrinkage = ledoit_wolf(u - means[classes], assume_centered=True)
    values, vectors = np.linalg.eigh(covariance)
    white = vectors / np.sqrt(values)

    def y(x):
        w = (x - centre) @ white
        return w / np.linalg.norm(w, axis=1, keepdims=True)

    show("shrinkage", shrinkage)
    show("scores", 1 - (y(new / np.linalg.norm(new, axis=1, keepdims=True)) @ y(means).T).max(1))
