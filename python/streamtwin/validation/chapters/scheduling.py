"""Scheduling.

Fenzo decides task by task, by constraints and by how well a host would be used. Recorded problems were answered by the published release;
they need the folder with its answers. What packers and spreaders do is said by its own tests.
"""

import subprocess
from collections import Counter

from ... import branches
from ..._core.algorithms import fenzo
from ..claims import MINUTE, add, claim
from ..findings import Finding, equal, skipped
from ..measured import NO_DATA, data

FENZO = "Netflix/Fenzo b9e76c7"


def leases(name: str, count: int, **has):
    return [fenzo.Lease(f"{name}-{number}", f"{name}{number}", fenzo.Resources(**has)) for number in range(count)]


def used(fitness: str, hosts, count: int, **needs) -> str:
    """How many hosts of each kind get any of so many tasks."""
    tasks = [fenzo.Task(f"t{number}", fenzo.Resources(**needs)) for number in range(count)]
    taken = {one.host for one in fenzo.Scheduler(fitness).schedule(0.0, tasks, hosts).assigned}
    kinds = Counter(host.rstrip("0123456789") for host in taken)
    return ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))


def packed(fitness: str) -> Finding:
    hosts = leases("big", 10, cpus=8, memory=800, network=800) + leases("small", 10, cpus=4, memory=400, network=400)
    return equal("1 big, 10 small", used(fitness, hosts, 41, cpus=1, memory=100, network=100))


def spread(fitness: str) -> Finding:
    return equal("10 host", used(fitness, leases("host", 10, cpus=4, memory=1024, network=1024), 10, cpus=1, memory=256, network=256))


for _fitness in ("cpuBinPacker", "memoryBinPacker", "networkBinPacker"):
    add(packed, f"fenzo-{_fitness.lower()}", f"Hosts of ten big and ten small ones that 41 tasks take, by {_fitness}", f"{FENZO}, BinPackingSchedulerTests", "quick", _fitness)
for _fitness in ("cpuSpreader", "memorySpreader", "cpuMemSpreader"):
    add(spread, f"fenzo-{_fitness.lower()}", f"Hosts of ten that ten tasks take, by {_fitness}", f"{FENZO}, SpreadingSchedulerTests", "quick", _fitness)


@claim("fenzo-problems", "Of 200 problems (constraints, resource sets, queues, scaling), those that are answered as by the release", f"{FENZO}, asked for its answers", takes=MINUTE)
def problems() -> Finding:
    file = data("fenzo-oracle", "problems.json.gz")
    if file is None:
        return skipped(NO_DATA)
    ended = subprocess.run([branches.program(), "fenzo", str(file), "--check"], capture_output=True, text=True)
    return equal("200 of 200 problems answered alike", (ended.stdout or ended.stderr).strip().splitlines()[-1])
