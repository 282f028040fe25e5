#!/usr/bin/env python3
"""Fits tasks with few labels in Haori's ways and in Python's, on the same rows and base, and prints tables.

Ways: `auto` and any single one of FewLabels' (NAME=JSON); `probe`, `lora`, `lora-searched` and `setfit` of peers/few_run.py, with `-names` after it the same with the labels' names as rows. Every fit is a line of the
file, so that the same call goes on where it was interrupted; a fit that fails is named and left out. One thread each, so two calls with different
tasks can run side by side, each with its own file; a table can be made of several files.

    few_labels.py --data FOLDER --python PEER/bin/python --base BASE --tasks intent/banking reviews/MR --rows 16 =200 --seeds 1 2 --ways auto probe lora --out fits.tsv
    few_labels.py --table fits.tsv [more.tsv …] --rows 16 --ways probe lora setfit auto

Columns: task, rows a class (or =200 in all), way, seed, processor seconds (of `auto` with its comparison), accuracy, macro F1, what was chosen.
"""
import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import mean, stdev

HERE = Path(__file__).resolve().parent.parent
PEERS = ("probe", "lora", "lora-searched", "setfit", "probe-names", "lora-names", "setfit-names")
TASKS = [
    "maintenance/excavator-C", "maintenance/excavator-B", "maintenance/excavator-E", "intent/banking", "intent/travel",
    "aspect/restaurant", "aspect/laptop", "reviews/MR", "reviews/electronics", "glue/cola", "glue/mrpc",
    "science/acl-citation-intent", "science/chemprot-relation",
]
# Where a probe on the frozen vectors of minilm is right at least half of the way to all.
KNOWN = ("maintenance/", "intent/")
ENVIRONMENT = {
    "MALLOC_MMAP_THRESHOLD_": "2147483648", "MALLOC_TRIM_THRESHOLD_": "8589934592", "MALLOC_ARENA_MAX": "1",
    "KMP_BLOCKTIME": "0", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}


def read(files):
    fits = {}
    for file in files:
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                task, rows, way, seed, *rest = line.split("\t")
                fits[task, rows, way.split("=", 1)[0], int(seed)] = rest
    return fits


def command(arguments, task, rows, way, seed):
    folder = str(arguments.data / task)
    if way in PEERS:
        return [
            arguments.python, str(HERE / "peers" / "few_run.py"), "--base", arguments.base, "--data", folder, "--rows", rows,
            "--first-seed", str(seed), "--seeds", "1", "--way", way, "--test-rows", str(arguments.test_rows),
        ]
    classes = str(HERE / "target/classes") + ":" + (HERE / "target/classpath.txt").read_text(encoding="utf-8").strip()
    return [
        "java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-DtestRows={arguments.test_rows}", "-Dthreads=1",
        f"-DfirstSeed={seed}", "-cp", classes, "io.haori.benchmarks.quality.FewLabels", arguments.haori_base, folder, rows, "1", way,
    ]


def fit(arguments, task, rows, way, seed):
    made = subprocess.run(
        command(arguments, task, rows, way, seed), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | ENVIRONMENT)
    lines = [line for line in made.stdout.splitlines() if line.count("\t") == 7]
    if made.returncode != 0 or not lines:
        print(f"{task} {rows} {way} {seed}: left out, {made.stderr.strip().splitlines()[-1:]}", file=sys.stderr, flush=True)
        return
    rest = lines[-1].split("\t")[4:]
    with arguments.out.open("a", encoding="utf-8") as out:
        print(task, rows, way, seed, *rest, sep="\t", file=out)


def points(fits, keys, way):
    return [100 * float(fits[task, rows, way, seed][1]) for task, rows, seed in keys]


def of(value, best):
    return f"**{value:.1f}**" if value >= best - 0.05 else f"{value:.1f}"


def table(arguments, rows):
    fits = read(arguments.table)
    ways = [way.split("=", 1)[0] for way in arguments.ways]
    print(f"\n{rows} rows\n\n| task | seeds | " + " | ".join(ways) + " |\n" + "|---" * (len(ways) + 2) + "|")
    groups = {"known subjects": [], "new subjects": []}
    for task in arguments.tasks:
        seeds = [seed for seed in arguments.seeds if all((task, rows, way, seed) in fits for way in ways)]
        if not seeds:
            continue
        keys = [(task, rows, seed) for seed in seeds]
        groups["known subjects" if task.startswith(KNOWN) else "new subjects"] += keys
        means = [mean(points(fits, keys, way)) for way in ways]
        seconds = [mean(float(fits[(*key[:2], way, key[2])][0]) for key in keys) for way in ways]
        cells = [f"{of(value, max(means))} ({took:.0f})" for value, took in zip(means, seconds)]
        print(f"| {task} | {' '.join(map(str, seeds))} | " + " | ".join(cells) + " |")
    groups["all"] = groups["known subjects"] + groups["new subjects"]
    for name, keys in groups.items():
        if keys:
            means = [mean(points(fits, keys, way)) for way in ways]
            print(f"| {name} | {len(keys)} pairs | " + " | ".join(of(value, max(means)) for value in means) + " |")
    ours = ways[-1]
    for name, keys in groups.items():
        for way in ways[:-1]:
            if len(keys) > 1:
                ahead = [a - b for a, b in zip(points(fits, keys, ours), points(fits, keys, way))]
                error = stdev(ahead) / len(ahead) ** 0.5
                print(f"{ours} less {way}, {name}: {mean(ahead):+.1f} points (standard error {error:.1f}, {len(ahead)} pairs)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of data sets")
    parser.add_argument("--python", default=sys.executable, help="of the peers' environment")
    parser.add_argument("--base", help="the base as a Hugging Face folder, for the peers")
    parser.add_argument("--haori-base", default="minilm", help="the same base as Haori names it")
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--rows", nargs="+", default=["8", "16"], help="rows a class, or =200 for that many in all")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    parser.add_argument("--ways", nargs="+", default=["probe", "lora", "auto"], help="the last one is compared with the others")
    parser.add_argument("--test-rows", type=int, default=500)
    parser.add_argument("--out", type=Path, help="gets a line a fit")
    parser.add_argument("--table", nargs="+", type=Path, help="only print what these files have")
    arguments = parser.parse_args()
    if arguments.table:
        for rows in arguments.rows:
            table(arguments, rows)
        return
    if arguments.data is None or arguments.out is None or (arguments.base is None and set(arguments.ways) & set(PEERS)):
        parser.error("--data, --out and, for Python's ways, --base are needed")
    for seed in arguments.seeds:
        for rows in arguments.rows:
            for task in arguments.tasks:
                for way in arguments.ways:
                    done = read([arguments.out])
                    if (task, rows, way.split("=", 1)[0], seed) not in done:
                        fit(arguments, task, rows, way, seed)


if __name__ == "__main__":
    main()
