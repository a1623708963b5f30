"""The real program, run as a user runs it: exit statuses, results on disk, bad input."""

import json
import os
import shutil
import sqlite3
import subprocess

import pytest

from program import LIBRARY, PROGRAM, SMALL, needs_program, run_small, streamtwin, summary_of

pytestmark = needs_program


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The results folder of a run that went well."""
    folder = tmp_path_factory.mktemp("runs") / "small"
    ended = run_small(folder, "--seed", 7)
    assert ended.returncode == 0, ended.stderr
    return folder


def test_a_run_leaves_a_summary_and_a_database(finished):
    summary = summary_of(finished)
    assert summary["scenario"] == "friday-night"
    assert summary["seed"] == 7
    assert summary["partial"] is False
    assert summary["simulated_seconds"] == 70
    assert summary["events"] > 0
    assert 0 < summary["setup_seconds"] < summary["wall_seconds"]
    assert len(summary["digest"]) == 32 and len(summary["scenario_digest"]) == 32
    assert all(kpi["lower"] is None and kpi["upper"] is None for kpi in summary["kpis"].values())
    database = sqlite3.connect(finished / "run.sqlite")
    assert database.execute("SELECT count(*) FROM kpi").fetchone()[0] == len(summary["kpis"])
    assert database.execute("SELECT max(time) FROM series").fetchone()[0] == 60
    assert database.execute("SELECT count(*) FROM audit_error").fetchone()[0] == 0


def test_the_same_seed_gives_the_same_digest_and_another_one_another(finished, tmp_path):
    assert run_small(tmp_path / "again", "--seed", 7).returncode == 0
    assert run_small(tmp_path / "other", "--seed", 8).returncode == 0
    digest = summary_of(finished)["digest"]
    assert summary_of(tmp_path / "again")["digest"] == digest
    assert summary_of(tmp_path / "other")["digest"] != digest


def test_the_terminal_shows_the_figures_and_says_that_a_single_run_has_no_intervals(tmp_path):
    ended = run_small(tmp_path / "run")
    assert "plays.started" in ended.stdout
    assert "a single run has no intervals" in ended.stdout
    assert "of them to set up" in ended.stdout
    assert ended.stderr == "", "no progress line without a terminal"


def test_quiet_is_quiet(tmp_path):
    ended = run_small(tmp_path / "run", "--quiet")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_results_are_found_under_the_scenario_s_name_by_default(tmp_path):
    assert streamtwin("run", *SMALL, "--no-report", cwd=tmp_path).returncode == 0
    assert summary_of(tmp_path / "results" / "friday-night-1")["seed"] == 1


def test_an_objective_that_breaks_is_exit_status_one(tmp_path):
    ended = run_small(tmp_path / "run", "--set", "slos=[{kpi: plays.started, at_least: 1e9}]")
    assert ended.returncode == 1, ended.stderr
    assert "BROKE" in ended.stdout
    assert summary_of(tmp_path / "run")["verdicts"][0]["held"] is False


def test_what_the_scenario_expects_to_break_is_no_failure_and_what_holds_against_it_is(tmp_path):
    def run(name, least):
        return run_small(tmp_path / name, "--set", f"slos=[{{kpi: plays.started, at_least: {least}}}]",
                         "--set", "expects={broken: [plays.started], because: nobody watches so much}")

    broke, held = run("broke", "1e9"), run("held", "0")
    assert (broke.returncode, held.returncode) == (0, 1), broke.stderr + held.stderr
    assert "as expected: nobody watches so much" in broke.stdout and "BROKE" in broke.stdout
    assert "NOT as expected" in held.stdout
    assert summary_of(tmp_path / "broke")["verdicts"][0]["breaks_because"] == "nobody watches so much"


def test_until_ends_the_run_earlier(tmp_path):
    assert run_small(tmp_path / "run", "--until", "20 s").returncode == 0
    assert summary_of(tmp_path / "run")["simulated_seconds"] == 30


def test_replications_have_intervals_and_a_seed_each(tmp_path):
    ended = run_small(tmp_path / "run", "--replications", 3, "--seed", 5)
    assert ended.returncode == 0, ended.stderr
    summary = summary_of(tmp_path / "run")
    assert summary["replications"] == 3
    started = summary["kpis"]["plays.started"]
    assert started["lower"] < started["value"] < started["upper"]
    seeds = [summary_of(folder)["seed"] for folder in sorted((tmp_path / "run" / "replications").iterdir())]
    assert seeds == [5, 6, 7]


def test_scaled_load_gives_headroom(tmp_path):
    ended = run_small(tmp_path / "run", "--scale-load", "1,2")
    assert ended.returncode == 0, ended.stderr
    one, two = json.loads((tmp_path / "run" / "headroom.json").read_text())
    assert (one["scale"], two["scale"]) == (1, 2)
    assert two["kpis"]["plays.asked"]["value"] > one["kpis"]["plays.asked"]["value"]
    assert one["bound"]["region"] == "eu-west-1" and one["bound"]["play_requests_per_second"] > 10
    assert f"{one['bound']['tier']} in eu-west-1 saturates first" in ended.stdout
    assert summary_of(tmp_path / "run" / "scale-2")["scenario"] == "friday-night"


def test_the_slowest_play_is_traced_without_changing_the_outcome(finished, tmp_path):
    ended = run_small(tmp_path / "run", "--seed", 7, "--trace-request", "slowest")
    assert ended.returncode == 0, ended.stderr
    assert summary_of(tmp_path / "run")["digest"] == summary_of(finished)["digest"]
    resources = json.loads((tmp_path / "run" / "trace.otel.json").read_text())["resourceSpans"]
    services = {attribute["value"]["stringValue"] for resource_ in resources for attribute in resource_["resource"]["attributes"]
                if attribute["key"] == "service.name"}
    assert {"client", "zuul", "play-api"} <= services and not any("/" in service for service in services)
    spans = [span for resource_ in resources for span in resource_["scopeSpans"][0]["spans"]]
    assert len(spans) >= 12
    names = {span["name"] for span in spans}
    assert {"probe appliances", "chunk", "try", "serve"} <= names and any(name.startswith("call ") for name in names)
    kinds = {span["spanId"]: span["kind"] for span in spans}
    asked = [kinds[span["parentSpanId"]] for span in spans if span["name"] == "serve"]
    assert all(kind in (2, 3) for kind in asked) and asked.count(3) > 3, "whoever is served was a client"
    ids = {span["spanId"] for span in spans}
    assert sum("parentSpanId" not in span for span in spans) == 1
    assert all(span.get("parentSpanId", span["spanId"]) in ids for span in spans)
    shown = streamtwin("trace", tmp_path / "run")
    assert shown.returncode == 0
    assert "perfetto" in shown.stdout


def test_a_request_that_does_not_exist_cannot_be_traced_and_the_results_are_kept(tmp_path):
    ended = run_small(tmp_path / "run", "--trace-request", 2**60)
    assert ended.returncode == 2 and f"request {2**60} does not exist in this run" in ended.stderr
    assert summary_of(tmp_path / "run")["scenario"] == "friday-night" and not (tmp_path / "run" / "trace.otel.json").exists()


def test_a_run_without_a_trace_says_how_to_get_one(finished):
    ended = streamtwin("trace", finished)
    assert ended.returncode == 2
    assert "--trace-request" in ended.stderr


def test_programs_get_json(finished, tmp_path):
    ended = run_small(tmp_path / "run", "--json")
    assert json.loads(ended.stdout) == summary_of(tmp_path / "run")
    compared = json.loads(streamtwin("compare", "--json", finished, tmp_path / "run").stdout)
    (row,) = compared["kpis"]["plays.started"]["differences"]
    assert row["difference"] == row["value_b"] - row["value_a"] and row["lower"] is None


def test_what_strays_among_replications_is_named_and_left_out(tmp_path):
    assert run_small(tmp_path / "run", "--replications", 2).returncode == 0
    among = tmp_path / "run" / "replications"
    (among / ".DS_Store").write_text("")
    shutil.copytree(among / "seed-1", among / "seed-1 (copy)")
    (among / "seed-9").mkdir()
    ended = streamtwin("compare", tmp_path / "run", tmp_path / "run")
    assert ended.returncode == 0
    for stray in (".DS_Store", "seed-1 (copy)", "seed-9"):
        assert f"{among / stray}: left out, " in ended.stderr
    assert "runs with the same seed" in ended.stdout, "the two that are there"
    told = streamtwin("report", tmp_path / "run")
    assert told.returncode == 0 and f"{among / 'seed-9'}: lies among the replications" in told.stderr


def test_two_runs_are_compared(finished, tmp_path):
    assert run_small(tmp_path / "other", "--seed", 8).returncode == 0
    ended = streamtwin("compare", finished, tmp_path / "other")
    assert ended.returncode == 0
    assert "plays.started" in ended.stdout
    assert "may be chance" in ended.stdout
    assert streamtwin("compare", finished, tmp_path).returncode == 2


def test_replications_with_the_same_seeds_are_compared_as_pairs(tmp_path):
    for name, load in (("a", "1 /s"), ("b", "4 /s")):
        assert run_small(tmp_path / name, "--replications", 3, "--set", f"members.plays_at_peak={load}").returncode == 0
    ended = streamtwin("compare", tmp_path / "a", tmp_path / "b")
    line = next(line for line in ended.stdout.splitlines() if line.strip().startswith("plays.asked"))
    assert line.split()[-1] == "*", "three times as many plays are no chance"
    assert "runs with the same seed" in ended.stdout


# Bad input

@pytest.mark.parametrize("arguments, expected", [
    ([], "subcommand"),
    (["simulate"], "no verb 'simulate'"),
    (["valdiate", "x"], "did you mean `validate`"),
    (["run"], "FILE is required"),
    (["run", "nowhere.yaml"], "nowhere.yaml"),
    (["run", "friday-night", "--seed", "-1"], "--seed"),
    (["run", "friday-night", "--replications", "many"], "--replications"),
    (["run", "friday-night", "--until", "5"], "with its unit"),
    (["run", "friday-night", "--scale-load", "1,x"], "--scale-load"),
    (["run", "friday-night", "--set", "members"], "path=value"),
    (["run", "friday-night", "--set", "membres.accounts=1"], "members"),
    (["run", "friday-night", "--set", "members.accounts=-5"], "members.accounts"),
    (["run", "friday-night", "--set", "members.country=Atlantis"], "Atlantis"),
    (["run", "friday-night", "--set", "members.access.traces=/no/such/folder"], "/no/such/folder"),
    (["run", "friday-night", "--unknown-option"], "--unknown-option"),
    (["run", "friday-night", "--sead", "3"], "did you mean `--seed`"),
    (["run", "friday-nihgt"], "did you mean `friday-night`"),
    (["compare", "/nowhere", "/nowhere"], "/nowhere"),
    (["trace", "/nowhere"], "/nowhere"),
    (["report", "/nowhere"], "/nowhere"),
])
def test_bad_input_is_exit_status_two_with_a_message_and_no_results(arguments, expected, tmp_path):
    ended = streamtwin(*arguments, cwd=tmp_path)
    assert ended.returncode == 2, ended.stderr
    assert expected in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_closed_standard_error_and_a_vanished_folder_are_no_crash(tmp_path):
    ended = streamtwin("run", "nowhere.yaml", preexec_fn=lambda: os.close(2))
    assert ended.returncode == 2
    with open("/dev/full", "w") as full:
        assert subprocess.run([PROGRAM, "run", "nowhere.yaml"], stderr=full, timeout=60).returncode == 2

    def leave():
        gone = tmp_path / "gone"
        gone.mkdir()
        os.chdir(gone)
        gone.rmdir()

    ended = streamtwin("validate", LIBRARY / "friday-night.yaml", preexec_fn=leave)
    assert ended.returncode == 2
    assert "working directory" in ended.stderr


def test_what_goes_out_is_utf8_without_control_characters_of_the_input(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_bytes("streamtwin: 1\nname: \"a\\e[31m\u202eb\"\nm\u202eembers: {}\n".encode())
    ended = subprocess.run([PROGRAM, "validate", str(bad), b"caf\xe9.yaml"], capture_output=True, timeout=60)
    assert ended.returncode == 2
    text = ended.stderr.decode()
    assert "\u202e" not in text and "\x1b" not in text


def test_lines_of_files_that_are_no_scenarios_are_not_repeated(tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n- [\n")
    ended = streamtwin("validate", secret)
    assert ended.returncode == 2 and str(secret) in ended.stderr
    assert "hunter2" not in ended.stderr


def test_validate_finds_every_error_with_its_place(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("streamtwin: 1\nname: bad\nclock: {lasts: 5 parsecs}\nmembres: {}\n")
    ended = streamtwin("validate", bad)
    assert ended.returncode == 2
    assert f"{bad}:3:" in ended.stderr and f"{bad}:4:" in ended.stderr
    assert "parsecs" in ended.stderr and "members" in ended.stderr


def test_every_library_scenario_is_listed_valid_and_describable():
    names = [file.stem for file in LIBRARY.glob("*.yaml")]
    listed = streamtwin("list")
    assert listed.returncode == 0
    for name in names:
        assert name in listed.stdout
        assert streamtwin("validate", LIBRARY / f"{name}.yaml").returncode == 0
    described = streamtwin("describe", "friday-night")
    assert described.returncode == 0, described.stderr
    assert "members.accounts" in described.stdout
    assert "assumption" in described.stdout
    assert "host " in described.stdout, "the SimGrid platform is printed"


def test_the_schema_is_json():
    ended = streamtwin("schema")
    assert ended.returncode == 0
    assert "properties" in json.loads(ended.stdout)


def test_help_and_version_are_no_errors():
    assert "130" in streamtwin("--help").stdout
    assert streamtwin("--help").returncode == 0
    assert streamtwin("run", "--help").returncode == 0
    assert streamtwin("--version").returncode == 0


def test_a_run_ends_with_a_report(tmp_path):
    ended = streamtwin("run", *SMALL, "--out", tmp_path / "run")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert "<html" in (tmp_path / "run" / "report.html").read_text()
    (tmp_path / "run" / "report.html").unlink()
    assert streamtwin("report", tmp_path / "run").returncode == 0
    assert (tmp_path / "run" / "report.html").exists()
