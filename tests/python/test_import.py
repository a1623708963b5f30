"""What other tools write as scenarios and traces, from Python: the same as on the command line, and the same errors."""

import json

import pytest

st = pytest.importorskip("streamtwin")
pytest.importorskip("streamtwin._core")

ARCHITECTURE = {"microservices": [{"name": "shop", "operations": [{"name": "buy", "demand": 2}]}]}


def experiment(operation):
    return {"simulation_metadata": {"duration": 20}, "generators": [{"type": "interval", "config": {"operation": operation}}]}


def files(tmp_path, operation):
    (tmp_path / "arch.json").write_text(json.dumps(ARCHITECTURE))
    (tmp_path / "exp.json").write_text(json.dumps(experiment(operation)))
    return tmp_path / "arch.json", tmp_path / "exp.json"


@pytest.mark.filterwarnings("ignore")
def test_files_of_misim_become_a_scenario(tmp_path):
    scenario = st.import_misim(*files(tmp_path, "shop.buy"))
    assert scenario.clock.lasts == 20
    assert list(scenario.misim.services) == ["shop"]


def test_files_that_cannot_be_taken_over_are_a_scenario_error(tmp_path):
    with pytest.raises(st.ScenarioError, match="no operation `sell`"):
        st.import_misim(*files(tmp_path, "shop.sell"))


def test_a_call_graph_becomes_a_scenario_with_its_warnings(tmp_path):
    graph = tmp_path / "calls.json"
    graph.write_text(json.dumps({"data": [{"parent": "front", "child": "back", "callCount": 5}]}))
    with pytest.warns(st.ScenarioWarning, match="nobody calls front"):
        scenario = st.import_graph(graph)
    assert scenario.services["front"].calls[0].service == "back"
    assert scenario.load["front"].target == "front"


def test_what_is_no_call_graph_is_a_scenario_error(tmp_path):
    (tmp_path / "graph.gml").write_text("graph [ node [ id 1 ] ]")
    with pytest.raises(st.ScenarioError, match="graph.gml:1: its edges have no direction"):
        st.import_graph(tmp_path / "graph.gml")


def test_units_of_traces_can_be_told(tmp_path):
    traces = st.algorithms.traces
    assert traces.parse_trace("line", "0 150\n1 150\n", rate="kbps").mean_rate == 150e3
    assert traces.parse_trace("line", "12\n9\n", rate="mbps", interval=0.5).length == 1
    (tmp_path / "line").write_text("0 2\n500 2\n")
    assert traces.read_trace(tmp_path / "line", time="seconds").length == 500
    assert traces.read_trace_folder(tmp_path, time="milliseconds")[0].length == 0.5
    with pytest.raises(ValueError, match="rate: expected one of mbps, kbps, bps, bytes_per_second, not `Mbit`"):
        traces.parse_trace("line", "0 1\n1 1\n", rate="Mbit")


def test_a_ladder_without_sizes_says_what_is_assumed(tmp_path):
    (tmp_path / "movie.m3u8").write_text("#EXTM3U\n#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=800000,BANDWIDTH=1\nlow.m3u8\n")
    with pytest.warns(UserWarning, match="no sizes of its chunks"):
        movie = st.algorithms.traces.read_movie(tmp_path / "movie.m3u8", chunk=2)
    assert movie.chunk_duration == 2


FILES = {"load": ("load: {{shop: {{target: front, course_from: {{file: {}}}}}}}", '{"status": "error", "error": "out of memory"}', "out of memory"),
         "arrivals": ("load: {{shop: {{target: front, arrival_times: {}}}}}", "0\n1\nsoon\n", "expected a time")}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read_is_the_same_error_before_and_in_a_run(tmp_path, kind):
    line, text, said = FILES[kind]
    (tmp_path / "data").write_text(text)
    (tmp_path / "mine.yaml").write_text("streamtwin: 1\nname: mine\nregions: [{name: here, latitude: 0, longitude: 0}]\n"
                                        "clock: {lasts: 10 s, warm_up: 0 s}\nservices: {front: {}}\n" + line.format("data") + "\n")
    errors = []
    for use in (st.load, st.run):
        with pytest.raises(st.ScenarioError, match=said) as refused:
            use(tmp_path / "mine.yaml")
        errors.append(str(refused.value))
    assert errors[0] == errors[1]
