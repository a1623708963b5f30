"""Writes the trace that the caches' figures of README.md are taken over: requests in the oracleGeneral format of libCacheSim whose
keys are as popular as Zipf's law says. Always the same for the same arguments.

    /usr/bin/python3 tests/benchmark/zipf_trace.py zipf.oracleGeneral.bin [--requests 10000000] [--keys 1000000] [--exponent 0.9]
"""

import argparse

import numpy

RECORD = numpy.dtype([("time", "<u4"), ("key", "<u8"), ("size", "<u4"), ("next", "<i8")])


def requests(count: int, keys: int, exponent: float, seed: int = 1) -> numpy.ndarray:
    random = numpy.random.Generator(numpy.random.PCG64(seed))
    shares = numpy.cumsum(numpy.arange(1, keys + 1, dtype=float) ** -exponent)
    records = numpy.zeros(count, dtype=RECORD)
    ranks = numpy.searchsorted(shares, random.random(count) * shares[-1])
    records["time"] = numpy.arange(count) // 1000
    records["key"] = random.permutation(keys)[ranks].astype("<u8")
    records["size"] = 4096
    records["next"] = -1
    return records


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--requests", type=int, default=10_000_000)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--exponent", type=float, default=0.9)
    arguments = parser.parse_args()
    requests(arguments.requests, arguments.keys, arguments.exponent).tofile(arguments.file)
