"""A scenario that takes no time, for tests that run it a hundred times."""

TINY = {"clock.lasts": "8 s", "clock.warm_up": "4 s", "method": "[]"}
FIGURE, OFFERED = "load.buyers.latency.p99", "load.buyers.offered"
WORDS = [word for path, value in TINY.items() for word in ("--set", f"{path}={value}")]
