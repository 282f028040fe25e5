#!/usr/bin/env python3
"""Times the models of `analyze transfer` against the same models trained one by one with `tune`, in turns.

The models: each domain's own, some pairs and the one of all, one seed.

    python3 one_by_one.py --data D1 D2 … --turns 3 --out FOLDER
"""
import argparse
import itertools
import shutil
import statistics
import subprocess
import time
from pathlib import Path


def timed(command):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--haori", default=str(Path(__file__).resolve().parents[2] / "haori"), help="how it is called")
    arguments = parser.parse_args()
    haori = arguments.haori.split()
    pairs = list(itertools.combinations(arguments.data, 2))
    sets = [[one] for one in arguments.data] + [list(pair) for pair in pairs] + [arguments.data]
    ratios = []
    for turn in range(arguments.turns):
        shutil.rmtree(arguments.out, ignore_errors=True)
        together = timed(haori + ["analyze", "transfer", "--no-leave-one-out", "--seeds", "1", "--quiet",
                                  "--out", str(arguments.out / "together"), "--data", *arguments.data])
        apart = 0
        for number, one in enumerate(sets):
            apart += timed(haori + ["tune", "--epochs", "8", "--quiet", "--out", str(arguments.out / str(number)), "--data", *one])
        ratios.append(apart / together)
        print(f"turn {turn + 1}: {len(sets)} models, together {together:.1f} s, one by one {apart:.1f} s, "
              f"ratio {ratios[-1]:.2f}", flush=True)
    print(f"median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
