"""Caches.

EVCache finds the node of a key on a ketama ring of 160 points a node, as spymemcached has it; each zone has a whole copy. A node keeps its
items as memcached does, in classes of chunks.
"""

from collections import Counter

from ..._core.algorithms import evcache
from ..claims import add, claim
from ..findings import Finding, between, equal

NODES = [(f"host{number}", f"10.0.0.{number}") for number in range(1, 5)]

for _key, _hash in (("26", 3979113294), ("1404", 2065000984), ("4177", 1125759251), ("14745", 2580083742), ("355107", 3611074310)):
    add(lambda key, expected: equal(expected, evcache.ketama_hash(key)), f"ketama-{_key}", f"Ketama's hash of '{_key}'",
        "spymemcached, DefaultHashAlgorithmTest testKetamaHash", "quick", _key, _hash)


@claim("ring-of-four", "Nodes of the keys a, b, c, customer:1 to customer:3, of four", "Netflix/EVCache, EVCacheKetamaNodeLocatorConfiguration over RFC 1321's MD5")
def four() -> Finding:
    ring = evcache.KetamaRing(NODES)
    return equal("2 3 3 2 1 1", " ".join(str(ring.node_of(key) + 1) for key in ("a", "b", "c", "customer:1", "customer:2", "customer:3")))


@claim("ring-shares", "Of ten thousand keys, those of each of the four", "The same, by another program")
def shares() -> Finding:
    ring = evcache.KetamaRing(NODES)
    seen = Counter(ring.node_of(f"k{number}") for number in range(10_000))
    return equal("2782 2315 2605 2298", " ".join(str(seen[node]) for node in range(4)))


def moved(nodes: int, keys: int = 20_000) -> tuple[float, int]:
    """The share of keys that have another node once there is one more, and how many of them go anywhere but to the new one."""
    names = [(f"host{number}", f"10.0.0.{number}") for number in range(nodes + 1)]
    before, after = evcache.KetamaRing(names[:-1]), evcache.KetamaRing(names)
    gone = [after.node_of(str(key)) for key in range(keys) if before.node_of(str(key)) != after.node_of(str(key))]
    return len(gone) / keys, sum(node != nodes for node in gone)


@claim("ring-grows", "A ring of nine nodes gets a tenth one: share of keys that move, of a tenth", "Karger et al. 1997: consistent hashing moves one share")
def grows() -> Finding:
    return between(0.08, 0.12, [moved(9)[0]], off=(0.5, 2.0))


@claim("ring-moves-nothing-else", "Of these, keys that go to another node than the new one", "Karger et al. 1997")
def nothing_else() -> Finding:
    return equal(0, moved(9)[1])


@claim("latches", "Writes that a caller waits for, of three copies: none, one, a quorum, all but one, all", "Netflix/EVCache, EVCacheLatch.Policy")
def latches() -> Finding:
    policies = ("none", "one", "quorum", "all_minus_1", "all")
    return equal("0 1 2 2 3", " ".join(str(evcache.latch_count(policy, 3)) for policy in policies))


@claim("slab-classes", "Classes of memcached's chunks; the first three, and the last three", "memcached/memcached slabs.c, at its defaults")
def slab_classes() -> Finding:
    sizes = evcache.chunk_sizes()
    return equal("39: 96 120 152 … 315872 394840 524288", f"{len(sizes)}: {' '.join(map(str, sizes[:3]))} … {' '.join(map(str, sizes[-3:]))}")


@claim("slab-of-an-item", "The chunk of an item with a key of 20 bytes and a value of 100, 1000 and 1180", "memcached/memcached items.c: 59 bytes beside key and value")
def slab_of_an_item() -> Finding:
    return equal("192 1184 1480", " ".join(str(evcache.chunk_of(20, value)) for value in (100, 1000, 1180)))


def left_after_a_scan(eviction: str) -> int:
    """Of a thousand small items that were read twice, those that a node of a MiB has left when twelve times as many were stored."""
    shard, now = evcache.Shard(1 << 20, eviction), 0.0
    stored = [*range(10_000), *(key for _ in range(2) for key in range(1000)), *range(20_000, 32_000)]
    for step, key in enumerate(stored):
        now = step * 0.002
        if 10_000 <= step < 12_000:
            shard.get(key, now)
        else:
            shard.set(key, 20, 1, 0, now)
    return sum(shard.get(key, now) is not None for key in range(1000))


@claim("segmented-lru", "Of 1000 items that were read twice, those that 12,000 new ones leave in a class of 10,922", "memcached/memcached items.c: what was read twice is moved to WARM, and what is not goes through COLD")
def segmented() -> Finding:
    return equal(1000, left_after_a_scan("memcached"))
