"""Caches over traces through the real program: the reference's miss ratios, the form of the answer, and bad files told with their
place."""

import gzip
import os
import struct
import subprocess
import tempfile
from pathlib import Path

import pytest

from program import PROGRAM, ROOT, needs_program

MADE = ROOT / "tests" / "conformance" / "eviction" / "made.oracleGeneral.bin.gz"
EXACT = ("lru", "fifo", "clock", "sieve", "s3fifo", "lfu", "arc", "twoq")
HEADER = "policy,size,requests,miss_ratio,byte_miss_ratio,compulsory_miss_ratio"

pytestmark = needs_program


def cache_trace(file, policies, sizes, *more):
    return subprocess.run([PROGRAM, "cache-trace", file, "--policy", policies, "--size", sizes, *more],
                          timeout=60, capture_output=True, text=True)


def rows_of(*arguments):
    answer = cache_trace(*arguments)
    assert answer.returncode == 0, answer.stderr
    header, *rows = answer.stdout.splitlines()
    assert header == HEADER
    return [row.split(",") for row in rows]


def record(time, key, size, next_use=-1):
    return struct.pack("<IQIq", time, key, size & 0xFFFFFFFF, next_use)


def reference(name):
    """What libCacheSim (aa0fc409) printed: policy, size, miss ratio, byte miss ratio."""
    lines = (ROOT / "tests" / "conformance" / "eviction" / name).read_text().splitlines()
    return [line.split(",") for line in lines if not line.startswith("#")]


def compare(file, expected):
    policies = list(dict.fromkeys(policy for policy, *_ in expected))
    for policy in policies:
        of_policy = [row for row in expected if row[0] == policy]
        rows = rows_of(file, policy, ",".join(size for _, size, *_ in of_policy))
        allowed = 0.0002 if policy == "wtinylfu" else 0.0000505  # half of the last of four digits, and of six
        for row, (_, size, misses, missed_bytes) in zip(rows, of_policy, strict=True):
            assert row[1] == size
            assert abs(float(row[3]) - float(misses)) <= allowed, row
            assert abs(float(row[4]) - float(missed_bytes)) <= allowed, row


def test_miss_ratios_of_the_reference_on_a_trace_that_we_made():
    expected = reference("made.csv")
    assert {policy for policy, *_ in expected} == {*EXACT, "wtinylfu"} and len(expected) > 50
    compare(MADE, expected)


def test_miss_ratios_of_the_reference_on_the_trace_of_cloudphysics():
    data = os.environ.get("STREAMTWIN_DATA")
    if not data:
        pytest.skip("STREAMTWIN_DATA names no folder with cache-trace/cloudPhysicsIO.oracleGeneral.bin")
    trace = Path(data) / "cache-trace" / "cloudPhysicsIO.oracleGeneral.bin"
    expected = reference("cloudphysics.csv")
    assert {policy for policy, *_ in expected} == {*EXACT, "wtinylfu"}
    compare(trace, expected)
    assert {tuple(row[i] for i in (2, 5)) for row in rows_of(trace, "lru", "1,1KiB")} == {("113872", f"{48974 / 113872:.6f}")}
    packed = trace.parent / "cloudPhysicsIO.csv.gz"
    assert rows_of(packed, "arc,lru", "5000,20000") == rows_of(trace, "arc,lru", "5000,20000"), "sizes of items differ between the two"


def test_rows_come_in_the_order_given_and_repeat_what_was_written(tmp_path):
    trace = tmp_path / "trace"
    trace.write_bytes(b"".join(record(i, key, 100) for i, key in enumerate([1, 2, 1, 3, 1, 2])))
    rows = rows_of(trace, "sieve,lru", "2,0.2KiB,2")
    assert [row[:3] for row in rows] == [[policy, size, "6"] for policy in ("sieve", "lru") for size in ("2", "0.2KiB", "2")]
    assert rows[3] == rows[5] == ["lru", "2", "6", "0.666667", "0.666667", "0.500000"]
    assert rows[4][3:] == ["0.666667", "0.666667", "0.500000"], "204 bytes hold two items of 100"
    assert all(len(ratio.split(".")[1]) == 6 for row in rows for ratio in row[3:])


def test_bytes_count_where_a_size_has_a_unit_and_empty_items_do_not():
    lines = "time,key,size\n0,a,100\n1,b,300\n2,a,100\n3,empty,0\n4,b,300\n"
    with_unit, without = rows_of_text(lines, "lru", "300B,1")
    assert with_unit == ["lru", "300B", "4", "1.000000", "1.000000", "0.500000"]
    assert without == ["lru", "1", "4", "1.000000", "1.000000", "0.500000"]
    assert rows_of_text(lines, "lru", "400B")[0][3:5] == ["0.500000", "0.500000"]
    assert rows_of_text("time,key,size\n0,a,100\n1,b,300\n2,a,100\n", "lru", "1KiB")[0][3:5] == ["0.666667", "0.800000"]


def rows_of_text(text, *arguments):
    return [row.split(",") for row in of_text(text, *arguments).stdout.splitlines()[1:]]


