#!/usr/bin/env python3
"""Domain modules of fourteen corpora, mixed for fifteen tasks: cuts the data, and makes the table of what MixStudy found.

    python3 mixes.py prepare --data FOLDER --out STUDY      # STUDY/corpora/*.jsonl and STUDY/tasks/*
    ./haori pretrain --base bert-base --corpus NAME=STUDY/corpora/NAME.jsonl … --out STUDY/modules
    ./haori pretrain --base bert-base --corpus … --joint joint --out STUDY/together
    java … -Dbase=bert-base -Dlength=32 -Dmodules=STUDY/modules/…,STUDY/together/joint -Ddata=STUDY/tasks/… -Dout=STUDY/a.tsv \\
      io.haori.benchmarks.quality.MixStudy WAY …
    python3 mixes.py table STUDY/a.tsv
"""
import argparse
import collections
import json
import random
import statistics
import sys
from pathlib import Path

WORDS = 48_000
TASKS = ["aspect/restaurant", "aspect/laptop", "science/acl-citation-intent"]
# Training, validation and test rows at most; the aspects' test sets are larger.
ROWS = {"train": 200, "validation": 60, "test": 400}
ASPECT_TESTS = 600


def lines(file):
    return file.read_text(encoding="utf-8").splitlines(keepends=True)


def prepare(arguments):
    reviews = sorted(folder for folder in (arguments.data / "reviews").iterdir() if folder.is_dir())
    corpora = arguments.out / "corpora"
    corpora.mkdir(parents=True, exist_ok=True)
    for folder in reviews:
        texts = lines(folder / "corpus.jsonl")
        random.Random(42).shuffle(texts)
        words = 0
        with open(corpora / f"{folder.name}.jsonl", "w", encoding="utf-8") as file:
            for text in texts:
                if words >= WORDS:
                    break
                plain = json.loads(text)["text"]
                words += len(plain.split())
                file.write(json.dumps({"text": plain}) + "\n")
    for company in ("company-a", "company-b"):
        source = arguments.data / "maintenance" / company / "corpus.jsonl"
        (corpora / f"{company}.jsonl").write_text("".join(lines(source)), encoding="utf-8")
    for folder in reviews + [arguments.data / task for task in TASKS]:
        target = arguments.out / "tasks" / folder.name
        target.mkdir(parents=True, exist_ok=True)
        for split, most in ROWS.items():
            if split == "test" and folder.parent.name == "aspect":
                most = ASPECT_TESTS
            rows = lines(folder / f"{split}.jsonl")
            random.Random(42).shuffle(rows)
            (target / f"{split}.jsonl").write_text("".join(rows[:most]), encoding="utf-8")


def told(values):
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.1f} ± {spread:.1f}"


def table(arguments):
    column = 5 if arguments.metric == "accuracy" else 6
    scores = collections.defaultdict(dict)
    ways = []
    for file in arguments.results:
        for line in lines(file):
            parts = line.rstrip("\n").split("\t")
            way = parts[1].split(":")[0]
            if way not in ways:
                ways.append(way)
            scores[parts[0], way][int(parts[2])] = 100 * float(parts[column])
    tasks = sorted({task for task, _ in scores})
    complete = [task for task in tasks if all(len(scores[task, way]) >= arguments.seeds for way in ways)]
    print("| task | " + " | ".join(ways) + " |")
    print("|---|" + "---|" * len(ways))
    for task in complete:
        print(f"| {task} | " + " | ".join(told(list(scores[task, way].values())) for way in ways) + " |")
    means = [statistics.mean(statistics.mean(scores[task, way].values()) for task in complete) for way in ways]
    print(f"| mean of {len(complete)} | " + " | ".join(f"{mean:.1f}" for mean in means) + " |")
    first = ways[0]
    for way in ways[1:]:
        # A task and seed is one pair.
        gains = [scores[task, way][seed] - scores[task, first][seed] for task in complete for seed in scores[task, first]]
        draws = sorted(
            statistics.mean(random.Random(draw).choices(gains, k=len(gains))) for draw in range(2000))
        print(f"{way} less {first}: {statistics.mean(gains):+.1f} ({draws[50]:+.1f} to {draws[1949]:+.1f}), better in "
              f"{sum(gain > 0 for gain in gains)} of {len(gains)} pairs")
    missing = [task for task in tasks if task not in complete]
    if missing:
        print("not complete: " + ", ".join(missing), file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("prepare")
    one.add_argument("--data", type=Path, required=True, help="the folder of data sets")
    one.add_argument("--out", type=Path, required=True)
    one.set_defaults(run=prepare)
    other = commands.add_parser("table")
    other.add_argument("results", type=Path, nargs="+")
    other.add_argument("--metric", choices=["accuracy", "macroF1"], default="accuracy")
    other.add_argument("--seeds", type=int, default=3)
    other.set_defaults(run=table)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
