#!/usr/bin/env python3
"""Tries learning rates for every method on several data sets and says which did best on the validation rows.

One `haori compare` for each step of the rates, in which all methods have their rate of that step; finished runs are
kept, so that the same call goes on where it was interrupted. Test rows decide nothing here and are not printed.

    python3 rates.py --data FOLDER --out FOLDER --cells glue/cola:200 maintenance/excavator-C:200
"""
import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from methods import CELLS, folder_of

RATES = {
    "frozen": ["3e-3", "1e-2", "3e-2"],
    "full": ["3e-5", "1e-4", "3e-4"],
    "bottleneck": ["3e-3", "5e-3", "1e-2"],
    "lora": ["3e-3", "5e-3", "1e-2"],
    "dora": ["3e-3", "5e-3", "1e-2"],
    "bidora": ["1e-3", "3e-3", "1e-2"],
    "sparse": ["1e-3", "3e-3", "1e-2"],
    "modular": ["1e-3", "3e-3", "1e-2"],
}


def step_folder(arguments, step):
    return arguments.out / f"step-{step}"


def run(arguments, cell, step):
    data, rows = cell.rsplit(":", 1)
    rates = ",".join(f"{name}.learningRate={RATES[name][step]}" for name in arguments.methods)
    out = folder_of(step_folder(arguments, step), cell)
    if (out / "comparison.json").exists():
        return 0
    command = arguments.haori.split() + [
        "compare", "--data", str(arguments.data / data), "--train-rows", rows, "--methods", ",".join(arguments.methods),
        "--seeds", str(arguments.seeds), "--no-test", "--base", arguments.base, "--out", str(out), "--quiet",
        "--set", rates,
    ] + arguments.more
    print(" ".join(command), file=sys.stderr, flush=True)
    return subprocess.call(command, stdout=subprocess.DEVNULL)


def validation(arguments, cell, step, name):
    file = folder_of(step_folder(arguments, step), cell) / "comparison.json"
    if not file.exists():
        return None
    row = next(row for row in json.loads(file.read_text())["rows"] if row["method"] == name)
    return 100 * statistics.mean(run["validation"][arguments.metric] for run in row["runs"])


def table(arguments):
    print(f"mean {arguments.metric} on the validation rows over {', '.join(arguments.cells)}\n")
    print("| method | " + " | ".join(["low", "middle", "high"]) + " |")
    print("|---|" + "---|" * 3)
    for name in arguments.methods:
        means = []
        for step in range(3):
            found = [validation(arguments, cell, step, name) for cell in arguments.cells]
            means.append(statistics.mean(found) if all(one is not None for one in found) else None)
        best = max((mean for mean in means if mean is not None), default=None)
        texts = []
        for rate, mean in zip(RATES[name], means):
            text = f"{rate}: " + ("–" if mean is None else f"{mean:.1f}")
            texts.append(f"**{text}**" if mean is not None and mean == best else text)
        print(f"| {name} | " + " | ".join(texts) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of data sets")
    parser.add_argument("--out", type=Path, required=True, help="gets a folder a step and cell")
    parser.add_argument("--cells", nargs="+", default=[cell for cell in CELLS if cell.endswith(":200")])
    parser.add_argument("--methods", nargs="+", default=list(RATES))
    parser.add_argument("--metric", default="accuracy")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--base", default="minilm")
    parser.add_argument("--haori", default=str(Path(__file__).resolve().parents[2] / "haori"), help="how it is called")
    parser.add_argument("--table", action="store_true", help="only print what is there")
    parser.add_argument("--more", nargs=argparse.REMAINDER, default=[], help="further arguments of compare, last")
    arguments = parser.parse_args()
    if not arguments.table:
        if arguments.data is None:
            parser.error("--data is missing")
        for cell in arguments.cells:
            for step in range(3):
                code = run(arguments, cell, step)
                if code == 130:
                    return code
                if code != 0:
                    print(f"{cell}, step {step}: exit code {code}, left out", file=sys.stderr)
    table(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
