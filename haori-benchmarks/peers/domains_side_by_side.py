"""Parallel domain-adaptive pre-training against one domain after another: ours, PEFT's, and full training.

Runs in turns, each in a fresh process; a ratio is formed within one turn, medians are printed.
"""
import argparse
import json
import statistics

from side_by_side import HERE, THREADS, class_path, last_json


def ours(options, corpora, mode="modules", more=(), steps=None):
    return last_json(
        ["java", "-Xms32m", "-Xmx1g", "-XX:+UseSerialGC", f"-Dbase={options.base}", f"-Dmode={mode}",
         f"-Dcorpora={','.join(corpora)}", f"-Dsteps={steps or options.steps}", f"-Dbatch={options.batch}",
         f"-Dobjective={options.objective}", f"-Dprecision={options.precision}",
         *([f"-DbasePrecision={options.base_precision}"] if options.base_precision else []), *more,
         "-cp", class_path(), "io.haori.benchmarks.speed.DomainsBenchmark"], **THREADS)


def show(name, values):
    print(f"{name:58} {statistics.median(values):8.2f} "
          f"({min(values):.2f} to {max(values):.2f}), {len(values)} turns", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python")
    parser.add_argument("--tokenizer")
    parser.add_argument("--base", default="bert-base")
    parser.add_argument("--objective", default="auto")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
    parser.add_argument("--base-precision", choices=["fp32", "bf16", "int8"], help="of our base; else as --precision")
    parser.add_argument("--corpora", required=True)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    corpora = options.corpora.split(",")
    speed, peers, memory = [], [], []
    full_memory, full_time = {"true": [], "false": []}, {"true": [], "false": []}
    for _ in range(options.repeats):
        together = ours(options, corpora)
        alone = [ours(options, [corpus]) for corpus in corpora]
        # Each run's speed weighs as much as its tokens: equal steps of equal batches.
        apart = len(alone) / sum(1 / run["tokensPerSecond"] for run in alone)
        speed.append(together["tokensPerSecond"] / apart)
        # Free memory is kept for a while, so what is resident grows over a run's first seconds: one
        # domain's run is as long here as that of all.
        one = ours(options, corpora[:1], steps=len(corpora) * options.steps)
        memory.append((together["loadedMb"] + together["overMb"]) / (one["loadedMb"] + one["overMb"]))
        print(json.dumps(one), flush=True)
        print(json.dumps(together), flush=True)
        if options.python:
            peer = last_json(
                [options.python, str(HERE / "peft_domains.py"), "--tokenizer", options.tokenizer,
                 "--corpora", options.corpora, "--steps", str(options.steps),
                 "--batch", str(options.batch), "--precision", options.precision, "--base", options.base,
                 "--objective", "mlm" if options.objective == "auto" else options.objective])
            peers.append(together["tokensPerSecond"] / peer["tokensPerSecond"])
            print(json.dumps(peer), flush=True)
        if options.full:
            for checkpointing in ("true", "false"):
                equal = (f"-Dcheckpointing={checkpointing}",)
                modules = ours(options, corpora, "modules", equal)
                # As many steps as the modules take in all; the first ones meet memory that nobody has touched.
                full = ours(options, corpora, "full", equal, steps=len(corpora) * options.steps)
                full_memory[checkpointing].append(1 - modules["overMb"] / full["overMb"])
                full_time[checkpointing].append(1 - full["tokensPerSecond"] / modules["tokensPerSecond"])
                print(json.dumps(modules), json.dumps(full), sep="\n", flush=True)
    show("tokens a second, together over one after another", speed)
    show("peak memory, together over one run", memory)
    if peers:
        show("tokens a second, together over PEFT one after another", peers)
    if options.full:
        for checkpointing in full_memory:
            of = f", checkpointing {checkpointing}"
            show("memory of full training saved" + of, full_memory[checkpointing])
            show("time of full training saved" + of, full_time[checkpointing])


if __name__ == "__main__":
    main()
