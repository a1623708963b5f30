"""Telemetry into one trace: what is wrong with it is found, mended by its rule and listed."""

import gzip
import json

import numpy as np
import pytest

import made_counterpart
from streamtwin.ranges import BadInput
from streamtwin.twin.drift.cusum import Cusum, run_length
from streamtwin.twin.ingest import Trace, read_record
from streamtwin.twin.ingest.mending import Mending
from streamtwin.twin.ingest.metrics import matrix_of


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return made_counterpart.write_record(tmp_path_factory.mktemp("record"), {"calm": (30.0, 1, np.inf), "busy": (60.0, 2, np.inf)},
                                         lasts=20.0)


def altered(record, tmp_path, kind, change):
    """A copy of the record, of which one file of `calm` is another."""
    for path in record.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / f"calm.{kind}.gz"
    path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes()).decode()).encode()))
    return tmp_path


def test_a_record_becomes_a_typed_trace_that_is_read_again(record, tmp_path):
    trace = read_record(record, ["calm"], tmp_path / "trace.sqlite")
    requests = trace.frame("requests")
    assert trace.runs == ["calm"] and len(requests) > 400 and requests["at"].is_monotonic_increasing
    assert set(requests["cache"]) == {"H", "M"} and (requests["latency"] > 0).all()
    visits = trace.frame("visits")
    assert set(visits["service"]) == {"front", "memcached", "back"}
    assert (visits["service"] == "back").sum() == (requests["cache"] == "M").sum() == len(trace.frame("calls"))
    assert trace.metric("calm", "http_requests_total", job="front")[0].iloc[-1] == len(requests)
    assert len(trace.frame("accesses")) == len(requests) and trace.fact("calm", "back_workers") == "4"
    assert trace.mends == []
    trace.close()
    assert Trace(tmp_path / "trace.sqlite").runs == ["calm"]


def test_a_trace_of_another_version_is_refused(tmp_path):
    (tmp_path / "strange.sqlite").write_text("no database at all, but longer than a header of one would be: " * 9, encoding="utf-8")
    with pytest.raises(BadInput, match="is no trace of version 1, but no trace at all; read the measurements again"):
        Trace(tmp_path / "strange.sqlite")


def test_samples_are_mended_and_every_mend_is_listed():
    mending = Mending("run", "metrics")
    at = np.array([0.0, 1, 2, 4, 3, 3, 12, 13, 14])
    values = np.array([10.0, 20, np.nan, 50, 40, 41, 5, 6, 9])
    times, mended = mending.samples("hits_total", at, values, counter=True)
    assert list(times) == [0, 1, 3, 4, 12, 13, 14]
    assert list(mended) == [10, 20, 41, 50, 55, 56, 59], "what stood before the reset goes on"
    assert {(one.rule, one.count, one.first) for one in mending.mends} == {
        ("no number", 1, 2), ("late sample", 1, 3), ("duplicate sample", 1, 3), ("counter that fell", 1, 12), ("gap", 1, 4)}
    assert "counter that fell, 1 times, first at 12.000 s; was reset: it goes on from where it stood" in "\n".join(map(str, mending.mends))


def test_a_gauge_may_fall():
    mending = Mending("run", "metrics")
    assert list(mending.samples("queue", np.arange(3.0), np.array([3.0, 1, 2]), counter=False)[1]) == [3, 1, 2]
    assert mending.mends == []


@pytest.mark.parametrize("text, said", [
    ("<html><body>502 Bad Gateway</body></html>", "begins with '<html><body>502 Bad Gateway"),
    ('{"status": "error", "errorType": "bad_data", "error": "no such thing"}', "answered an error: bad_data: no such thing"),
    ('{"status": "success", "data": {"resultType": "vector", "result": []}}', "expected data of the type matrix.*found vector")])
def test_what_is_no_answer_of_prometheus_is_named(text, said):
    with pytest.raises(BadInput, match=said):
        matrix_of("answer.json", text)


def test_clocks_an_hour_apart_are_brought_together(record, tmp_path):
    def later(text):
        answer = json.loads(text)
        for one in answer["data"]["result"]:
            one["values"] = [[time + 3600, value] for time, value in one["values"]]
        return json.dumps(answer)

    right = read_record(record, ["calm"])
    trace = read_record(altered(record, tmp_path, "prometheus.json", later), ["calm"])
    assert [one.rule for one in trace.mends] == ["clock that differs"] and "by 3600 s" in trace.mends[0].subject
    wanted, found = (one.metric("calm", "http_requests_total", job="back")[0] for one in (right, trace))
    assert np.allclose(found.index, wanted.index, atol=1.0) and list(found) == list(wanted)


