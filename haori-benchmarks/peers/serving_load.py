"""Asks several servers in turn, with the same requests: N clients at once, one text each, adapters drawn by seed.

serving_load.py NAME=URL ... prints requests a second and the 50th and 95th percentile for 1, 8 and 100 adapters, each
the median of the rounds. With --load DIR adapters are loaded into a Haori server of that name first.
"""
import argparse
import http.client
import json
import random
import statistics
import threading
import time
import urllib.parse

TEXT = "the pump in the second line leaks at the seal when the pressure rises above four bar"


def post(connection, path, body):
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status} {text[:300]}")
    return text


def connect(url):
    address = urllib.parse.urlparse(url)
    return http.client.HTTPConnection(address.hostname, address.port, timeout=60)


def run(url, adapters, requests, clients, seed):
    draw = random.Random(seed)
    names = [f"m{draw.randrange(adapters)}" for _ in range(requests)]
    times, lock = [], threading.Lock()

    def client(number):
        connection = connect(url)
        for name in names[number::clients]:
            began = time.perf_counter()
            post(connection, "/v1/classify", {"model": name, "input": TEXT})
            with lock:
                times.append(1000 * (time.perf_counter() - began))

    threads = [threading.Thread(target=client, args=(k,)) for k in range(clients)]
    began = time.perf_counter()
    [t.start() for t in threads]
    [t.join() for t in threads]
    seconds = time.perf_counter() - began
    assert len(times) == requests, "a request failed"
    times.sort()
    return requests / seconds, times[len(times) // 2], times[int(0.95 * len(times))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("servers", nargs="+", help="NAME=URL")
    parser.add_argument("--load", help="NAME of the server that loads adapters by path m0, m1, …")
    parser.add_argument("--counts", default="1,8,100")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    servers = dict(one.split("=", 1) for one in options.servers)
    counts = [int(count) for count in options.counts.split(",")]
    if options.load:
        connection = connect(servers[options.load])
        for i in range(max(counts)):
            post(connection, "/v1/load_lora_adapter",
                 {"lora_name": f"m{i}", "lora_path": f"m{i}", "head_labels": ["a", "b", "c", "d"]})
    for count in counts:
        results = {name: [] for name in servers}
        for round_number in range(-1, options.rounds):
            for name, url in servers.items():
                result = run(url, count, options.requests, options.clients, round_number)
                if round_number >= 0:
                    results[name].append(result)
        for name, rounds in results.items():
            rate, half, most = (statistics.median(column) for column in zip(*rounds))
            print(f"{count:4d} adapters  {name:8s} {rate:8.1f} requests/s  p50 {half:7.1f} ms  p95 {most:7.1f} ms",
                  flush=True)


if __name__ == "__main__":
    main()
