"""What the sources say of themselves: that they are laid out as .clang-format says, that Python files do not import each other
in circles and rooms of models/ and of scenarios/composition/ include each other downwards only, that tests which run beside each other do not share files,
and that tests/INVARIANTS.md names tests that there are and models/README.md functions that there are."""

import ast
import re
import shutil
import subprocess
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORMATTER = shutil.which("clang-format-14")
INVARIANTS = (ROOT / "tests" / "INVARIANTS.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not FORMATTER, reason="clang-format-14 is not installed")
def test_sources_are_formatted():
    sources = [file for folder in ("sim-core", "models", "scenarios", "python", "tests")
               for file in sorted((ROOT / folder).rglob("*.[ch]pp"))]
    assert len(sources) > 500
    checked = subprocess.run([FORMATTER, "--dry-run", *sources], cwd=ROOT, capture_output=True, text=True, check=True)
    untidy = sorted(set(re.findall(r"^(\S+?):\d+:\d+: warning: code should be clang-formatted", checked.stderr, re.M)))
    assert untidy == [], "run clang-format-14 -i on these"


def imports_of(file: Path, package: Path) -> set[Path]:
    """The files of the package that a file of it imports anywhere, also on first use."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            home = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            for place in [home, *(home / alias.name for alias in node.names)]:
                found |= {path for path in (place.with_suffix(".py"), place / "__init__.py") if path.exists()}
    return found - {file, package / "__init__.py"}


def test_files_of_the_python_package_import_each_other_in_one_direction():
    package = ROOT / "python" / "streamtwin"
    imports = {file: imports_of(file, package) for file in package.rglob("*.py")}
    assert len(imports) > 20 and package / "report" / "page.py" in imports[package / "report" / "__init__.py"]
    TopologicalSorter(imports).prepare()  # raises CycleError with the circle


# What each room of models/ may include, besides itself. An arrow points down: no room reaches itself along them.
ARROWS = {
    "cache": {"eviction", "pipeline", "places", "rpc"},
    "chaos": {"services"},
    "cloud": {"data", "files", "places", "rpc"},
    "configuration": {"rpc"},
    "clients": {"data", "edge", "files", "openconnect", "pipeline", "rpc", "services"},
    "data": set(),
    "delivery": {"cloud", "registry", "rpc", "titus"},
    "edge": {"places", "registry", "rpc", "services"},
    "failover": {"cloud", "edge", "places", "rpc"},
    "eviction": set(),
    "files": set(),
    "misim": {"services"},
    "openconnect": {"data", "files", "places", "rpc"},
    "pipeline": {"places", "rpc"},
    "places": set(),
    "registry": {"files", "places"},
    "rpc": {"places"},
    "services": {"cache", "cloud", "files", "places", "registry", "rpc", "stores"},
    "stores": {"places", "rpc"},
    "titus": {"cloud", "data", "places", "rpc"},
    "work": {"cloud", "stores", "titus"},
}


# Those of models/titus/, where `stack` is the master that drives the others.
TITUS_ARROWS = {
    "agents": {"fenzo"},
    "eviction": set(),
    "executor": {"fenzo", "images", "jobs", "network"},
    "federation": {"jobs", "stack"},
    "fenzo": set(),
    "images": set(),
    "jobs": set(),
    "load_balancing": set(),
    "network": set(),
    "placement": {"agents", "fenzo", "network"},
    "relocation": set(),
    "stack": {"agents", "eviction", "executor", "fenzo", "images", "jobs", "load_balancing", "network", "placement", "relocation"},
}


# The same of scenarios/composition/, where `twin` is what a run is composed in and `parts` are those of the platform.
COMPOSITION_ARROWS = {
    "kpis": set(),
    "misim": {"parts", "tables", "twin"},
    "parts": {"kpis", "tables", "text", "twin"},
    "tables": set(),
    "text": set(),
    "twin": {"kpis"},
}


@pytest.mark.parametrize("folder, allowed", [("models", ARROWS), ("models/titus", TITUS_ARROWS), ("scenarios/composition", COMPOSITION_ARROWS)])
def test_rooms_include_each_other_downwards_only(folder, allowed):
    arrows = {}
    for file in sorted((ROOT / folder).rglob("*.[ch]pp")):
        room = file.relative_to(ROOT / folder).parts[0]
        included = set(re.findall(rf'^#include "{folder}/(\w+)/', file.read_text(encoding="utf-8"), re.M)) - {room}
        arrows.setdefault(room, set()).update(included)
    assert {room: sorted(to - allowed.get(room, set())) for room, to in arrows.items() if to - allowed.get(room, set())} == {}
    TopologicalSorter(allowed).prepare()  # raises CycleError with the circle


def test_tests_write_into_folders_of_their_own():
    sharing = [str(file.relative_to(ROOT)) for file in sorted((ROOT / "tests").rglob("*.[ch]pp"))
               if re.search(r"TempDir\(|temp_directory_path\(|\btmpnam\b|\"/tmp", file.read_text(encoding="utf-8"))]
    assert sharing == ["tests/scratch_folder.hpp"], "a fixed name may be taken by a test that runs at the same time: use ScratchFolder"


def test_every_invariant_is_held_by_a_test_that_exists():
    defined = {f"{suite}.{name}" for file in (ROOT / "tests").rglob("*.cpp")
               for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", file.read_text(encoding="utf-8"), re.M)}
    named = re.findall(r"`(?:\w+/)?([A-Z]\w*\.[\w*]+)`", INVARIANTS)
    assert len(named) > 80
    missing = [name for name in named if not any(re.fullmatch(name.replace(".", r"\.").replace("*", ".*"), test) for test in defined)]
    assert missing == []
    assert [path for path in re.findall(r"`(tests/[\w/.-]+)", INVARIANTS) if not (ROOT / path).exists()] == []


def test_every_row_of_the_invariants_names_its_test():
    rows = re.findall(r"^\| ([A-Z]\d+) \|.*\| (.*) \|$", INVARIANTS, re.M)
    assert len(rows) > 25 and [number for number, held_by in rows if "`" not in held_by] == []


def test_the_ways_through_the_rooms_name_what_is_there():
    code = "\n".join(file.read_text() for folder in ("models", "scenarios", "sim-core") for file in (ROOT / folder).rglob("*.[ch]pp"))
    words = set(re.findall(r"\w+", code))
    named = set(re.findall(r"`([\w:]+)`", (ROOT / "models" / "README.md").read_text()))
    assert len(named) > 60
    assert [name for name in sorted(named) if not words.issuperset(name.split("::"))] == []


def test_the_first_page_leads_to_every_scenario_and_notebook():
    page = set(re.findall(r"`([\w-]+)`", (ROOT / "README.md").read_text()))
    there = {file.stem for folder in ("scenarios/library/*.yaml", "notebooks/*.ipynb") for file in ROOT.glob(folder)}
    assert len(there) > 60 and sorted(there - page) == []


def test_tests_are_named_in_one_style():
    files = [file for layer in ("unit", "conformance", "property", "validation", "end-to-end") for file in (ROOT / "tests" / layer).rglob("*.cpp")]
    assert [str(file.relative_to(ROOT)) for file in files if not file.name.endswith("_test.cpp")] == []
    cases = [case for file in files for case in re.findall(r"^TEST(?:_F|_P)?\(\w+,\s*(\w+)\)", file.read_text(encoding="utf-8"), re.M)]
    assert len(cases) > 1000 and [case for case in cases if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", case)] == []


def test_no_file_hides_another():
    folders = ("sim-core", "models", "scenarios", "python", "tests")
    lines = {str(file.relative_to(ROOT)): len(file.read_text().splitlines())
             for folder in folders for pattern in ("*.[ch]pp", "*.py") for file in (ROOT / folder).rglob(pattern)}
    assert {file: count for file, count in lines.items() if count > 400} == {}, "what hides in it is a file of its own"
