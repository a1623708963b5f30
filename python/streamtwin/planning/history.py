"""A load's history from a CSV file: a time and a value a line, made even; what cannot be meant is an error with its line."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from datetime import datetime, timezone
from os import PathLike
from pathlib import Path

import numpy as np

from ..ranges import BadInput

DAY = 86400.0
#: Gaps of so many slots are filled by a line, longer ones from the week before; no more of the whole than this share: assumptions.
SHORT_GAP, MOST_FILLED = 3, 0.1
#: Epochs above these are milliseconds, microseconds, nanoseconds: the year 5138 in each.
_LATE = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))


@dataclass
class History:
    """Values in even slots; ``filled`` are those that the file does not have."""

    slot: float
    #: Of the first slot, seconds since 1970 (UTC).
    begins: float
    values: np.ndarray
    filled: np.ndarray
    notes: list[str] = field(default_factory=list)

    @property
    def slots_of_a_day(self) -> int:
        return round(DAY / self.slot)

    @property
    def since_monday(self) -> float:
        """Of the first slot (s), in UTC: 1970 began on a Thursday."""
        return (self.begins + 3 * DAY) % (7 * DAY)


def read_history(file: str | PathLike[str]) -> History:
    """Reads it; ``BadInput`` with file and line for text, for different values of one time, and for too many gaps."""
    rows = _rows(Path(file))
    rows.sort(key=lambda row: row[0])
    times, values, lines, notes = [], [], [], []
    twice = 0
    for time, value, line in rows:
        if times and time == times[-1]:
            if value != values[-1]:
                raise BadInput(f"{file}:{line}: has {value:g} for the time for which line {lines[-1]} has {values[-1]:g}")
            twice += 1
            continue
        times.append(time)
        values.append(value)
        lines.append(line)
    if twice:
        notes.append(f"{twice} lines stand twice, and count once")
    if len(times) < 3:
        raise BadInput(f"{file}: expected at least two weeks of lines, each with a time and a value; found {len(times)}")
    return _even(str(file), np.array(times), np.array(values), lines, notes)


def _rows(file: Path) -> list[tuple[float, float, int]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: cannot be read ({error})") from None
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    separator = next((one for one in (";", "\t", ",") if lines and one in lines[0][1]), ",")
    found = []
    for at, (number, line) in enumerate(lines):
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
        if len(cells) != 2:
            raise BadInput(f"{file}:{number}: expected a time and a value, found {len(cells)} column{'' if len(cells) == 1 else 's'}")
        if at == 0 and _time(cells[0]) is None and _number(cells[1], separator) is None:
            continue  # names of the columns
        time, value = _time(cells[0]), _number(cells[1], separator)
        if time is None:
            raise BadInput(f"{file}:{number}: '{cells[0]}' is no time; expected one like 2026-03-01T12:00:00Z, or seconds since 1970")
        if value is None or value < 0:
            raise BadInput(f"{file}:{number}: '{cells[1]}' is no rate or count from 0 on")
        found.append((time, value, number))
    return found


def _number(text: str, separator: str) -> float | None:
    try:
        value = float(text.replace(",", ".") if separator != "," else text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _time(text: str) -> float | None:
    number = _number(text, ",")
    if number is not None:
        return next((number / factor for bound, factor in _LATE if number >= bound), number)
    try:
        read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=timezone.utc)).timestamp()


def _even(file: str, times: np.ndarray, values: np.ndarray, lines: list[int], notes: list[str]) -> History:
    gaps = np.diff(times)
    slot = float(np.median(gaps))
    if abs(DAY / slot - round(DAY / slot)) > 1e-6 or round(DAY / slot) < 2:
        raise BadInput(f"{file}: its lines are {slot:g} s apart; expected slots of which a whole number makes a day")
    places = (times - times[0]) / slot
    crooked = np.flatnonzero(np.abs(places - np.round(places)) > 0.01)
    if len(crooked):
        raise BadInput(f"{file}:{lines[crooked[0]]}: this time is not a whole number of slots of {slot:g} s after the first")
    at = np.round(places).astype(int)
    even = np.full(at[-1] + 1, np.nan)
    even[at] = values
    missing = np.isnan(even)
    if missing.mean() > MOST_FILLED:
        longest = int(np.argmax(gaps))
        raise BadInput(f"{file}:{lines[longest + 1]}: {missing.mean():.0%} of its slots are missing, the most of them before this line; with more "
                       f"than {MOST_FILLED:.0%} nothing is foretold")
    if len(even) < 2 * 7 * round(DAY / slot):
        raise BadInput(f"{file}: has {len(even) * slot / DAY:.3g} days; expected two weeks or more")
    if missing.any():
        notes.append(f"{int(missing.sum())} of {len(even)} slots are missing, and were filled")
    return History(slot, float(times[0]), filled(even, 7 * round(DAY / slot)), missing, notes)


def filled(values: np.ndarray, week: int) -> np.ndarray:
    """Short gaps by a line; longer ones as the week before (or after) was, at the level of what is around the gap.

    >>> filled(np.array([1.0, np.nan, 3.0]), 10).tolist()
    [1.0, 2.0, 3.0]
    """
    found = values.copy()
    for begin, end in _gaps(np.isnan(values)):
        around = [at for at in (begin - 1, end) if 0 <= at < len(values)]
        if end - begin <= SHORT_GAP or len(values) <= week:
            found[begin:end] = np.interp(np.arange(begin, end), around, found[around])
            continue
        for at in range(begin, end):
            shift = -week if at >= week else week
            level = [values[one] / found[one + shift] for one in around if 0 <= one + shift < len(found) and found[one + shift] > 0]
            other = found[at + shift] if 0 <= at + shift < len(found) else math.nan
            found[at] = other * (sum(level) / len(level) if level else 1.0)
        still = np.isnan(found[begin:end])
        found[begin:end][still] = np.interp(np.arange(begin, end)[still], around, found[around])
    return found


def _gaps(missing: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2])]
