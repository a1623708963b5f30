"""Players.

A session that can be computed by hand first: a constant 1 Mbps, levels of 500 and 1,000 kbps, 30 chunks of 4 s. Nine tenths of the
throughput sustain the lower level only, so every chunk takes 2 s, nothing stalls, and the session lasts 2 s + 120 s. Then Sabre, the
reference simulator of the BOLA authors, on its own traces: mean bitrate in kbps, mean rebuffer ratio and time-average utility, to the
printed digits. Those rows need its traces, which are not part of the project.
"""

import numpy as np

from ..._core.algorithms import abr, traces
from ..claims import MINUTE, QUICK, add, claim
from ..findings import Finding, equal, near, skipped
from ..measured import NO_DATA, data


def by_hand():
    config = abr.AbrSpec(rule="throughput")
    config.parameters.buffer_capacity = 25.0
    line = traces.BandwidthTrace("constant", [traces.Period(10.0, 1e6)])
    return abr.reference_session(line, abr.Movie.constant(abr.Ladder([500e3, 1000e3]), 4.0, 30), config)


@claim("session-by-hand-length", "The throughput rule on a constant line: length of the session, s", "By hand")
def length() -> Finding:
    return near(122.0, by_hand().play_time, 1e-9)


@claim("session-by-hand-bitrate", "The throughput rule on a constant line: average bitrate, bps", "By hand: 500 kbps · 120 / 122")
def bitrate() -> Finding:
    return near(500e3 * 120 / 122, by_hand().played_bitrate, 1e-3)


@claim("session-by-hand-stalls", "The throughput rule on a constant line: time stalled, s", "By hand")
def stalls() -> Finding:
    return equal(0.0, by_hand().rebuffer)


def bba_at(buffer: float) -> str:
    """The rate that BBA-0 chooses for a second chunk with so much of the browser player's 240 s."""
    ladder, state = abr.fixed_ladder_2015(), abr.AbrState()
    rule = abr.Abr(abr.AbrSpec(rule="bba_0"), ladder, 4.0)
    rule.choose(state, 0.0, 0, 100)
    rule.chunk_arrived(state, 1e6, 0.02, 1.0)
    return f"{ladder.rates[rule.choose(state, buffer, 1, 100).level]:.0f}"


@claim("bba-reservoir", "BBA-0 with a buffer of 240 s: bitrate at 90 s, bps", "Huang et al., SIGCOMM 2014: the lowest of the ladder up to there")
def reservoir() -> Finding:
    return equal("235000", bba_at(90.0))


@claim("bba-cushion", "BBA-0 with a buffer of 240 s: bitrate at 216 s, bps", "Huang et al., SIGCOMM 2014: the highest of the ladder from there on")
def cushion() -> Finding:
    return equal("5800000", bba_at(216.0))


SABRE = "UMass-LIDS/sabre 09b03bb, buffer of 25 s, without abandonment"
#: By rule, over 86 traces of 3G networks and over 40 of 4G networks.
THREE_G = {"bola_basic": "881 / 0.08277 / 1.0758", "bola": "881 / 0.08601 / 1.0811", "bola_pl": "895 / 0.08422 / 1.1000",
           "bola_e": "939 / 0.08125 / 1.1580", "throughput": "776 / 0.07369 / 0.9807", "dynamic": "890 / 0.08612 / 1.0950",
           "dynamic_dash": "936 / 0.08106 / 1.1580", "bba_0": "1128 / 0.09445 / 1.2310"}
FOUR_G = {"bola_basic": "20326 / 0.00178 / 2.8065", "bola": "20708 / 0.00196 / 2.8510", "bola_pl": "20737 / 0.00209 / 2.8616",
          "bola_e": "20423 / 0.00215 / 2.8521", "throughput": "16941 / 0.00195 / 2.6672", "dynamic": "20738 / 0.00231 / 2.8634",
          "dynamic_dash": "20410 / 0.00215 / 2.8519", "bba_0": "15037 / 0.00193 / 2.6391"}


def sabre(rule: str, movie: str, lines: str, expected: str) -> Finding:
    folder = data("sabre-traces")
    if folder is None:
        return skipped(NO_DATA)
    config = abr.AbrSpec(rule=rule)
    config.parameters.buffer_capacity = 25.0
    film = traces.read_movie(folder / movie)
    sessions = [abr.reference_session(line, film, config) for line in traces.read_trace_folder(folder / lines)]
    rate, ratio, utility = (np.mean([getattr(one, what) for one in sessions]) for what in ("played_bitrate", "rebuffer_ratio", "played_utility"))
    return equal(expected, f"{rate / 1e3:.0f} / {ratio:.5f} / {utility:.4f}")


for _count, _network, _movie, _lines, _rows in ((86, "3G", "bbb.json", "3Glogs", THREE_G), (40, "4G", "bbb4k.json", "4Glogs", FOUR_G)):
    for _rule, _expected in _rows.items():
        add(sabre, f"sabre-{_network.lower()}-{_rule.replace('_', '-')}", f"{_rule} over {_count} traces of {_network} networks: bitrate / rebuffer ratio / utility",
            SABRE, QUICK if _network == "4G" or _rule in ("bola_basic", "throughput", "bba_0") else MINUTE, _rule, _movie, _lines, _expected)
