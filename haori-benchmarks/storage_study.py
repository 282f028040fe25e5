#!/usr/bin/env python3
"""Storage against accuracy: fifty modules of ten domains, before and after duplicates, merge and prune.

    python3 storage_study.py --haori ../haori --data DIR... --work WORK [--seeds 5]

Each DIR is a data set (train, validation, test). Trains several LoRA modules a data set into a registry, merges those
that `haori module duplicates` finds near and that answer the same data set, prunes what is left, deletes what was
replaced, and prints bytes and accuracy of each stage. The modules of a data set differ in their seed; with --vary rows
they have one seed and other training rows, as when a module is trained anew each month. Goes on where it stopped.
Needs Python 3.9 and nothing else.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--haori", default="../haori")
    parser.add_argument("--data", nargs="+", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--vary", choices=["seed", "rows"], default="seed")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--train-rows", type=int, default=160)
    parser.add_argument("--test-rows", type=int, default=240)
    parser.add_argument("--above", type=float, default=0.5)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--energy", type=float, default=0.9)
    parser.add_argument("--until", choices=["train", "merge", "prune"], default="prune")
    options = parser.parse_args()
    Study(options).run()


class Study:
    def __init__(self, options):
        self.options = options
        self.work = options.work
        self.work.mkdir(parents=True, exist_ok=True)
        self.registry = self.work / "registry"
        self.sets = {folder.name.replace("noun.", "").lower().replace("&", "-"): folder for folder in options.data}

    def haori(self, *arguments):
        command = options_list(self.options.haori) + [str(one) for one in arguments] + ["--json", "--quiet"]
        environment = dict(os.environ, HAORI_REGISTRY=str(self.registry))
        run = subprocess.run(command, capture_output=True, text=True, env=environment)
        if run.returncode != 0:
            sys.exit(f"{' '.join(command)}: {run.stderr}")
        return json.loads(run.stdout.strip().splitlines()[-1])

    def shortened(self, name, sample=1):
        """Some rows of each split, of labels that are trained: a registry fills up with small modules of small data."""
        target = self.work / ("data" if sample == 1 else f"data{sample}") / name
        limits = {"train": self.options.train_rows, "validation": 60, "test": self.options.test_rows}
        target.mkdir(parents=True, exist_ok=True)
        known = None
        for split, limit in limits.items():
            lines = (self.sets[name] / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
            # The same test rows for all; other training rows for each sample, of the same labels.
            random.Random(sample if split == "train" else 1).shuffle(lines)
            if known is not None:
                lines = [line for line in lines if json.loads(line)["label"] in known]
            lines = lines[:limit]
            if sample > 1 and split == "train":
                lines = self.with_labels_of_first(name, lines)
            known = known or {json.loads(line)["label"] for line in lines}
            (target / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return target

    def with_labels_of_first(self, name, lines):
        """The rows with the labels that the first sample trained, and one of its rows for each label they lack."""
        first = (self.work / "data" / name / "train.jsonl").read_text(encoding="utf-8").splitlines()
        example = {json.loads(line)["label"]: line for line in first}
        lines = [line for line in lines if json.loads(line)["label"] in example]
        missing = set(example) - {json.loads(line)["label"] for line in lines}
        return lines + [example[label] for label in sorted(missing)]

    def run(self):
        stages = []
        data = {name: self.shortened(name) for name in self.sets}
        present = self.modules()
        for name in self.sets:
            for seed in range(1, self.options.seeds + 1):
                module = f"{name}-{seed}"
                if module not in present and not (self.work / "merged.json").exists():
                    rows = self.options.vary == "rows"
                    self.haori("tune", "--data", self.shortened(name, seed) if rows else data[name], "--method", "lora", "--lr", "3e-3", "--epochs", self.options.epochs,
                               "--seed", 42 if rows else seed, "--max-length", 64, "--name", module, "--precision", "fp32",
                               "--threads", 1)
                    print(module, file=sys.stderr, flush=True)
        if self.options.until == "train":
            return
        stages.append(self.kept("trained", lambda: self.stage("trained", data)))
        pairs = self.kept("pairs", lambda: self.haori("module", "duplicates", "--above", 0)["pairs"])
        self.tell_pairs(pairs)
        stages.append(self.kept("merged", lambda: self.merge(pairs, data)))
        if self.options.until != "merge":
            stages.append(self.kept("pruned", lambda: self.prune(data)))
        print(json.dumps(stages, indent=1))

    def kept(self, name, make):
        """What was found before, or what is found now."""
        file = self.work / f"{name}.json"
        if not file.exists():
            file.write_text(json.dumps(make(), indent=1), encoding="utf-8")
        return json.loads(file.read_text(encoding="utf-8"))

    def modules(self):
        if not self.registry.exists():
            return {}
        live = {}
        for one in self.haori("module", "list")["modules"]:
            if one["state"] != "retired":
                live[one["name"]] = one
        return live

    def stage(self, name, data):
        accuracy = {}
        for module, one in self.modules().items():
            shown = self.haori("module", "show", module)
            accuracy[module] = shown["evaluations"][-1]["scores"]["accuracy"]
        by_set = {}
        for module, value in accuracy.items():
            by_set.setdefault(module.rsplit("-", 1)[0], []).append(value)
        files = [path for path in (self.registry / "blobs").rglob("*") if path.is_file() and len(path.name) == 64]
        return {
            "stage": name,
            "modules": len(accuracy),
            "blobBytes": sum(path.stat().st_size for path in files),
            "accuracy": {key: sum(values) / len(values) for key, values in sorted(by_set.items())},
            "mean": sum(sum(v) / len(v) for v in by_set.values()) / len(by_set),
        }

    def tell_pairs(self, pairs):
        def domain(module):
            return module.split("@")[0].rsplit("-", 1)[0]

        same = [p for p in pairs if domain(p["first"]) == domain(p["second"])]
        other = [p for p in pairs if domain(p["first"]) != domain(p["second"])]
        for title, some in (("same domain", same), ("other domain", other)):
            for key in ("overlap", "likeness"):
                values = sorted(p[key] for p in some)
                if values:
                    middle = values[len(values) // 2]
                    print(f"{title}, {len(values)} pairs, {key}: {values[0]:.3f} to {values[-1]:.3f},"
                          f" median {middle:.3f}", file=sys.stderr)

    def merge(self, pairs, data):
        """Of each data set, the modules that hang together by pairs near enough become one."""
        near = [p for p in pairs if p["overlap"] >= self.options.above]
        for name in self.sets:
            mine = [m for m in self.modules() if m.rsplit("-", 1)[0] == name]
            group = {m: m for m in mine}

            def root(m):
                while group[m] != m:
                    m = group[m]
                return m

            for pair in near:
                first, second = pair["first"].split("@")[0], pair["second"].split("@")[0]
                if first in group and second in group:
                    group[root(second)] = root(first)
            clusters = {}
            for m in mine:
                clusters.setdefault(root(m), []).append(m)
            for members in clusters.values():
                if len(members) > 1:
                    self.haori("module", "merge", *members, "--name", f"{name}-merged", "--rank", self.options.rank,
                               "--data", data[name])
                    for m in members:
                        self.haori("module", "retire", f"{m}@1", "--reason", "merged")
                    print("merged", *members, file=sys.stderr, flush=True)
        self.haori("module", "gc")
        return self.stage("merged", data)

    def prune(self, data):
        for module, one in self.modules().items():
            name = module.rsplit("-", 1)[0]
            pruned = self.haori("module", "prune", module, "--energy", self.options.energy, "--data", data[name])
            self.haori("module", "retire", pruned["parent"], "--reason", "pruned")
            print("pruned", module, pruned["components"], file=sys.stderr, flush=True)
        self.haori("module", "gc")
        return self.stage("pruned", data)


def options_list(haori):
    """The launcher, or a whole command line."""
    return haori.split() if " " in haori else [haori]


if __name__ == "__main__":
    main()
