"""Scenarios in Python are values that can be reached into, all the way down."""

import copy
import pickle

import pytest

core = pytest.importorskip("streamtwin._core", reason="the compiled module is not built")

import streamtwin as st  # noqa: E402
from streamtwin.algorithms import hystrix, services  # noqa: E402

MESH = """\
streamtwin: 1
name: small mesh
regions: [{name: here, latitude: 0, longitude: 0, zones: 2}]
services:
  web: {calls: [{service: shop}, {service: stock, stage: 1}]}
  shop: {calls: [{service: stock}]}
  stock: {}
load: {visitors: {target: web, rate: 5 /s}}
clock: {lasts: 5 s, warm_up: 1 s, window: 1 s}
"""


@pytest.fixture
def mesh(tmp_path):
    file = tmp_path / "mesh.yaml"
    file.write_text(MESH, encoding="utf-8")
    return st.load(file)


def timeouts(scenario):
    return [call.command.timeout for call in scenario.services["web"].calls]


def test_an_edit_far_below_is_in_the_text_and_in_the_run(mesh):
    before = st.run(mesh, seed=1).summary["digest"]
    mesh.services["web"].calls[0].command.timeout = 0.3
    mesh.load["visitors"].rate = 20.0
    assert timeouts(mesh)[0] == 0.3 and "timeout: 0.3 s" in mesh.to_yaml()
    after = st.run(mesh, seed=1)
    assert after.summary["digest"] != before and after.kpis.loc["load.visitors.offered", "value"] > 10


def test_lists_are_lists(mesh):
    calls = mesh.services["web"].calls
    first, second = calls
    new = services.CallSpec(service="shop", stage=2)
    calls.append(new)
    calls.insert(0, services.CallSpec(service="stock", stage=3))
    assert mesh.services["web"].calls is calls and calls[3] is new
    new.command.timeout = 0.2
    assert timeouts(mesh)[3] == 0.2
    del calls[0]
    first.command.timeout = 0.4
    assert timeouts(mesh)[0] == 0.4, "what moves within the list is still in it"
    calls[1:] = [new, second]
    calls += [services.CallSpec(service="stock", stage=4)]
    calls.extend([])
    assert calls.pop().stage == 4 and calls[1:] == [new, second]
    assert [call.stage for call in reversed(calls)] == [1, 2, 0]
    calls.sort(key=lambda call: -call.stage)
    calls.remove(second)
    assert [call.stage for call in pickle.loads(pickle.dumps(mesh)).services["web"].calls] == [2, 0]
    second.command.timeout = 0.1
    assert 0.1 not in timeouts(mesh), "what was removed is a value of its own"


def test_dicts_are_dicts(mesh):
    inside = mesh.services
    inside["more"] = services.ServiceSpec(cores=4)
    inside.update(other=services.ServiceSpec())
    assert inside.setdefault("more").cores == 4 and list(inside) == ["shop", "stock", "web", "more", "other"]
    inside["more"].cores = 5
    del inside["other"]
    assert inside.pop("stock").calls == [] and "cores: 5" in mesh.to_yaml() and "stock:" not in mesh.to_yaml()
    mesh.services = {"web": services.ServiceSpec(cores=7)}
    mesh.services["web"].cores += 1
    assert copy.copy(mesh).services["web"].cores == 8


def test_defaults_for_all_calls_are_of_a_file_and_refused_elsewhere(mesh, tmp_path):
    (tmp_path / "mesh.yaml").write_text(MESH, encoding="utf-8")
    filled = st.load(tmp_path / "mesh.yaml", {"mesh.call_defaults.command.timeout": "300 ms"})
    assert set(timeouts(filled)) == {0.3} and filled.mesh.call_defaults is None, "all calls have them"
    with pytest.raises(AttributeError):
        filled.mesh.call_defaults.command.timeout = 0.2
    mesh.mesh.call_defaults = core.CallDefaults()
    mesh.mesh.call_defaults.command.timeout = 0.3
    with pytest.raises(st.ScenarioError, match=r"mesh.call_defaults: .* change the calls themselves .* st.load\(file"):
        st.run(mesh)
    mesh.mesh.call_defaults = None
    assert timeouts(mesh)[0] != 0.3


def test_what_is_given_to_a_field_is_in_it(mesh):
    command = hystrix.CommandProperties()
    call = mesh.services["web"].calls[0]
    with pytest.raises(TypeError, match="command: expected"):
        call.command = 3
    command = copy.copy(call.command)
    call.command = command
    command.timeout = 0.7
    assert timeouts(mesh)[0] == 0.7


