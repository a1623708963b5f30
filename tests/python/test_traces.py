"""The trace of one play: where its times come from, and that they add up."""

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
import streamtwin as st  # noqa: E402

EVENING = {"clock.lasts": "90 s", "clock.warm_up": "30 s", "members.accounts": 7500, "members.plays_at_peak": "0.6 /s", "open_connect.sample": "0.15 %",
           "load": "~", "method": "[]", "outputs.server_log": "100 %", "outputs.steering_manifest_log": "100 %"}


def test_a_trace_and_the_log_of_chunks_tell_of_the_same_instants():
    scenario = st.load("friday-night", EVENING)
    pressed = st.run(scenario, seed=1).steering_manifest_log.query("5 < time < 60").iloc[0]
    with st.Twin(scenario, seed=1, trace=int(pressed["session"])) as twin:
        spans, run = twin.run().spans(), twin.result()
    chunks = run.server_log.query("session == @pressed.session")["time"]
    arrived = spans[(spans["name"] == "chunk") & (spans["status"] == "ok")]["end"]
    assert len(arrived) and arrived.tolist() == pytest.approx(chunks.iloc[:len(arrived)].tolist(), abs=1e-9)
    answered = spans[spans["name"] == "play request"].iloc[0]
    assert answered["end"] == pytest.approx(pressed["time"], abs=1e-9), "the list came with the answer"
    inside = spans[spans["parent"] >= 0]
    around = spans.loc[inside["parent"]].reset_index(drop=True)
    assert (inside["begin"].to_numpy() >= around["begin"].to_numpy()).all(), "nobody begins before being asked"
    outlive = inside[inside["end"].to_numpy() > around["end"].to_numpy() + 1e-9]
    assert outlive["where"].str.contains("evcache|cassandra").all(), "nobody waits for copies, and for the slowest replica"
