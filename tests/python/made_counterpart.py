"""A counterpart that is made up: a queue of its own, written down as a real one is recorded, with parameters that are known.

It has nothing of the simulator: requests about keys of a Zipf law, a cache whose items live until a tick of a clock in whole seconds, and
on misses four threads that share one core, whose answers wait while others keep that busy.
"""

import gzip
import heapq
import json
from pathlib import Path

import numpy as np

TRUE = {"zipf": 0.8, "keys": 1500, "back_work_ms": 6.0, "back_work_sigma": 0.5, "dispatch_delay_ms": 2.5, "call_latency_ms": 0.15,
        "client_latency_ms": 0.2, "time_to_live": 10, "threads": 4}
GET, BESIDE = 60e-6, 80e-6
START = 1_800_000_000.0


class Back:
    """Threads that share a core; what each request has left, and who waits for a thread."""

    def __init__(self, threads):
        self.free, self.waiting, self.left, self.last = threads, [], {}, 0.0

    def advance(self, now):
        for one in self.left:
            self.left[one] -= (now - self.last) / len(self.left)
        self.last = now

    def next_end(self):
        if not self.left:
            return np.inf, None
        one = min(self.left, key=self.left.get)
        return self.last + max(0.0, self.left[one]) * len(self.left), one


def requests_of(rate, lasts, seed, slower_from=np.inf):
    """Every request of a run, with what became of it."""
    random = np.random.default_rng(seed)
    at = np.cumsum(random.exponential(1 / rate, int(rate * lasts * 1.3) + 50))
    at = at[at < lasts]
    shares = np.arange(1, TRUE["keys"] + 1.0) ** -TRUE["zipf"]
    keys = random.choice(TRUE["keys"], len(at), p=shares / shares.sum())
    sigma = TRUE["back_work_sigma"]
    work = random.lognormal(np.log(TRUE["back_work_ms"] / 1e3) - sigma**2 / 2, sigma, len(at)) * np.where(at >= slower_from, 1.5, 1)
    rows = [dict(sched=float(t), key=int(k), cache="H") for t, k in zip(at, keys)]
    back, held, events, order = Back(TRUE["threads"]), {}, [], 0
    for i, t in enumerate(at):
        heapq.heappush(events, (float(t) + TRUE["client_latency_ms"] / 2e3 + GET, i, "asked", i))
    while events or back.left:
        end, ended = back.next_end()
        if ended is not None and (not events or end <= events[0][0]):
            back.advance(end)
            del back.left[ended]
            rows[ended]["served"] = end
            back.free += 1
            if back.waiting:
                start(back, back.waiting.pop(0), end, rows, work)
            wait = random.exponential(TRUE["dispatch_delay_ms"] / 1e3) if back.left else 0.0
            heapq.heappush(events, (end + wait + TRUE["call_latency_ms"] / 1e3, order, "answered", ended))
            order += 1
            continue
        now, _, what, i = heapq.heappop(events)
        if what == "asked" and held.get(rows[i]["key"], -1) > now:
            rows[i]["done"] = now + TRUE["client_latency_ms"] / 2e3
        elif what == "asked":
            rows[i].update(cache="M", called=now, came=now)
            back.advance(now)
            if back.free:
                start(back, i, now, rows, work)
            else:
                back.waiting.append(i)
        else:
            held[rows[i]["key"]] = np.floor(now) + TRUE["time_to_live"]
            rows[i].update(answered=now, done=now + GET + TRUE["client_latency_ms"] / 2e3)
    return rows, work


def start(back, i, now, rows, work):
    back.free -= 1
    back.left[i] = work[i] + BESIDE
    rows[i]["began"] = now


def counted(times, at, weights=None):
    """A counter at these times."""
    order = np.argsort(at)
    sums = np.cumsum(np.ones(len(at)) if weights is None else np.asarray(weights)[order])
    return np.append(0, sums)[np.searchsorted(np.asarray(at)[order], times, side="right")]


