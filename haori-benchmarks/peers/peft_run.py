"""Fits a data set with PEFT on PyTorch: LoRA on queries and values, mean pooling, a linear head.

The usual loop: shuffled batches padded to their longest row, AdamW, linear schedule with 6 % warm-up,
clipping at 1, the epoch that is best on validation counts. Prints one JSON line; `seconds` counts
from the first line of data read to the last test answer, without starting Python.
"""
import argparse
import json
import math
import random
import resource
import time
from pathlib import Path

import numpy
import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer
from transformers import BertModel, get_linear_schedule_with_warmup

parser = argparse.ArgumentParser()
parser.add_argument("--base", required=True)
parser.add_argument("--data", required=True)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--seed", type=int, default=42)
parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--max-length", type=int, default=128)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)
shuffler = random.Random(options.seed)
begin = time.time()
tokenizer = Tokenizer.from_file(options.base + "/tokenizer.json")
tokenizer.enable_truncation(options.max_length)
tokenizer.no_padding()


def read(split):
    path = Path(options.data) / (split + ".jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


raw = {split: read(split) for split in ("train", "validation", "test")}
names = sorted({row["label"] for row in raw["train"]})
index = {name: i for i, name in enumerate(names)}


def encode(rows):
    pairs = [(r["text"], r["text_pair"]) if "text_pair" in r else r["text"] for r in rows]
    return [(e.ids, e.type_ids, index[r["label"]]) for e, r in zip(tokenizer.encode_batch(pairs), rows)]


splits = {name: encode(rows) for name, rows in raw.items()}


def collate(rows):
    longest = max(len(ids) for ids, _, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for i, (row, kinds, _) in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
        types[i, :len(row)] = torch.tensor(kinds)
        mask[i, :len(row)] = 1
    return ids, types, mask, torch.tensor([label for *_, label in rows])


class Classifier(torch.nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.head = torch.nn.Linear(encoder.config.hidden_size, len(names))

    def forward(self, ids, types, mask):
        states = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask)
        hidden = states.last_hidden_state.float()
        return self.head((hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))


encoder = BertModel.from_pretrained(
    options.base, add_pooling_layer=False, attn_implementation="eager",
    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
if options.precision == "bf16":
    encoder = encoder.to(torch.bfloat16)
encoder = get_peft_model(encoder, LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"]))
model = Classifier(encoder)
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=options.lr, weight_decay=0.01)
rows = splits["train"]
steps = options.epochs * math.ceil(len(rows) / options.batch)
schedule = get_linear_schedule_with_warmup(optimizer, int(0.06 * steps), steps)


def accuracy(rows):
    model.eval()
    right = 0
    ordered = sorted(rows, key=lambda row: len(row[0]))
    with torch.no_grad():
        for start in range(0, len(ordered), 64):
            ids, types, mask, labels = collate(ordered[start:start + 64])
            right += int((model(ids, types, mask).argmax(1) == labels).sum())
    return right / len(rows)


best, kept, tokens, training = -1.0, 0.0, 0, 0.0
for _ in range(options.epochs):
    model.train()
    order = list(range(len(rows)))
    shuffler.shuffle(order)
    epoch_begin = time.time()
    for start in range(0, len(order), options.batch):
        ids, types, mask, labels = collate([rows[i] for i in order[start:start + options.batch]])
        tokens += int(mask.sum())
        loss = torch.nn.functional.cross_entropy(model(ids, types, mask).float(), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    training += time.time() - epoch_begin
    score = accuracy(splits["validation"])
    if score > best:
        best, kept = score, accuracy(splits["test"])
print(json.dumps(dict(
    program="peft", accuracy=round(kept, 4), validation=round(best, 4),
    seconds=round(time.time() - begin, 2), tokensPerSecond=round(tokens / training),
    peakRssMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)))