def test_nginx_clock_is_brought_to_that_of_the_load(tmp_path):
    record = made_counterpart.write_record(tmp_path / "ahead", {"calm": (30.0, 1, np.inf)}, lasts=15.0, ahead=3600.0)
    trace = read_record(record)
    assert [one.rule for one in trace.mends] == ["clock that differs"] and trace.mends[0].source == "calm.nginx.log.gz"
    assert abs(trace.frame("accesses")["at"] - trace.frame("requests")["at"]).max() < 0.005


def test_retries_in_the_log_cost_their_sum_and_strange_lines_are_left_out(record, tmp_path):
    def changed(text):
        first, rest = text.split("\n", 1)
        words = first.split(" ")
        words[2:5] = ["0.000,", "0.001", "0.010", "0.004,", "0.006"]
        return " ".join(words) + "\nthis is no line\n" + rest

    trace = read_record(altered(record, tmp_path, "nginx.log", changed), ["calm"])
    first = trace.frame("accesses").iloc[0]
    assert first["upstream"] == pytest.approx(0.010) and first["tries"] == 2
    assert [(one.rule, one.count) for one in trace.mends] == [("line that is none", 1)]


def test_bad_records_are_named(record, tmp_path):
    with pytest.raises(BadInput, match="holds no runs.tsv"):
        read_record(tmp_path)
    with pytest.raises(BadInput, match="has no run 'clam'; did you mean calm"):
        read_record(record, ["clam"])
    with pytest.raises(BadInput, match="calm.requests.csv.gz: has no column key; its first line names"):
        read_record(altered(record, tmp_path, "requests.csv", lambda text: text.replace(",key,", ",kee,", 1)), ["calm"])


def test_sums_are_those_of_the_vector_and_alarm_where_they_should():
    values = [.2, -.4, .1, .5, -.1, 1.2, .9, 1.6, .7, 1.3, 2.0, 1.1, 1.8]
    one = Cusum(slack=0.5, limit=4.0)
    ups, alarms = [], []
    for i, value in enumerate(values[:11], 1):
        if one.add(value):
            alarms.append(i)
        ups.append(round(one.up, 9))
        assert one.down == 0
    assert ups == [0, 0, 0, 0, 0, .7, 1.1, 2.2, 2.4, 3.2, 4.7] and alarms == [11]


@pytest.mark.parametrize("limit, shift, windows", [(4, 0, 167.7), (4, 1, 8.38), (5, 0, 465.4), (8, 0, 9481), (8, 2, 6.01)])
def test_runs_until_an_alarm_are_as_long_as_the_chain_says(limit, shift, windows):
    assert run_length(0.5, limit, shift) == pytest.approx(windows, rel=1e-3)


def test_demand_and_popularity_are_found_again(tmp_path):
    from streamtwin.twin.calibrate.demand import core_of, fit_spans, fit_work
    from streamtwin.twin.calibrate.keys import fit_keys
    from streamtwin.twin.calibrate.measured import measured
    from streamtwin.twin.parameters import Form

    trace = read_record(made_counterpart.write_record(tmp_path / "r", {"a": (40.0, 5, np.inf), "b": (80.0, 6, np.inf)}))
    runs, form, true = [measured(trace, run) for run in trace.runs], Form(lasts_s=40.0), made_counterpart.TRUE
    assert core_of(runs) == "1"
    found = {**fit_keys([one.requests["key"].to_numpy() for one in runs]), **fit_work(runs, form, "1"), **fit_spans(runs, form)}
    for name in ("zipf", "keys", "back_work_sigma"):
        assert abs(found[name].value - true[name]) < 3 * found[name].error, (name, found[name])
    own = made_counterpart.TRUE["back_work_ms"]
    assert abs(found["back_work_ms"].value - own - 0.08) < 3 * found["back_work_ms"].error
    assert found["back_beside_ms"].value == pytest.approx(0.08, abs=0.03)
    assert found["call_latency_ms"].value == pytest.approx(true["call_latency_ms"], abs=0.01)
    assert found["client_latency_ms"].value == pytest.approx(true["client_latency_ms"], abs=0.01)
