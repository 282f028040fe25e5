#!/usr/bin/env python3
"""Compares all methods on several data sets with few training rows, cell by cell, and prints a table.

A cell is one data set with one number of training rows: one `haori compare`, whose finished runs are kept, so that the
same call goes on where it was interrupted. Rows of the table are cells, columns are methods: mean and standard deviation
of the test score over seeds, in percent.

    python3 methods.py --data FOLDER --out FOLDER --cells maintenance/excavator-C:200 glue/cola:200
    python3 methods.py --out FOLDER --table
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

METHODS = ["frozen", "full", "bottleneck", "lora", "dora", "bidora", "sparse", "modular"]
CELLS = [
    f"{data}:{rows}"
    for rows in (200, 1000)
    for data in ("maintenance/excavator-C", "maintenance/excavator-E", "maintenance/excavator-B", "glue/cola", "glue/mrpc")
    # Excavators C and E have fewer than 200 training rows, so their 200 are all.
    if not (rows == 1000 and data.endswith(("C", "E")))
]


def folder_of(out, cell):
    return out / cell.replace("/", "-").replace(":", "-")


def run(arguments, cell):
    data, rows = cell.rsplit(":", 1)
    command = arguments.haori.split() + [
        "compare", "--data", str(arguments.data / data), "--train-rows", rows, "--methods", ",".join(arguments.methods),
        "--seeds", str(arguments.seeds), "--base", arguments.base, "--out", str(folder_of(arguments.out, cell)), "--quiet",
    ] + arguments.more
    print(" ".join(command), file=sys.stderr, flush=True)
    return subprocess.call(command, stdout=subprocess.DEVNULL)


def score(row, split, metric):
    values = [100 * run[split][metric] for run in row["runs"]]
    mean = sum(values) / len(values)
    spread = (sum((v - mean) ** 2 for v in values) / max(1, len(values) - 1)) ** 0.5
    return mean, spread


def table(arguments):
    for metric in arguments.metrics:
        print(f"\n{metric}, {arguments.split} rows\n")
        print("| data | " + " | ".join(arguments.methods) + " |")
        print("|---|" + "---|" * len(arguments.methods))
        for cell in arguments.cells:
            file = folder_of(arguments.out, cell) / "comparison.json"
            if not file.exists():
                continue
            rows = {row["method"]: row for row in json.loads(file.read_text())["rows"]}
            scores = {name: score(rows[name], arguments.split, metric) for name in arguments.methods if name in rows}
            best = max(mean for mean, _ in scores.values())
            texts = []
            for name in arguments.methods:
                if name not in scores:
                    texts.append("")
                    continue
                mean, spread = scores[name]
                text = f"{mean:.1f} ± {spread:.1f}"
                texts.append(f"**{text}**" if mean == best else text)
            print(f"| {cell.replace(':', ', ')} rows | " + " | ".join(texts) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of data sets")
    parser.add_argument("--out", type=Path, required=True, help="gets a folder a cell")
    parser.add_argument("--cells", nargs="+", default=CELLS, help="DATA:TRAINING-ROWS")
    parser.add_argument("--methods", nargs="+", default=METHODS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--base", default="minilm")
    parser.add_argument("--haori", default=str(Path(__file__).resolve().parents[2] / "haori"), help="how it is called")
    parser.add_argument("--more", nargs=argparse.REMAINDER, default=[], help="further arguments of compare, last")
    parser.add_argument("--table", action="store_true", help="only print what is there")
    parser.add_argument("--split", choices=["validation", "test"], default="test")
    parser.add_argument("--metrics", nargs="+", default=["accuracy"])
    arguments = parser.parse_args()
    if not arguments.table:
        if arguments.data is None:
            parser.error("--data is missing")
        for cell in arguments.cells:
            code = run(arguments, cell)
            if code == 130:
                return code
            if code != 0:
                print(f"{cell}: exit code {code}, left out", file=sys.stderr)
    table(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