def prometheus_of(rows, work, lasts):
    times = np.arange(-1, int(lasts) + 3)
    misses = [i for i, row in enumerate(rows) if row["cache"] == "M"]
    done, ended = np.array([row["done"] for row in rows]), np.array([rows[i]["served"] for i in misses])
    busy = counted(times, ended, work[misses] + BESIDE)
    asked = counted(times, done)
    series = [("nginx_http_requests_total", {"job": "nginx"}, counted(times, np.array([row["sched"] for row in rows]))),
              ("http_requests_total", {"job": "front", "code": "200"}, asked), ("process_cpu_seconds_total", {"job": "front"},
                                                                                asked * 1e-4),
              ("http_requests_total", {"job": "back", "code": "200"}, counted(times, ended)), ("process_cpu_seconds_total",
                                                                                               {"job": "back"}, busy),
              ("cache_lookups_total", {"job": "front", "result": "all"}, asked),
              ("memcached_rusage_user_total", {"job": "memcached"}, asked * 4e-5),
              ("memcached_rusage_system_total", {"job": "memcached"}, asked * 6e-5)]
    for mode in ("user", "nice", "system", "irq", "softirq"):
        series.append(("node_cpu_seconds_total", {"job": "node", "cpu": "1", "mode": mode}, busy if mode == "user" else 0 * busy))
        series.append(("node_cpu_seconds_total", {"job": "node", "cpu": "0", "mode": mode}, asked * 3e-4 if mode == "user" else 0 * busy))
    return {"status": "success", "data": {"resultType": "matrix", "result": [
        {"metric": {"__name__": name, **labels}, "values": [[START + float(t), repr(float(v))] for t, v in zip(times, values)]}
        for name, labels, values in series]}}


def requests_text(rows, work, rate, lasts, seed):
    lines = [f"# t0_epoch_s={START} rate={rate} dur={lasts} seed={seed}",
             "sched_us,late_us,latency_us,key,status,cache,front_queue_us,front_service_us,cache_get_us,back_call_us,back_queue_us,"
             "back_service_us,back_cpu_us"]
    micro = lambda seconds: str(round(seconds * 1e6))  # noqa: E731
    for i, row in enumerate(rows):
        front = row["done"] - row["sched"] - TRUE["client_latency_ms"] / 1e3
        of_back = ["", "", "", ""]
        if row["cache"] == "M":
            of_back = [micro(part) for part in (row["answered"] - row["called"], row["began"] - row["came"],
                                                row["served"] - row["began"], work[i])]
        lines.append(",".join([micro(row["sched"]), "0", micro(row["done"] - row["sched"]), str(row["key"]), "200", row["cache"], "0",
                               micro(front), micro(GET), *of_back]))
    return "\n".join(lines) + "\n"


def nginx_text(rows, seed, ahead=0.0):
    lines = []
    for i, row in enumerate(rows):
        took = row["done"] - row["sched"]
        lines.append(f"{START + row['done'] + ahead:.3f} {took:.3f} 0.000 {took:.3f} {took:.3f} 200 {row['cache']} 1 1 127.0.0.1 "
                     f"/item?id={seed * 10_000_000 + i}&k={row['key']}")
    return "\n".join(lines) + "\n"


def write_record(folder, runs, lasts=40.0, ahead=0.0):
    """``runs``: by name the rate, the seed, and from when on back's work is half as much again."""
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    table = ["name\trate_per_s\tseed\tduration_s\tback_workers\tstart_epoch_s\tend_epoch_s\tevent"]
    for name, (rate, seed, slower_from) in runs.items():
        rows, work = requests_of(rate, lasts, seed, slower_from)
        table.append(f"{name}\t{rate}\t{seed}\t{lasts}\t{TRUE['threads']}\t{START}\t{START + lasts}\t-")
        for kind, text in (("requests.csv", requests_text(rows, work, rate, lasts, seed)), ("nginx.log", nginx_text(rows, seed, ahead)),
                           ("prometheus.json", json.dumps(prometheus_of(rows, work, lasts)))):
            (folder / f"{name}.{kind}.gz").write_bytes(gzip.compress(text.encode(), 1))
    (folder / "runs.tsv").write_text("\n".join(table) + "\n", encoding="utf-8")
    return folder
