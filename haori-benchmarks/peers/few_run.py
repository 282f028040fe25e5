"""Fits a data set with few rows by the ways that people use in Python, on one base, and prints the lines that `FewLabels` prints.

Ways: `probe`, scikit-learn's logistic regression on the frozen base's mean vectors of length 1; `lora`, PEFT's LoRA on queries
and values with mean pooling and a random linear head, 30 epochs at a rate of 1e-3; `lora-searched`, the same with the rate of
3e-4, 1e-3, 3e-3 that is best in three folds; NAME-names, a way that also learns each label's name, in words, as one more row; `setfit`, SetFit's algorithm (Tunstall et al. 2022, arXiv 2209.11055) on
sentence-transformers: for each of 20 rounds every training text is paired with another of its class (similarity 1) and with one
of another class (0), the whole base is trained on these pairs for one epoch with the cosine loss, batches of 16, AdamW at 2e-5
with 10 % warm-up, and a logistic regression on the vectors answers.

Takes the rows that `FewLabels` takes for the same seed. A line: data, rows a class (or =200 for that many rows in all), way, seed,
processor seconds, accuracy, macro F1, what was chosen.
"""
import argparse
import json
import math
import random
import re
import time
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Pooling, Transformer
from sentence_transformers.util import batch_to_device
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold
from transformers import AutoModel, AutoTokenizer, get_linear_schedule_with_warmup

parser = argparse.ArgumentParser()
parser.add_argument("--base", required=True)
parser.add_argument("--data", required=True)
parser.add_argument("--rows", required=True, help="rows a class, or =200 for that many rows in all")
parser.add_argument("--seeds", type=int, default=2)
parser.add_argument("--first-seed", type=int, default=1)
parser.add_argument("--way", choices=["setfit", "probe", "lora", "lora-searched", "probe-names", "lora-names", "setfit-names"], default="setfit")
parser.add_argument("--rounds", type=int, default=20)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--max-length", type=int, default=128)
parser.add_argument("--test-rows", type=int, default=10**9)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--dtype", choices=["bfloat16", "float32"], default="bfloat16", help="of the base under LoRA")
options = parser.parse_args()
way = options.way.removesuffix("-names")
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
    shuffler = JavaRandom(seed)
    if options.rows.startswith("="):
        taken = list(rows)
        shuffler.shuffle(taken)
        return taken[: int(options.rows[1:])]
    by_label = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row)
    taken = []
    for label in sorted(by_label):
        shuffler.shuffle(by_label[label])
        taken += by_label[label][: int(options.rows)]
    return taken


def with_names(rows):
    """The names of the labels in words, as `LabelNameRows` has them, after the rows."""
    if way == options.way:
        return rows
    empty = {"text_pair": ""} if "text_pair" in rows[0] else {}
    names = sorted({row["label"] for row in rows})
    return rows + [{"text": re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", name), "label": name} | empty for name in names]


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


def train_pairs(model, rows, seed):
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


def by_vectors(rows, test_rows, seed):
    reader = Transformer(options.base, max_seq_length=options.max_length)
    model = SentenceTransformer(modules=[reader, Pooling(reader.get_embedding_dimension(), "mean")], device="cpu")
    begin = time.process_time()
    if way == "setfit":
        train_pairs(model, rows, seed)
    head = LogisticRegression(max_iter=1000).fit(vectors(model, rows), [row["label"] for row in rows])
    seconds = time.process_time() - begin
    return seconds, list(head.predict(vectors(model, test_rows))), options.way


class Classifier(torch.nn.Module):
    def __init__(self, encoder, classes):
        super().__init__()
        self.encoder = encoder
        self.head = torch.nn.Linear(encoder.config.hidden_size, classes)

    def forward(self, batch):
        hidden = self.encoder(**batch).last_hidden_state.float()
        mask = batch["attention_mask"][..., None]
        return self.head((hidden * mask).sum(1) / mask.sum(1))


class Lora:
    """PEFT's LoRA on queries and values; a base in bf16."""

    def __init__(self):
        self.tokenizer = AutoTokenizer.from_pretrained(options.base)

    def batch(self, rows):
        texts = [text(row) for row in rows]
        return self.tokenizer(texts, padding=True, truncation=True, max_length=options.max_length, return_tensors="pt")

    def fit(self, rows, rate, seed):
        from peft import LoraConfig, get_peft_model

        torch.manual_seed(seed)
        names = sorted({row["label"] for row in rows})
        encoder = AutoModel.from_pretrained(
            options.base, attn_implementation="eager", torch_dtype=getattr(torch, options.dtype),
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        encoder = get_peft_model(encoder, LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"]))
        model = Classifier(encoder, len(names))
        trained = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.01)
        steps = 30 * math.ceil(len(rows) / options.batch)
        schedule = get_linear_schedule_with_warmup(optimizer, int(0.06 * steps), steps)
        order = list(rows)
        shuffler = random.Random(seed)
        for _ in range(30):
            shuffler.shuffle(order)
            for begin in range(0, len(order), options.batch):
                part = order[begin : begin + options.batch]
                labels = torch.tensor([names.index(row["label"]) for row in part])
                loss = torch.nn.functional.cross_entropy(model(self.batch(part)), labels)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(trained, 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
        return model.eval(), names

    def answers(self, fitted, rows):
        model, names = fitted
        found = []
        with torch.no_grad():
            for begin in range(0, len(rows), 32):
                found += [names[i] for i in model(self.batch(rows[begin : begin + 32])).argmax(1).tolist()]
        return found

    def searched(self, rows, seed):
        labels = [row["label"] for row in rows]
        folds = list(StratifiedKFold(3, shuffle=True, random_state=seed).split(labels, labels))
        right = {}
        for rate in (3e-4, 1e-3, 3e-3):
            right[rate] = 0
            for train, held in folds:
                fitted = self.fit([rows[i] for i in train], rate, seed)
                held_out = [rows[i] for i in held]
                right[rate] += sum(a == row["label"] for a, row in zip(self.answers(fitted, held_out), held_out))
        return max(right, key=right.get)


def by_lora(rows, test_rows, seed):
    lora = Lora()
    begin = time.process_time()
    rate = lora.searched(rows, seed) if way == "lora-searched" else 1e-3
    fitted = lora.fit(rows, rate, seed)
    seconds = time.process_time() - begin
    return seconds, lora.answers(fitted, test_rows), "rate %g" % rate


train_rows = read("train")
test_rows = read("test")
JavaRandom(0).shuffle(test_rows)
test_rows = test_rows[: options.test_rows]
truth = [row["label"] for row in test_rows]
for seed in range(options.first_seed, options.first_seed + options.seeds):
    torch.manual_seed(seed)
    run = by_lora if way.startswith("lora") else by_vectors
    seconds, answers, chosen = run(with_names(few(train_rows, seed)), test_rows, seed)
    print(
        Path(options.data).name, options.rows, options.way, seed, "%.1f" % seconds,
        "%.4f" % accuracy_score(truth, answers),
        "%.4f" % f1_score(truth, answers, average="macro", zero_division=0), chosen,
        sep="\t", flush=True,
    )