def test_copies_and_pickles_are_equal_and_apart(mesh):
    mesh.services["web"].calls[1].command.timeout = 0.6
    for copied in (copy.copy(mesh), copy.deepcopy(mesh), pickle.loads(pickle.dumps(mesh))):
        assert copied == mesh and copied.services == mesh.services
        copied.services["web"].calls[1].command.timeout = 0.5
        assert copied != mesh and timeouts(mesh)[1] == 0.6
    assert copy.deepcopy(mesh.services)["web"].calls == mesh.services["web"].calls
    assert mesh != 3
    with pytest.raises(TypeError, match="unhashable"):
        hash(mesh)


def test_the_text_of_a_scenario_is_a_scenario_wherever_it_lies(mesh, tmp_path, monkeypatch):
    (tmp_path / "arrivals.csv").write_text("0.5\n1.5\n2.5\n", encoding="utf-8")
    (tmp_path / "with_file.yaml").write_text(MESH.replace("rate: 5 /s", "arrival_times: arrivals.csv"), encoding="utf-8")
    scenario = st.load(tmp_path / "with_file.yaml")
    file = scenario.load["visitors"].arrival_times
    assert file == "arrivals.csv" and file.path == str(tmp_path / "arrivals.csv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for written in (mesh, scenario, pickle.loads(pickle.dumps(scenario)), copy.copy(scenario)):
        (elsewhere / "written.yaml").write_text(written.to_yaml(), encoding="utf-8")
        back = st.load(elsewhere / "written.yaml")
        assert back.services == written.services and back.to_yaml() == written.to_yaml()


def test_what_does_not_fit_is_refused_where_it_is_put(mesh):
    calls, inside = mesh.services["web"].calls, mesh.services
    before = mesh.to_yaml()
    for refused, expected in [(lambda: calls.append("stock"), "calls: expected CallSpec, got 'stock'"),
                              (lambda: calls.insert(0, None), "calls: expected CallSpec, got None"),
                              (lambda: calls.__setitem__(slice(0, 1), [1]), "calls: expected CallSpec, got 1"),
                              (lambda: calls.extend([calls[0], 2]), "calls: expected CallSpec, got 2"),
                              (lambda: inside.update(web=calls), "services: expected ServiceSpec, got"),
                              (lambda: inside.__setitem__(3, inside["web"]), "expected a name, got 3"),
                              (lambda: services.CallSpec(servise="web"), "no field 'servise'; did you mean `service`"),
                              (lambda: st.run(mesh, sede=1), "unexpected keyword argument 'sede'")]:
        with pytest.raises(TypeError, match=expected):
            refused()
    with pytest.raises(AttributeError, match="no field 'clok'; did you mean `clock`"):
        mesh.clok = None
    with pytest.raises(ValueError, match=r"timeout: -3 is outside 0.001 to 3600 \(s\)"):
        calls[0].command.timeout = -3
    assert mesh.to_yaml() == before


def test_a_scenario_that_was_changed_is_checked_when_it_is_run(mesh):
    mesh.services["web"].calls[0].service = "shopp"
    mesh.load["visitors"].target = "wep"
    with pytest.raises(st.ScenarioError, match="did you mean `shop`") as caught:
        st.run(mesh)
    assert len(caught.value.problems) == 2 and caught.value.problems[1].startswith("services.web.calls[0].service: ")


def test_a_value_that_holds_itself_is_an_error_and_no_crash(mesh):
    for kind in (getattr(core, name) for name in dir(core)):
        for field in getattr(kind, "_fields", ()):
            value = getattr(kind(), field)
            if isinstance(value, list):
                try:
                    value.append(whole := kind())
                except (TypeError, ValueError):
                    continue
                getattr(whole, field).append(whole)
                with pytest.raises(RecursionError):
                    whole.to_yaml()


def test_notebooks_show_values_as_tables(mesh):
    mesh.name = "a <mesh>"
    shown = mesh._repr_html_()
    assert "a &lt;mesh&gt;" in shown and "<th" in shown and "CommandProperties" in shown
    run = st.run(mesh)
    assert "load.visitors.availability" in run._repr_html_()


def test_caches_and_stores_are_in_the_call_graph(tmp_path):
    file = tmp_path / "data.yaml"
    file.write_text(MESH.replace("stock: {}", "stock: {data: {cache: memory, store: disks, writes: 10 %}}\n  memory: {cache: {}}\n"
                                 "  disks: {store: {}}"), encoding="utf-8")
    run = st.run(file)
    calls = run.calls.set_index(["caller", "callee"])["times"]
    assert calls["stock", "memory"] == pytest.approx(1.1)
    misses = 1 - run.kpis.loc["evcache.hit_ratio", "value"]
    assert calls["stock", "disks"] == pytest.approx(misses + 0.1)
