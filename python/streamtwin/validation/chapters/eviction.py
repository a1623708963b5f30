"""What a full cache drops.

Ten policies, as libCacheSim does them with its default parameters: hits of five thousand requests of which small numbers come more often,
and miss ratios of a week of a virtual machine's disk, which CloudPhysics has published. The trace is not part of the project.
"""

import struct

from ..._core.algorithms import eviction
from ..claims import add
from ..findings import Finding, equal, near, skipped
from ..measured import NO_DATA, data

REFERENCE = "1a1a11a/libCacheSim aa0fc409, default parameters"


def requests(count: int = 5000) -> list[int]:
    """Of a linear congruential generator."""
    keys, x = [], 12345
    for _ in range(count):
        x = (1103515245 * x + 12345) & 0x7FFFFFFF
        keys.append(int(4000.0 ** (x / 2147483648.0)))
    return keys


def hits(policy: str, size: int, sized: bool, expected: int, options: dict) -> Finding:
    keys = requests()
    tally = eviction.Policy(policy, size, **options).play(keys, [1 + 7 * key % 10 for key in keys] if sized else None)
    return equal(expected, tally.requests - tally.misses)


#: By policy: hits of items alike in 200, and of items of sizes 1 to 10 in 1000.
HITS = {"fifo": (2216, 2149), "lru": (2469, 2412), "clock": (2550, 2482), "sieve": (2780, 2737), "lfu": (2780, 2737), "s3fifo": (2785, 2732),
        "arc": (2825, 2787), "twoq": (2656, 2612)}
for _policy, (_alike, _sized) in HITS.items():
    add(hits, f"hits-{_policy}", f"{_policy}, 200 items: hits of 5,000 requests", REFERENCE, "quick", _policy, 200, False, _alike, {})
    add(hits, f"hits-{_policy}-sized", f"{_policy}, items of sizes 1 to 10 in 1,000: hits of 5,000 requests", REFERENCE, "quick", _policy, 1000, True, _sized, {})
add(hits, "hits-clock-two-bits", "clock with two bits, 200 items: hits of 5,000 requests", REFERENCE, "quick", "clock", 200, False, 2612, {"clock_bits": 2})


def cloudphysics(policy: str, size: int, expected: float, within: float) -> Finding:
    file = data("cache-trace", "cloudPhysicsIO.oracleGeneral.bin")
    if file is None:
        return skipped(NO_DATA)
    records = list(struct.iter_unpack("<IQIq", file.read_bytes()))  # time, item, size, and when it is next asked for
    tally = eviction.Policy(policy, size).play([item for _, item, _, _ in records], None, [float(time) for time, *_ in records])
    return near(expected, tally.miss_ratio, within)


#: By policy with 5,000 items, to the four digits that the reference prints; of a sketch with random hashes less sharply.
TRACE = {"lru": 0.8038, "fifo": 0.8042, "clock": 0.8032, "sieve": 0.7886, "s3fifo": 0.7498, "lfu": 0.7886, "arc": 0.7708, "twoq": 0.7717,
         "wtinylfu": 0.7739}
for _policy, _ratio in TRACE.items():
    add(cloudphysics, f"cloudphysics-{_policy}", f"{_policy}, 5,000 items: miss ratio of CloudPhysics' trace", REFERENCE, "minute", _policy, 5000, _ratio,
        2e-4 if _policy == "wtinylfu" else 5.05e-5)
