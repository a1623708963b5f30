"""Telemetry into one typed, versioned trace: what is wrong with it is found, mended by stated rules, and listed."""

from .mending import RULES, Mend
from .record import read_record
from .trace import Trace

__all__ = ["Mend", "RULES", "Trace", "read_record"]