def of_text(text, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trace.csv"
        file.write_text(text)
        return cache_trace(file, *arguments)


def test_csv_is_read_by_its_header_or_as_time_key_size(tmp_path):
    plain = tmp_path / "plain.csv"
    plain.write_text("".join(f"{i},{key},10\n" for i, key in enumerate("abcabdab")))
    named = tmp_path / "named.txt.gz"
    named.write_bytes(gzip.compress(("op;Obj_ID;Size;Timestamp\r\n" + "".join(f"get;{key};10;{i}\r\n" for i, key in enumerate("abcabdab"))).encode()))
    without_end = tmp_path / "without_end.csv"
    without_end.write_text('\ufeffkey\n' + "\n".join(f'"{key}"' for key in "abcabdab"), encoding="utf-8")
    wanted = rows_of(plain, "lru,lfu", "2,3")
    assert wanted == rows_of(named, "lru,lfu", "2,3") == rows_of(without_end, "lru,lfu", "2,3")
    assert wanted[1][3] == f"{4 / 8:.6f}"


def test_what_has_a_time_to_live_expires(tmp_path):
    trace = tmp_path / "trace"
    trace.write_bytes(b"".join(record(time, 1, 1) for time in (100, 105, 110, 111, 121, 122)))
    assert rows_of(trace, "lru-ttl", "5", "--ttl", "10s")[0][3] == f"{3 / 6:.6f}"
    assert rows_of(trace, "lru-ttl,lru", "5", "--ttl", "1h")[0][3] == f"{1 / 6:.6f}"


WRONG_WORDS = [
    ("sive", "5", (), "'sive' is no eviction policy; did you mean `sieve`?"),
    ("lru,", "5", (), "'' is no eviction policy"),
    ("lru", "0", (), "'0' is no size of a cache above zero"),
    ("lru", "-5", (), "'-5' is no size of a cache above zero"),
    ("lru", "5 MOB", (), "'5 MOB' is no size of a cache above zero"),
    ("lru", "5,", (), "'' is no size of a cache above zero"),
    ("lru", "99999999999999999999", (), "is no size of a cache above zero"),
    ("wtinylfu", "1MiB", (), "wtinylfu cannot have a size in bytes (1MiB): its sketch would take 57 bytes of memory for each byte"),
    ("wtinylfu", "100000000", (), "its sketch takes 58 bytes for each"),
    ("lru-ttl", "5", (), "lru-ttl needs --ttl"),
    ("lru", "5", ("--ttl", "5s"), "is of lru-ttl, which --policy does not name"),
    ("lru-ttl", "5", ("--ttl", "5"), "'5' is not a duration above zero"),
]


@pytest.mark.parametrize("policies, sizes, more, message", WRONG_WORDS)
def test_wrong_words_are_named(policies, sizes, more, message):
    answer = cache_trace(MADE, policies, sizes, *more)
    assert answer.returncode == 2 and answer.stdout == "" and message in answer.stderr, answer.stderr


def packed_and_cut():
    return gzip.compress(b"".join(record(i, i, 1) for i in range(10_000)))[:-200]


WRONG_FILES = [
    (record(0, 1, 5) + record(1, 2, -5), "record 2: an item of size -5"),
    (record(0, 1, 5) + record(1, 2, 5)[:10], "record 2: the file ends after 10 of its 24 bytes"),
    (b"", "is empty"),
    (record(0, 1, 0), "has no request for an item of any size"),
    (packed_and_cut(), "its compressed data is damaged or ends too early"),
    (b"\x28\xb5\x2f\xfd\x00\x00", "is compressed with zstd"),
    (b"time,key,size\n0,a,5\n1,b,-7\n", "line 3: an item of size -7"),
    (b"time,key,size\n0,a,5\n1,b,many\n", "line 3: `many` is no size"),
    (b"time,key,size\n0,a,5\n1,b\n", "line 3: has 2 cells where 3 are expected"),
    (b"time,key,size\n0,a,5\nnoon,b,5\n", "line 3: `noon` is no time"),
    (b"time,key,size\n0,,5\n", "line 2: has no key"),
    (b"time,key,size\n0," + b"k" * 200_000 + b",5\n", "line 2: is longer than 65536 bytes"),
    (b"colour,taste\nred,sweet\n", "line 1: no column is called `key`, `id`"),
]


@pytest.mark.parametrize("content, message", WRONG_FILES, ids=[message for _, message in WRONG_FILES])
def test_wrong_files_are_told_with_their_place(tmp_path, content, message):
    file = tmp_path / "trace"
    file.write_bytes(content)
    answer = cache_trace(file, "lru", "5")
    assert answer.returncode == 2 and answer.stdout == "", answer.stdout
    assert f"{file}: " in answer.stderr and message in answer.stderr, answer.stderr


def test_a_key_of_a_gigabyte_is_refused_without_reading_it(tmp_path):
    file = tmp_path / "trace.csv"
    with file.open("wb") as text:
        text.write(b"time,key,size\n0,")
        for _ in range(1000):
            text.write(b"k" * 1_000_000)
    shell = f"ulimit -v 400000; exec {PROGRAM} cache-trace {file} --policy lru --size 5"
    answer = subprocess.run(["bash", "-c", shell], timeout=60, capture_output=True, text=True)
    assert answer.returncode == 2 and "line 2: is longer than 65536 bytes" in answer.stderr


def test_columns_that_a_policy_or_size_needs_are_asked_for():
    missing_sizes = of_text("key\na\nb\n", "lru", "1KiB")
    assert missing_sizes.returncode == 2 and "has no column of sizes, so that a cache of 1KiB cannot be filled" in missing_sizes.stderr
    missing_times = of_text("key\na\nb\n", "lru-ttl", "5", "--ttl", "5s")
    assert missing_times.returncode == 2 and "has no column of times, which lru-ttl needs" in missing_times.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    for file in (tmp_path / "none.bin", tmp_path):
        answer = cache_trace(file, "lru", "5")
        assert answer.returncode == 2 and str(file) in answer.stderr
