"""When a run has recovered.

Of every workload (and of the members' plays) the *goodput* of a window is what was answered over what was offered in it. Before the
trigger that has a band: down to the smallest of its windows, or to 95 % of their mean where that is less. A run has recovered at the
beginning of the first three windows in a row, after the end of the trigger, in which every workload is back in its own band. One that
answers less than 95 % before the trigger does not carry its load: nothing is to be said of triggers then.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..results import Results

CARRIED = 0.95
WINDOWS = 3


@dataclass(frozen=True)
class Outcome:
    """What came of one run."""

    #: Whether it answered what was offered before the trigger.
    carried: bool
    #: From the end of the trigger (s); None when it had not recovered as far as it was looked at.
    recovery: float | None = None

    @property
    def recovered(self) -> bool:
        return self.carried and self.recovery is not None


def goodput(run: Results) -> pd.DataFrame:
    """A row per window, by its end, and a column per workload: answered over offered, 1 where nothing was offered."""
    pairs = {name.split(".")[1]: (name, name.removesuffix("offered") + "answered")
             for name in run.series_names if name.startswith("load.") and name.endswith(".offered")}
    if "plays.asked" in run.series_names:
        pairs["plays"] = ("plays.asked", "plays.started")
    shares = {}
    for name, (offered, answered) in pairs.items():
        asked = run.series(offered)
        shares[name] = (run.series(answered) / asked).where(asked > 0, 1.0)
    return pd.DataFrame(shares)


def judge(shares: pd.DataFrame, window: float, begins: float, ends: float) -> Outcome:
    """The outcome by the windows that there are; the trigger is there from ``begins`` to ``ends``."""
    eps = 1e-6 * window
    before = shares[(shares.index - window >= -eps) & (shares.index <= begins + eps)]
    mean = before.mean()
    if not len(before) or (mean < CARRIED).any():
        return Outcome(False)
    band = before.min().clip(upper=CARRIED * mean)
    after = shares[shares.index - window >= ends - eps]
    inside = (after >= band).all(axis=1).to_numpy()
    for first in range(len(inside) - WINDOWS + 1):
        if inside[first:first + WINDOWS].all():
            return Outcome(True, max(0.0, float(after.index[first] - window - ends)))
    return Outcome(True)
