"""Runs Haori and the peer in turns, each in a fresh process, and prints medians and ratios.

A ratio is the peer's figure over ours, pair by pair: above 1, Haori is faster or smaller.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


# glibc keeps freed memory in one place instead of having it cleared anew: ./haori sets it for itself,
# here both sides get it.
ENVIRONMENT = dict(os.environ, MALLOC_MMAP_THRESHOLD_="2147483648",
                   MALLOC_TRIM_THRESHOLD_="8589934592", MALLOC_ARENA_MAX="1")
# What ./haori sets besides, for a program with two thread pools: ours. The peer does best with its own.
THREADS = dict(KMP_BLOCKTIME="0", GOMP_SPINCOUNT="1000")


def last_json(command, **more):
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=dict(ENVIRONMENT, **more))
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise SystemExit(f"{command} failed:\n{done.stdout}\n{done.stderr}")
    return json.loads(lines[-1])


def class_path():
    target = HERE.parent / "target"
    return f"{target / 'classes'}:{(target / 'classpath.txt').read_text().strip()}"


def step_pair(options, method, precision, base):
    ours = last_json(
        ["java", "-Xmx512m", "-XX:+UseSerialGC", f"-Dmethod={method}", f"-Dprecision={precision}",
         f"-Dbase={base}", f"-Dsteps={options.steps}", "-cp", class_path(), "io.haori.benchmarks.speed.StepBenchmark"],
        **THREADS)
    # The peer's best setting on a CPU: plain attention in bf16, whichever is faster in fp32.
    peers = [last_json(
        [options.python, str(HERE / "peft_step.py"), "--method", method, "--precision", precision,
         "--attention", attention, "--steps", str(options.steps)])
        for attention in (["eager"] if precision == "bf16" else ["sdpa", "eager"])]
    return ours, min(peers, key=lambda peer: peer["medianStepMs"])


def limit(options, precision):
    return last_json(
        ["java", "-Xmx512m", f"-Dprecision={precision}", "-cp", class_path(),
         "io.haori.benchmarks.speed.ProductLimit"], **THREADS)["medianMs"]


def run_pair(options):
    with tempfile.TemporaryDirectory() as folder:
        ours = last_json(
            [str(ROOT / "haori"), "tune", "--base", options.base, "--data", options.data,
             "--method", "lora", "--epochs", str(options.epochs), "--lr", str(options.lr),
             "--batch-size", "32", "--max-length", "128", "--precision", options.precision,
             *(["--base-precision", options.base_precision] if options.base_precision else []),
             "--out", folder + "/adapter", "--json", "--quiet"])
    ours["accuracy"] = ours["test"]["accuracy"]
    peer = last_json(
        [options.python, str(HERE / "peft_run.py"), "--base", options.base, "--data", options.data,
         "--epochs", str(options.epochs), "--lr", str(options.lr),
         "--precision", options.precision])
    return ours, peer


def report(title, pairs, keys):
    for key in keys:
        ratios = [peer[key] / ours[key] for ours, peer in pairs]
        print(f"{title:26} {key:16} haori {statistics.median(o[key] for o, _ in pairs):>10.4g}  "
              f"peer {statistics.median(p[key] for _, p in pairs):>10.4g}  "
              f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
              flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", required=True)
    parser.add_argument("--what", choices=["steps", "runs"], required=True)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--base")
    parser.add_argument("--data")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--precision", default="bf16", help="of runs")
    parser.add_argument("--base-precision", help="how our side keeps the base's layers, for example int8")
    parser.add_argument("--precisions", nargs="+", default=["bf16", "fp32"], help="of steps")
    parser.add_argument("--methods", nargs="+", default=["lora-qv", "lora-all"], help="of steps")
    options = parser.parse_args()
    if options.what == "runs":
        pairs = [run_pair(options) for _ in range(options.repeats)]
        title = f"{Path(options.data).name} {options.precision} x {options.epochs}"
        report(title, pairs, ["seconds", "tokensPerSecond", "peakRssMb", "accuracy"])
        return
    for precision in options.precisions:
        base = options.base_precision or precision
        for method in options.methods:
            pairs, limits = [], []
            for _ in range(options.repeats):
                pairs.append(step_pair(options, method, precision, base))
                limits.append(limit(options, precision))
            title = f"{precision} {method}" + (f", base {base}" if base != precision else "")
            report(title, pairs, ["medianStepMs", "minStepMs", "peakRssMb"])
            share = statistics.median(
                bound / ours["medianStepMs"] for (ours, _), bound in zip(pairs, limits))
            print(f"{title:26} products alone {statistics.median(limits):.0f} ms, "
                  f"share of the limit reached {share:.0%}", flush=True)


if __name__ == "__main__":
    main()
