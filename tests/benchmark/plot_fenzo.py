"""The cost of an iteration against hosts and tasks, from the benchmark's own JSON:

    streamtwin-benchmark --benchmark_filter=^fenzo --benchmark_format=json > fenzo.json
    tests/benchmark/plot_fenzo.py fenzo.json fenzo.svg
"""

import json
import re
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

# The release of Maven Central beside ours, in seconds of CPU (README.md).
ORIGINAL = {(1_000, 1_000): 0.48, (10_000, 1_000): 11.2}


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        measured = json.load(file)["benchmarks"]
    costs: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for row in measured:
        found = re.match(r"fenzo/iteration/hosts:(\d+)/tasks:(\d+)/alike:(\d)$", row["name"])
        if found and not row.get("error_occurred"):
            hosts, tasks, alike = map(int, found.groups())
            costs.setdefault((tasks, alike), []).append((hosts, row["cpu_time"] / 1000))
    figure, axes = pyplot.subplots(figsize=(6, 4), layout="constrained")
    for (tasks, alike), points in sorted(costs.items()):
        hosts, seconds = zip(*sorted(points))
        axes.loglog(hosts, seconds, "-o" if alike else "--s", label=f"{tasks} tasks, hosts {'of 3 shapes' if alike else 'all different'}")
    axes.loglog([hosts for hosts, _ in ORIGINAL], list(ORIGINAL.values()), "k:^", label="the original, 1000 tasks")
    axes.set(xlabel="hosts", ylabel="seconds of CPU for an iteration", title="Fenzo: all offers taken in, all tasks placed")
    axes.legend(fontsize="x-small")
    figure.savefig(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
