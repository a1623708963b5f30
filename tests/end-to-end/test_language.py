"""What the program says of its scenario language: the parameters in force, the reference, and the published schema."""

import json

import pytest
import yaml

from program import ROOT, needs_program, streamtwin

LIBRARY = sorted((ROOT / "scenarios" / "library").glob("*.yaml"))
SCHEMA = ROOT / "scenarios" / "schema.json"
TABLES = ROOT / "python" / "streamtwin" / "tables.sql"

pytestmark = needs_program


@pytest.fixture(scope="module")
def parameters():
    """Every parameter of a Friday night, by its path."""
    ended = streamtwin("describe", "friday-night", "--json", "--set", "members.chunk=2 s")
    assert ended.returncode == 0, ended.stderr
    return {parameter["path"]: parameter for parameter in json.loads(ended.stdout)}


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_every_parameter_in_force_says_value_unit_default_source_and_meaning(parameters):
    chunk = parameters["members.chunk"]
    assert (chunk["value"], chunk["base_value"], chunk["unit"], chunk["default"]) == ("2 s", 2, "s", "4 s")
    assert (chunk["set_by"], chunk["is_default"]) == ("--set members.chunk", False)
    assert "Huang" in chunk["source"]
    assert all(parameter["doc"] for parameter in parameters.values())
    numbers = [p for p in parameters.values() if p["base_value"] is not None and p["default"] not in (None, "~")]
    assert len(numbers) > 500
    assert [p["path"] for p in numbers if not p["source"]] == [], "a default names its source or is an assumption"


def test_the_reference_has_every_parameter_and_every_kpi(parameters):
    reference = streamtwin("describe", "--reference")
    assert reference.returncode == 0, reference.stderr
    rows = {line.split("|")[1].strip() for line in reference.stdout.splitlines() if line.startswith("| `")}
    leaves = {path.rsplit(".", 1)[-1].split("[")[0] for path in parameters if "." in path and ".regions." not in path}
    assert {f"`{leaf}`" for leaf in leaves} <= rows
    assert "| `plays.start_delay.p99` | duration | s |" in reference.stdout


def test_describe_wants_a_scenario_or_the_reference():
    assert streamtwin("describe").returncode == 2
    assert streamtwin("describe", "friday-night", "--reference").returncode == 2


def test_the_committed_schema_is_the_program_s():
    assert streamtwin("schema").stdout == SCHEMA.read_text(), (
        "the language has changed: ./build/streamtwin schema > scenarios/schema.json")


def test_the_committed_tables_of_results_are_the_program_s():
    assert streamtwin("schema", "--results").stdout == TABLES.read_text(), (
        "what a results folder holds has changed: ./build/streamtwin schema --results > python/streamtwin/tables.sql")


@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: file.stem)
def test_library_scenarios_satisfy_the_schema(validator, file):
    assert [error.message for error in validator.iter_errors(yaml.safe_load(file.read_text()))] == []


# One fault each: refused by the program with an error, and by the schema as well.
REFUSED = [
    ("clock: {lasts: 30}", "no unit"), ("clock: {lasts: 30 parsecs}", "an unknown unit"),
    ("clock: {lasts: -1 s}", "below zero"), ("clock: {lasts: 0.5 ms}", "too short"),
    ("clock: {lasts: 116 d}", "too long"), ("clock: {lasts: [1 h]}", "a list"),
    ("members: {no_plan: 101 %}", "more than everything"), ("members: {no_plan: 1.01}", "the same without a unit"),
    ("members: {accounts: 0}", "too few"), ("members: {accounts: 1.5}", "half a member"),
    ("members: {accounts: many}", "a text for a number"), ("members: {abr: {rule: magic}}", "no such rule"),
    ("members: {access: {median: 9 kbps}}", "too slow"), ("members: {access: {median: 25 MB}}", "a size"),
    ("open_connect: {site_link: 1001 %}", "above its own bound"), ("regions: [{name: a, latitude: 91, longitude: 0}]",
                                                                    "beyond the pole"),
    ("regions: [{name: a, latitude: 9}]", "a required key is missing"), ("members: {acounts: 1}", "a misspelt key"),
    ("method: [{at: 1 s, action: kill_everything}]", "no such action"), ("services: {a: {cores: 0}}", "no cores"),
    ("steady_state_hypothesis: {tolerances: {kpi: a}}", "a map for a list"), ("streamtwin: 2", "another version"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[why for _, why in REFUSED])
def test_what_the_program_refuses_for_type_or_range_the_schema_refuses(validator, text, why, tmp_path):
    document = {"streamtwin": 1, "name": "small", "include": str(LIBRARY[0]), **yaml.safe_load(text)}
    assert not validator.is_valid(document)
    file = tmp_path / "spoilt.yaml"
    file.write_text(yaml.safe_dump(document))
    refused = streamtwin("validate", file)
    assert refused.returncode == 2, refused.stdout
    assert str(file) in refused.stderr
