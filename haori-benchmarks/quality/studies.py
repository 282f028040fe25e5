#!/usr/bin/env python3
"""Runs the four analyses of several domains on sets of data and prints what came out as tables.

A set is a list of domains, cut to so many rows; every run is kept, so that the same call goes on where it was interrupted.

    python3 studies.py --data FOLDER --demo DEMO --out FOLDER --sets demo excavators
    python3 studies.py --out FOLDER --sets demo excavators --table
"""
import argparse
import glob
import json
import random
import subprocess
import sys
from pathlib import Path

# Folders, training, validation and test rows a domain at most, and what the analyses are told besides.
SETS = {
    "demo": ("noun.*", 400, 200, 600, []),
    "intents": ("intent/*", 90, 60, 100, ["--epochs", "8"]),
    "reviews": ("reviews/*", 80, 30, 100, ["--epochs", "3", "--max-length", "32"]),
    "excavators": ("maintenance/excavator-*", 1000, 1000, 1000, ["--heads", "shared"]),
}
SPLITS = ("train", "validation", "test")


def cut(arguments, name):
    """The set's domains, each cut to the rows that were asked for, drawn with one seed."""
    pattern, *rows, _ = SETS[name]
    root = arguments.demo if name == "demo" else arguments.data
    folders = []
    for source in sorted(Path(root).glob(pattern)):
        target = arguments.out / name / "data" / source.name
        folders.append(target)
        if target.exists():
            continue
        target.mkdir(parents=True)
        for split, most in zip(SPLITS, rows):
            lines = (source / f"{split}.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
            random.Random(42).shuffle(lines)
            (target / f"{split}.jsonl").write_text("".join(lines[:most]), encoding="utf-8")
    return folders


def haori(arguments, analysis, folders, out, more):
    command = arguments.haori.split() + ["analyze", analysis, "--data", *map(str, folders), "--out", str(out), "--quiet", *more]
    print(" ".join(command), file=sys.stderr, flush=True)
    code = subprocess.call(command, stdout=subprocess.DEVNULL)
    if code == 130:
        sys.exit(code)
    if code != 0:
        print(f"{out}: exit code {code}, left out", file=sys.stderr)


def study(arguments, name):
    folders = cut(arguments, name)
    place = arguments.out / name
    seeds = ["--seeds", str(arguments.seeds)]
    more = SETS[name][-1] + arguments.more
    runs = ["--runs", str(place / "runs")]
    wanted = arguments.analyses
    if "transfer" in wanted:
        haori(arguments, "transfer", folders, place / "transfer", seeds + runs + more)
    if "groups" in wanted:
        haori(arguments, "groups", folders, place / "groups", ["--models", str(arguments.models)] + seeds + runs + more)
    if "capacity" in wanted:
        haori(arguments, "capacity", folders, place / "capacity", ["--ranks", arguments.ranks] + seeds + runs + more)
    if "similarity" in wanted:
        modules = [sorted(glob.glob(str(place / "runs" / f"{one.name}-seed42-*" / "adapter")))[0] for one in folders]
        haori(arguments, "similarity", folders, place / "similarity",
              ["--modules", *modules, "--measured", str(place / "transfer")] + SETS[name][-1] + arguments.more)


def points(value):
    return f"{100 * value:+.1f}"


def interval(one):
    low, high = one["interval"]
    return f"{points(one.get('estimate', one.get('gain')))} ({points(low)} to {points(high)})"


def percent(value):
    return f"{100 * value:.1f}"


def show_transfer(found):
    print("| domain | alone | together | transfer | interference | gain, points (95 %) | corrected p | spread over seeds |")
    print("|---|---|---|---|---|---|---|---|")
    for one in found["domains"]:
        print(f"| {one['name']} | {percent(one['independent'])} | {percent(one['joint'])} | {percent(one['transfer'])} "
              f"| {percent(one['interference'])} | {interval(one)} | {one['corrected']:.2g} | {percent(one['seedSpread'])} |")
    print(f"\nMean gain of one model for all: {interval(found['meanGain'])}.")
    for key, text in (("matrix", "pairs"), ("leaveOneOut", "leave one out")):
        matrix = found.get(key)
        if matrix:
            gains = [cell["gain"] for cell in matrix["effects"]]
            print(f"{text}: {matrix['sureEffects']} of {len(gains)} effects more than chance, {points(min(gains))} to "
                  f"{points(max(gains))}, reliability {matrix['reliability']:.2f}.")
    print(*found["recommendation"]["sentences"], sep="\n")


def show_groups(found):
    print("; ".join(", ".join(group) for group in found["groups"]))
    print(f"over models of their own {interval(found['overIndependent'])}, over one model {interval(found['overJoint'])}, "
          f"held: {found['held']}")
    print(*found["recommendation"], sep="\n")


def show_capacity(found):
    for point in found["points"]:
        print(json.dumps({key: value for key, value in point.items() if not isinstance(value, list) or len(value) < 4}))
    print(*found["recommendation"], sep="\n")


def show_similarity(found):
    for one in found["predictors"]:
        correlation = one["correlation"]
        print(f"{one['name']}: rank correlation {'–' if correlation is None else round(correlation, 2)}, {one['seconds']:.1f} s")
    print(found["recommendation"])


def table(arguments, name):
    print(f"\n## {name}")
    shown = {"transfer": show_transfer, "groups": show_groups, "capacity": show_capacity, "similarity": show_similarity}
    for analysis in arguments.analyses:
        file = arguments.out / name / analysis / f"{analysis}.json"
        if file.exists():
            print(f"\n### {analysis}\n")
            shown[analysis](json.loads(file.read_text()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of data sets")
    parser.add_argument("--demo", type=Path, help="what `haori data demo` wrote")
    parser.add_argument("--out", type=Path, required=True, help="gets a folder a set")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--analyses", nargs="+", default=["transfer", "groups", "capacity", "similarity"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--models", type=int, default=2, help="that the groups are parted into")
    parser.add_argument("--ranks", default="1,8,64", help="that capacity tries; 8 is what transfer has trained")
    parser.add_argument("--haori", default=str(Path(__file__).resolve().parents[2] / "haori"), help="how it is called")
    parser.add_argument("--table", action="store_true", help="only print what is there")
    parser.add_argument("--more", nargs=argparse.REMAINDER, default=[], help="further arguments of all analyses, last")
    arguments = parser.parse_args()
    for name in arguments.sets:
        if not arguments.table:
            study(arguments, name)
        table(arguments, name)


if __name__ == "__main__":
    main()
