"""Fits a data set with SetFit's algorithm (Tunstall et al. 2022, arXiv 2209.11055) on sentence-transformers.

For each of 20 rounds every training text is paired with another of its class (similarity 1) and with one of another class
(0); the whole base is trained on these pairs for one epoch with the cosine loss, batches of 16, AdamW at 2e-5 with 10 %
warm-up; a logistic regression on the vectors answers. Takes the rows that `FewLabels` takes for the same seed and prints
the same line: data, rows a class, way, seed, processor seconds, accuracy, macro F1, way. Also --way probe: the logistic regression
on the untrained base, by scikit-learn.
"""
import argparse
import json
import random
import time
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Pooling, Transformer
from sentence_transformers.util import batch_to_device
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from transformers import get_linear_schedule_with_warmup

parser = argparse.ArgumentParser()
parser.add_argument("--base", required=True)
parser.add_argument("--data", required=True)
parser.add_argument("--rows", type=int, required=True)
parser.add_argument("--seeds", type=int, default=2)
parser.add_argument("--way", choices=["setfit", "probe"], default="setfit")
parser.add_argument("--rounds", type=int, default=20)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--max-length", type=int, default=128)
parser.add_argument("--test-rows", type=int, default=10**9)
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
torch.set_num_threads(options.threads)


class JavaRandom:
    """java.util.Random, so that both sides take the same rows."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)

    def bits(self, count):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        value = self.state >> (48 - count)
        return value - (1 << count) if value >> (count - 1) else value

    def below(self, bound):
        r = self.bits(31) & 0x7FFFFFFF
        if bound & (bound - 1) == 0:
            return (bound * r) >> 31
        while r - r % bound + (bound - 1) >= 1 << 31:
            r = self.bits(31) & 0x7FFFFFFF
        return r % bound

    def shuffle(self, rows):
        for i in range(len(rows), 1, -1):
            j = self.below(i)
            rows[i - 1], rows[j] = rows[j], rows[i - 1]


def read(split):
    lines = (Path(options.data) / (split + ".jsonl")).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def text(row):
    return [row["text"], row["text_pair"]] if "text_pair" in row else row["text"]


def few(rows, seed):
    by_label = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row)
    shuffler = JavaRandom(seed)
    taken = []
    for label in sorted(by_label):
        shuffler.shuffle(by_label[label])
        taken += by_label[label][: options.rows]
    return taken


def pairs(rows, seed):
    chooser = random.Random(seed)
    made = []
    for _ in range(options.rounds):
        for i, row in enumerate(rows):
            same = [j for j, other in enumerate(rows) if other["label"] == row["label"] and j != i]
            others = [j for j, other in enumerate(rows) if other["label"] != row["label"]]
            if same:
                made.append((i, chooser.choice(same), 1.0))
            made.append((i, chooser.choice(others), 0.0))
    chooser.shuffle(made)
    return made


def train(model, rows, seed):
    made = pairs(rows, seed)
    steps = (len(made) + options.batch - 1) // options.batch
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    model.train()
    for begin in range(0, len(made), options.batch):
        batch = made[begin : begin + options.batch]
        sides = []
        for side in (0, 1):
            features = model.tokenize([text(rows[pair[side]]) for pair in batch])
            features = batch_to_device(features, model.device)
            sides.append(model(features)["sentence_embedding"])
        wanted = torch.tensor([pair[2] for pair in batch])
        loss = torch.nn.functional.mse_loss(torch.nn.functional.cosine_similarity(*sides), wanted)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    model.eval()


def vectors(model, rows):
    return model.encode([text(row) for row in rows], batch_size=32, normalize_embeddings=True, show_progress_bar=False)


train_rows = read("train")
test_rows = read("test")
JavaRandom(0).shuffle(test_rows)
test_rows = test_rows[: options.test_rows]
for seed in range(1, options.seeds + 1):
    torch.manual_seed(seed)
    reader = Transformer(options.base, max_seq_length=options.max_length)
    model = SentenceTransformer(modules=[reader, Pooling(reader.get_embedding_dimension(), "mean")], device="cpu")
    rows = few(train_rows, seed)
    begin = time.process_time()
    if options.way == "setfit":
        train(model, rows, seed)
    head = LogisticRegression(max_iter=1000).fit(vectors(model, rows), [row["label"] for row in rows])
    seconds = time.process_time() - begin
    answers = head.predict(vectors(model, test_rows))
    truth = [row["label"] for row in test_rows]
    print(
        Path(options.data).name, options.rows, options.way, seed, "%.1f" % seconds,
        "%.4f" % accuracy_score(truth, answers),
        "%.4f" % f1_score(truth, answers, average="macro", zero_division=0), options.way,
        sep="\t", flush=True,
    )
