"""MiSim's files as a scenario, from Python."""

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
    assert list(scenario.services) == ["shop"]


def test_files_that_cannot_be_taken_over_are_a_scenario_error(tmp_path):
    with pytest.raises(st.ScenarioError, match="no operation `sell`"):
        st.import_misim(*files(tmp_path, "shop.sell"))
