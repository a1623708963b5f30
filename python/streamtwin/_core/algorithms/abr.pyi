"""Adaptive bitrate: throughput rule, BOLA-basic, BBA-0. The reference session is not what a run drives: it is there for
parity with the published numbers of the simulator that it replays."""

from typing import Any, Callable, Iterator, Optional, Union
import streamtwin._core
import streamtwin._core.algorithms.traces

class Abr:
    """A bitrate rule for one ladder, shared by all its viewers."""
    def __init__(self, config: AbrSpec, ladder: Ladder, chunk_duration: float) -> None: ...
    @property
    def buffer_capacity(self) -> float:
        """s"""
        ...
    def choose(self, state: AbrState, buffer: float, chunk: int, chunks: int) -> Decision:
        """The level of the next chunk."""
        ...
    def chunk_arrived(self, state: AbrState, size: float, latency: float, transfer: float) -> None:
        """A chunk of `size` bytes arrived: `latency` until its first byte, `transfer` from then to its last."""
        ...

AbrConfig = AbrSpec

class AbrSpec:
    """Fields may be given by name; all have defaults."""
    def __init__(self, *, rule: str = ..., parameters: RuleSpec = ...) -> None: ...
    @property
    def parameters(self) -> RuleSpec:
        """Parameters of the rate rules (RuleSpec)"""
        ...
    @parameters.setter
    def parameters(self, value: RuleSpec) -> None: ...
    @property
    def rule(self) -> str:
        """How the player chooses the bitrate of the next chunk (one of throughput, bola_basic, bola, bola_pl, bola_e, dynamic, dynamic_dash, bba_0). Source: Huang et al., SIGCOMM 2014 (the rule its experiments shipped)"""
        ...
    @rule.setter
    def rule(self, value: str) -> None: ...
    def to_yaml(self) -> str:
        """The value as YAML, every field of it; of a scenario that is a scenario file."""
        ...
    __hash__: None  # type: ignore[assignment]
    def _repr_html_(self) -> str: ...

class AbrState:
    """One viewer's estimate and memory."""
    def __init__(self) -> None: ...

class Decision:
    """What to download next."""
    @property
    def level(self) -> int:
        ...
    @property
    def wait(self) -> float:
        """Let the buffer play this long before asking (s)."""
        ...

class Ladder:
    """The bitrates of an encode, rising, in bits per second."""
    def __init__(self, rates: list[float]) -> None: ...
    def __len__(self) -> int: ...
    def capped(self, limit: float) -> Ladder:
        """Without the levels above a rate; the lowest always stays."""
        ...
    def highest_within(self, rate: float) -> int:
        """The highest level at or below a rate."""
        ...
    @property
    def rates(self) -> list[float]:
        ...
    def utility(self, level: int) -> float:
        """ln of the rate over the lowest rate."""
        ...

class Movie:
    """Chunks of one duration, each with a size per level of a ladder."""
    @property
    def chunk_duration(self) -> float:
        ...
    def chunk_size(self, chunk: int, level: int) -> float:
        """Bytes."""
        ...
    @property
    def chunks(self) -> int:
        ...
    @staticmethod
    def constant(ladder: Ladder, chunk_duration: float, chunks: int) -> Movie:
        """Every chunk has its level's rate."""
        ...
    @property
    def duration(self) -> float:
        ...
    @staticmethod
    def exact(ladder: Ladder, chunk_duration: float, sizes: list[float]) -> Movie:
        """True sizes, one per chunk and level, chunk by chunk."""
        ...
    @property
    def ladder(self) -> Ladder:
        ...
    @staticmethod
    def variable(ladder: Ladder, chunk_duration: float, chunks: int, random: streamtwin._core.Random) -> Movie:
        """Sizes vary about the rate by a factor per chunk, common to all levels."""
        ...

class ReferenceResult:
    """What came of a session over a trace."""
    @property
    def bitrate_change(self) -> float:
        """bps, sum of changes"""
        ...
    @property
    def levels(self) -> list[int]:
        """As downloaded."""
        ...
    @property
    def play_time(self) -> float:
        """s"""
        ...
    @property
    def played_bitrate(self) -> float:
        """bps, time average"""
        ...
    @property
    def played_utility(self) -> float:
        ...
    @property
    def ramp_up(self) -> float:
        """s"""
        ...
    @property
    def rebuffer(self) -> float:
        """s"""
        ...
    @property
    def rebuffer_events(self) -> int:
        ...
    @property
    def rebuffer_ratio(self) -> float:
        ...
    @property
    def score(self) -> float:
        ...
    @property
    def startup(self) -> float:
        """s"""
        ...
    @property
    def switches(self) -> int:
        ...

RuleConfig = RuleSpec

