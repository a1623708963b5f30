"""nginx's access log with the times of its upstreams.

Its form: ``$msec $request_time $upstream_connect_time $upstream_header_time $upstream_response_time $status …  $request_uri``. Times come
from nginx' cached clock and have a resolution of 1 ms: nothing below that is read off them. ``$upstream_response_time`` is a list after
retries (``a, b : c``) and ``-`` without an upstream; the sum of the tries is what it cost.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from .mending import Mending
from .metrics import text_of

#: A list of times or statuses after retries keeps its commas and colons, with blanks around.
_LIST = r"(?:-|[\d.]+)(?:(?:, | : )(?:-|[\d.]+))*"
_LINE = re.compile(rf"(\d+\.\d+) (\d+\.\d+) ({_LIST}) ({_LIST}) ({_LIST}) (\d{{3}}) .*?(/\S*)$")
#: The number of the request that the load has put into the path.
_NUMBER = re.compile(r"[?&]id=(\d+)")
#: Clocks that differ by less are one: nginx' own resolution, five times (s).
SAME_CLOCK = 0.005


def read_access_log(path: Path, run: str, zero: float, sent: pd.Series) -> tuple[pd.DataFrame, Mending]:
    """The accesses of a run. ``sent``: when the load has sent each request (s from time 0), by its number in the path."""
    mending = Mending(run, path.name)
    rows, strange = [], 0
    for line in text_of(path).splitlines():
        found = _LINE.match(line)
        if found is None:
            strange += 1
            continue
        ended, took, _, _, upstream, status, uri = found.groups()
        tries = [float(part) for part in re.split(r", | : ", upstream) if part != "-"]
        number = _NUMBER.search(uri)
        rows.append((float(ended) - zero - float(took), float(took), sum(tries) if tries else None, len(tries), int(status), uri,
                     int(number.group(1)) if number else -1))
    mending.found("line that is none", "log", [0.0] * strange)
    accesses = pd.DataFrame(rows, columns=["at", "took", "upstream", "tries", "status", "uri", "number"])
    offset = _offset(accesses, sent)
    if abs(offset) > SAME_CLOCK:
        mending.found("clock that differs", f"by {offset:.3f} s", accesses["at"].iloc[:1] - offset)
        accesses["at"] -= offset
    accesses.insert(0, "run", run)
    return accesses.drop(columns="number"), mending


def _offset(accesses: pd.DataFrame, sent: pd.Series) -> float:
    """How far the log's clock is ahead of the load's: requests arrive when they are sent."""
    known = accesses[accesses["number"].isin(sent.index)]
    if known.empty:
        return 0.0
    return float(np.median(known["at"].to_numpy() - sent.loc[known["number"]].to_numpy()))
