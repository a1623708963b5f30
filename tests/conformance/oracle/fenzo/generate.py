"""Scheduling problems, seeded, in the form that `streamtwin fenzo` reads:

    generate.py SEED COUNT [--sets] > problems.json

Amounts are exact in binary. With --sets hosts have resource sets and tasks ask for places in them. Answers are left empty.
"""

import argparse
import json
import random

CALCULATORS = [f"{what}{how}" for how in ("BinPacker", "Spreader") for what in ("cpu", "memory", "network", "cpuMem", "cpuMemNetwork")]


def host(draw, number, sets, scalars):
    cpus = draw.choice([2, 4, 8, 16, 32])
    made = {"name": f"host-{number:03}", "cpus": cpus, "memoryMB": cpus * draw.choice([1024, 2048, 4096])}
    made |= {"networkMbps": draw.choice([500, 1000, 2000]), "diskMB": draw.choice([10000, 50000]), "ports": []}
    first = 31000
    for _ in range(draw.randint(1, 3)):
        first += draw.randint(2, 10)
        last = first + draw.randint(0, 8)
        made["ports"].append([first, last])
        first = last
    made["attrs"] = {"cluster": draw.choice(["cA", "cB"]), "rack": f"r{draw.randrange(5)}"}
    if draw.random() < 0.95:
        made["attrs"]["zone"] = f"z{draw.randrange(3)}"
    if scalars and draw.random() < 0.5:
        made["scalars"] = {"gpu": draw.randint(1, 4)}
    if sets:
        made["resourceSet"] = ["ENIs", draw.randint(2, 4), draw.randint(3, 8)]
    return made


def constraint(draw, soft):
    attribute = draw.choice(["zone", "rack", "cluster"])
    group = f"g{draw.randrange(3)}"
    values = {"zone": 3, "rack": 5, "cluster": 2}[attribute]
    kinds = ["unique", "exclusive", "balanced", "attrValue"] + (["balancedBinary", "fitness", "fitness"] if soft else [])
    kind = draw.choices(kinds, [4, 1, 4, 3] + ([2, 2, 2] if soft else []))[0]
    if kind == "exclusive":
        return {"kind": kind}
    if kind == "fitness":
        return {"kind": kind, "name": draw.choice(CALCULATORS)}
    if kind == "attrValue":
        value = {"zone": f"z{draw.randrange(3)}", "rack": f"r{draw.randrange(5)}", "cluster": draw.choice(["cA", "cB"])}[attribute]
        return {"kind": kind, "attr": attribute, "value": value}
    if kind == "unique":
        return {"kind": kind, "group": group} | ({"attr": attribute} if draw.random() < 0.6 else {})
    return {"kind": kind, "attr": attribute, "group": group, "expected": draw.choice([values, values, values + 1, 1])}


def task(draw, number, sets, scalars, tiers, buckets):
    cpus = 0.25 * draw.randint(1, draw.choice([8, 16, 64]))
    made = {"id": f"t{number:03}", "cpus": cpus, "memoryMB": int(cpus * draw.choice([512, 1024, 2048])), "ports": draw.choice([0, 0, 1, 2])}
    made |= {"networkMbps": draw.choice([0, 0, 64, 250]), "diskMB": draw.choice([0, 0, 1000, 5000]), "group": draw.choice(["ga", "gb"])}
    if scalars and draw.random() < 0.3:
        made["scalars"] = {"gpu": draw.randint(1, 2)}
    if sets and draw.random() < 0.7:
        made["sets"] = [["ENIs", f"sg-{draw.randrange(4)}", draw.randint(0, 3)]]
    if draw.random() < 0.3:
        made["hard"] = [constraint(draw, False) for _ in range(draw.randint(1, 2))]
    if draw.random() < 0.3:
        made["soft"] = [constraint(draw, True) for _ in range(draw.randint(1, 3))]
    if tiers:
        made |= {"tier": draw.randrange(tiers), "bucket": f"b{draw.randrange(buckets)}"}
    return made


def amounts(draw, scale):
    cpus = draw.randint(2, 20) * scale
    return {"cpus": cpus, "memoryMB": 2048 * cpus, "networkMbps": 100 * cpus, "diskMB": 10000 * cpus}


def problem(seed, sets):
    draw = random.Random(seed)
    queued, scalars = draw.random() < 0.3, draw.random() < 0.3
    # One bucket for each tier: the order among buckets of equal shares is that of Fenzo's maps.
    tiers, buckets = (draw.randint(1, 3), 1) if queued else (0, 0)
    made = {"id": seed, "seed": seed, "mode": "queue" if queued else "plain", "fitness": draw.choice(CALCULATORS + ["none"])}
    if draw.random() < 0.15:
        made["fitness"] = {"weighted": [[draw.choice(CALCULATORS), 0.25], [draw.choice(CALCULATORS), 0.75]]}
    made["hosts"] = [host(draw, i, sets and draw.random() < 0.8, scalars) for i in range(draw.randint(3, 40))]
    draw.shuffle(made["hosts"])
    count = draw.randint(10, 100)
    made["tasks"] = [task(draw, i, sets, scalars, tiers, buckets) for i in range(count)]
    ids = [one["id"] for one in made["tasks"]]
    made["coGroups"] = {f"g{i}": draw.sample(ids, draw.randint(1, min(12, count))) for i in range(3)}
    if not queued and draw.random() < 0.3:
        made["resAllocs"] = {"ga": amounts(draw, 1), "gb": {"cpus": draw.randint(0, 20)}}
    if queued:
        made["queue"] = {"tiers": tiers}
        if draw.random() < 0.5:
            made["queue"]["sla"] = [{"tier": i, "buckets": {"b0": amounts(draw, 2)}} for i in range(tiers)]
    made["rounds"], arrived = [], 0
    while arrived < count:
        batch = ids[arrived : arrived + draw.randint(1, 30)]
        one = {"arrive": batch, "finish": [id for id in ids[:arrived] if draw.random() < 0.25]}
        arrived += len(batch)
        if draw.random() < 0.3:
            one["offer"] = [some["name"] for some in made["hosts"] if draw.random() < 0.7]
        made["rounds"].append(one)
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--sets", action="store_true")
    asked = parser.parse_args()
    cases = [{"problem": problem(asked.seed + i, asked.sets)} for i in range(asked.count)]
    print(json.dumps({"format": 1, "cases": cases}))
