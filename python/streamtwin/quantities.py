"""Numbers as people read them: a value in its base unit becomes ``71 ms``, ``4.93 Mbps``, ``99.31 %``, ``3 h 06``."""

from __future__ import annotations

import math
from functools import wraps
from typing import Any, Callable

_SI = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
THIN = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
UNKNOWN = "\N{EN DASH}"


class Text(str):
    """A number as text that still knows it: tables are sorted by that."""

    number: float


def _knows_its_number(show: Callable[..., str]) -> Callable[..., str]:
    @wraps(show)
    def shown(value: Any, *others: Any) -> str:
        text = Text(show(value, *others))
        text.number = math.nan if value is None else float(value)
        return text

    return shown


#: Kinds of key figures that are read as per cent.
_SHARES = ("share", "difference")


def shown_unit(kind: str, unit: str) -> str:
    """The unit in which a key figure of a kind is shown: shares have none, and are read as per cent.

    >>> shown_unit("share", ""), shown_unit("count", ""), shown_unit("duration", "s")
    ('fraction', '', 's')
    """
    return "fraction" if kind in _SHARES else unit


@_knows_its_number
def quantity(value: float | None, unit: str | None = "") -> str:
    r"""A value in its base unit as text, with a prefix that keeps it short. The unit of shares is ``fraction``.

    >>> [quantity(v, u) for v, u in ((0.0021, "s"), (4.93e6, "bps"), (5214220, "1"), (0.99312, "fraction"), (410.2, "/s"))]
    ['2.1 ms', '4.93 Mbps', '5\u202f214\u202f220', '99.31 %', '410 /s']
    """
    unit = unit or ""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return UNKNOWN
    value = float(value)
    if math.isinf(value):
        return "unlimited" if value > 0 else f"{MINUS}unlimited"
    if unit == "s":
        return duration(value)
    if unit == "fraction":
        return percent(value)
    if unit in ("bps", "B", "flop", "flop/s"):
        return scaled(value, unit)
    if unit in ("", "1"):
        return plain(value)
    return f"{plain(value)} {unit}"


@_knows_its_number
def plain(value: float) -> str:
    """Three significant digits; whole numbers whole, with thin spaces between thousands."""
    if value == 0:
        return "0"
    if abs(value) >= 1e15:
        return _sign(f"{value:.3g}")
    if abs(value) >= 100 or value == round(value):
        return _sign(f"{value:,.0f}".replace(",", THIN))
    if abs(value) < 1e-3:
        return _sign(f"{value:.1e}")
    return _sign(f"{value:.3g}")


@_knows_its_number
def percent(value: float) -> str:
    """A share in per cent, with more digits the nearer it is to all or nothing.

    >>> percent(0.5), percent(0.99931), percent(0.00021), percent(1)
    ('50 %', '99.931 %', '0.021 %', '100 %')
    """
    share = value * 100
    margin = min(abs(share), abs(100 - share)) if 0 <= value <= 1 else abs(share)
    digits = 0 if margin == 0 else max(0, min(6, 1 - math.floor(math.log10(margin))))
    text = f"{share:.{digits}f}"
    return _sign(text.rstrip("0").rstrip(".") if "." in text else text) + " %"


def scaled(value: float, unit: str) -> str:
    """A value with an SI prefix."""
    for factor, prefix in _SI:
        if abs(value) >= factor or factor == 1.0:
            return f"{_sign(f'{value / factor:.3g}')} {prefix}{unit}"
    raise AssertionError("unreachable: the last prefix takes everything")


def duration(value: float) -> str:
    """Seconds as people say them.

    >>> [duration(v) for v in (0, 3e-6, 0.0712, 2.41, 71.4, 600, 14400, 11160)]
    ['0 s', '3 µs', '71.2 ms', '2.41 s', '71.4 s', '10 min', '4 h', '3 h 06']
    """
    size = abs(value)
    if size == 0:
        return "0 s"
    if size < 1e-3:
        return f"{_sign(f'{value * 1e6:.3g}')} µs"
    if size < 1:
        return f"{_sign(f'{value * 1e3:.3g}')} ms"
    if size < 120:
        return f"{_sign(f'{value:.3g}')} s"
    sign = MINUS if value < 0 else ""
    minutes = round(size / 60)
    if minutes < 60:
        return f"{sign}{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours} h" + (f" {minutes:02d}" if minutes else "")


def clock(time: float, starts: float | None = None) -> str:
    """A moment of a run: local time of day when that of time zero is known, else hours and minutes since then.

    >>> clock(7200), clock(5400, starts=19 * 3600)
    ('2:00', '20:30')
    """
    seconds = math.floor(time + 0.5) + round(starts or 0)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if starts is not None:
        hours %= 24
    return f"{hours}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def _sign(text: str) -> str:
    return text.replace("-", MINUS)