class RuleSpec:
    """Fields may be given by name; all have defaults."""
    def __init__(self, *, buffer_capacity: float = ..., short_half_life: float = ..., long_half_life: float = ..., throughput_safety: float = ..., insufficient_buffer_rule: bool = ..., bola_gamma_p: float = ..., bola_waits_instead_of_oscillating: bool = ..., bola_e_minimum_buffer: float = ..., bola_e_buffer_per_level: float = ..., dynamic_threshold: float = ..., dynamic_dash_low_threshold: float = ..., bba_reservoir: float = ..., bba_upper_knee: float = ...) -> None: ...
    @property
    def bba_reservoir(self) -> float:
        """BBA: share of the buffer at the lowest rate (fraction; default 0.375; at least 0; at most 1). Source: Huang et al., SIGCOMM 2014: 90 s of 240 s"""
        ...
    @bba_reservoir.setter
    def bba_reservoir(self, value: float) -> None: ...
    @property
    def bba_upper_knee(self) -> float:
        """BBA: share of the buffer from which on the highest rate is taken (fraction; default 0.9; at least 0; at most 1). Source: Huang et al., SIGCOMM 2014: 216 s of 240 s"""
        ...
    @bba_upper_knee.setter
    def bba_upper_knee(self, value: float) -> None: ...
    @property
    def bola_e_buffer_per_level(self) -> float:
        """BOLA-E: buffer it needs beyond that for each level (s; default 2; at least 0.01; at most 600). Source: UMass-LIDS/sabre src/sabre.py BolaEnh"""
        ...
    @bola_e_buffer_per_level.setter
    def bola_e_buffer_per_level(self, value: float) -> None: ...
    @property
    def bola_e_minimum_buffer(self) -> float:
        """BOLA-E: buffer at which the lowest level stops being the best (s; default 10; at least 0.1; at most 600). Source: UMass-LIDS/sabre src/sabre.py BolaEnh"""
        ...
    @bola_e_minimum_buffer.setter
    def bola_e_minimum_buffer(self, value: float) -> None: ...
    @property
    def bola_gamma_p(self) -> float:
        """BOLA: weight of smooth play against quality (number; default 5; at least 0.01; at most 1000). Source: UMass-LIDS/sabre src/sabre.py --gamma-p"""
        ...
    @bola_gamma_p.setter
    def bola_gamma_p(self, value: float) -> None: ...
    @property
    def bola_waits_instead_of_oscillating(self) -> bool:
        """BOLA-O: above what throughput sustains, wait at the sustainable level; off is BOLA-U, which allows one level above (bool; default True). Source: Spiteri, Urgaonkar, Sitaraman, INFOCOM 2016"""
        ...
    @bola_waits_instead_of_oscillating.setter
    def bola_waits_instead_of_oscillating(self, value: bool) -> None: ...
    @property
    def buffer_capacity(self) -> float:
        """Seconds of video the player holds (s; default 240; at least 8; at most 3600). Source: Huang et al., SIGCOMM 2014: 240 s in the browser player"""
        ...
    @buffer_capacity.setter
    def buffer_capacity(self, value: float) -> None: ...
    @property
    def dynamic_dash_low_threshold(self) -> float:
        """DYNAMIC-DASH: buffer below which throughput takes over again (s; default 5; at least 0; at most 3600). Source: UMass-LIDS/sabre src/sabre.py DynamicDash"""
        ...
    @dynamic_dash_low_threshold.setter
    def dynamic_dash_low_threshold(self, value: float) -> None: ...
    @property
    def dynamic_threshold(self) -> float:
        """DYNAMIC: buffer above which BOLA may take over from throughput (s; default 10; at least 0; at most 3600). Source: UMass-LIDS/sabre src/sabre.py Dynamic, DynamicDash"""
        ...
    @dynamic_threshold.setter
    def dynamic_threshold(self, value: float) -> None: ...
    @property
    def insufficient_buffer_rule(self) -> bool:
        """Throughput rule: no chunk larger than the buffer lets through (bool; default True). Source: UMass-LIDS/sabre src/sabre.py ThroughputRule"""
        ...
    @insufficient_buffer_rule.setter
    def insufficient_buffer_rule(self, value: bool) -> None: ...
    @property
    def long_half_life(self) -> float:
        """Half life of the slow throughput average (s; default 8; at least 0.1; at most 600). Source: UMass-LIDS/sabre src/sabre.py Ewma"""
        ...
    @long_half_life.setter
    def long_half_life(self, value: float) -> None: ...
    @property
    def short_half_life(self) -> float:
        """Half life of the fast throughput average (s; default 3; at least 0.1; at most 600). Source: UMass-LIDS/sabre src/sabre.py Ewma"""
        ...
    @short_half_life.setter
    def short_half_life(self, value: float) -> None: ...
    @property
    def throughput_safety(self) -> float:
        """Throughput rule: share of the estimate that is used (fraction; default 0.9; at least 0.05; at most 1). Source: UMass-LIDS/sabre src/sabre.py ThroughputRule"""
        ...
    @throughput_safety.setter
    def throughput_safety(self, value: float) -> None: ...
    def to_yaml(self) -> str:
        """The value as YAML, every field of it; of a scenario that is a scenario file."""
        ...
    __hash__: None  # type: ignore[assignment]
    def _repr_html_(self) -> str: ...

def fixed_ladder_2015() -> Ladder:
    """235 to 5800 kbps: the fixed ladder used until December 2015."""
    ...
def reference_session(trace: streamtwin._core.algorithms.traces.BandwidthTrace, movie: Movie, config: AbrSpec) -> ReferenceResult:
    """One viewing session over one bandwidth trace, as Sabre runs it: one connection, no abandonment."""
    ...
