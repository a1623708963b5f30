"""Completion of shells and the manual page, as the program tells them: bash's function is run as bash runs it, the page is
formatted with every warning on. What is not installed here is skipped by name."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build"))

pytestmark = pytest.mark.skipif(not (BUILD / "streamtwin").exists(), reason=f"{BUILD}/streamtwin is not built")


def told(*words):
    return subprocess.run([BUILD / "streamtwin", *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    file = tmp_path_factory.mktemp("completion") / "streamtwin.bash"
    file.write_text(told("completion", "bash"))
    return file


@pytest.fixture
def complete(script, tmp_path):
    """The completions of the last word, in a folder of its own."""
    def run(*words):
        drive = ('source "$1"; shift; COMP_WORDS=(streamtwin "$@"); COMP_CWORD=$#; '
                 '[ "$(complete -p streamtwin)" = "complete -F _streamtwin streamtwin" ] || exit 9; '
                 '_streamtwin streamtwin "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"; printf "%s\\n" "${COMPREPLY[@]}"')
        ended = subprocess.run(["bash", "--norc", "-c", drive, "bash", script, *words], capture_output=True, text=True, cwd=tmp_path)
        assert ended.returncode == 0 and not ended.stderr, ended.stderr
        return set(ended.stdout.split("\n")) - {""}

    return run


def library():
    return {file.stem for file in (ROOT / "scenarios" / "library").glob("*.yaml")}


def test_verbs(complete):
    assert {"run", "list", "describe", "validate", "compare", "import", "report", "completion"} <= complete("")
    assert "man" not in complete("")
    assert complete("re") == {"replicate", "report"} and complete("--v") == {"--version"}


def test_scenarios_by_name_and_by_file(complete, tmp_path):
    (tmp_path / "zone of mine.yaml").touch()
    (tmp_path / "zone.txt").touch()
    (tmp_path / "zones").mkdir()
    named = {name for name in library() if name.startswith("zone")}
    assert named and complete("run", "zone") == named | {"zone of mine.yaml", "zones"}
    assert complete("validate", "zone-loss", "friday") == {"friday-night"}, "validate takes many"
    assert complete("run", "--seed", "7", "friday") == {"friday-night"}, "the seed is none of its places"
    assert complete("run", "zone-loss", "friday") == set(), "run takes one"


def test_options_of_the_verb_and_of_no_other(complete):
    assert {"--seed", "--out", "--set", "--help", "--no-report"} <= complete("run", "zone-loss", "--")
    assert complete("compare", "--s") == set() and complete("compare", "--j") == {"--json"}


def test_values_of_options(complete, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results.txt").touch()
    assert complete("run", "x", "--trace-request", "") == {"slowest", "failed"}
    assert complete("run", "--out", "res") == {"results"}, "a folder"
    assert complete("run", "--out", "=", "res") == {"results"} == complete("compare", "res")
    assert complete("import", "graph", "-o", "res") == {"results", "results.txt"}
    assert complete("run", "--seed", "") == set()
    assert complete("import", "") == {"misim", "graph"} and complete("completion", "") == {"bash", "zsh", "fish"}


def test_every_option_that_help_shows_is_completed(complete):
    for verb in ("run", "describe", "validate", "compare", "replicate", "sweep", "import"):
        shown = set(re.findall(r"^\s+(?:-\w, ?)?(--[\w-]+)", told(verb, "--help"), re.MULTILINE))
        assert shown and complete(verb, "--") == shown, verb


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_their_scripts(shell, tmp_path):
    text = told("completion", shell)
    assert "friday-night" in text and "trace-request" in text
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(text)
    ended = subprocess.run([shell, "-n", tmp_path / "script"], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_the_manual_page_has_every_verb_option_and_status(tmp_path):
    page = told("man")
    for word in ("run", "compare", "completion"):
        assert f".SS streamtwin {word}\n" in page
    for option in re.findall(r"(--[\w-]+)", told("run", "--help")):
        assert option.replace("-", "\\-") in page or option == "--help", option
    assert re.search(r"\.B 130\ninterrupted", page)


def test_the_manual_page_is_formatted_without_a_warning(tmp_path):
    formatters = {"groff": ["-man", "-Tutf8", "-ww"], "mandoc": ["-T", "lint", "-W", "warning"]}
    present = [name for name in formatters if shutil.which(name)]
    if not present:
        pytest.skip("neither groff nor mandoc is installed")
    (tmp_path / "streamtwin.1").write_text(told("man"))
    for name in present:
        ended = subprocess.run([name, *formatters[name], tmp_path / "streamtwin.1"], capture_output=True, text=True)
        assert ended.returncode == 0 and not ended.stderr, ended.stdout + ended.stderr
        if name == "groff":
            plain = re.sub(r"\x1b\[[\d;]*m|.\x08", "", ended.stdout).replace("\N{MINUS SIGN}", "-")
            assert "EXIT STATUS" in plain and "--scale-load" in plain and "\N{MICRO SIGN}Bench" in plain
