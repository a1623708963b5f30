"""What is published is what runs: which headers of models/ no run reaches; and which rooms know of which."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^#include "((?:models|scenarios|sim-core)/[^"]+)"', re.M)

# What stands there for tests and Python alone, and why.
REACHED_BY_NO_RUN = {
    "models/clients/abr/reference_session.hpp": "the reference simulator's session, for parity with its published numbers",
    "models/services/hystrix/collapser.hpp": "a batch of requests would have to cost what its members cost: nobody publishes how much",
}


def included_by(file: Path) -> list[Path]:
    files = [ROOT / name for name in INCLUDE.findall(file.read_text(encoding="utf-8"))]
    return [included for included in files if included.exists()]  # the others are made when the program is built


def reached() -> set[Path]:
    """From scenarios/ by includes; with a header the files beside it that include it, and so define what it declares."""
    defined_by = {}
    for source in (ROOT / "models").rglob("*.cpp"):
        for header in included_by(source):
            if header.parent == source.parent:
                defined_by.setdefault(header, []).append(source)
    found, ahead = set(), [file for file in (ROOT / "scenarios").rglob("*.[ch]pp")]
    while ahead:
        file = ahead.pop()
        if file in found:
            continue
        found.add(file)
        ahead += included_by(file) + defined_by.get(file, [])
    return found


def test_every_model_is_reached_from_a_scenario_or_says_why_not():
    headers = set((ROOT / "models").rglob("*.hpp"))
    assert len(headers) > 150
    orphans = {str(header.relative_to(ROOT)) for header in headers - reached()}
    assert orphans == set(REACHED_BY_NO_RUN)
    assert len(REACHED_BY_NO_RUN) <= 2


def rooms_of(folder: str) -> set[str]:
    """Which rooms the files of a room include from."""
    included = {name for file in (ROOT / folder).rglob("*.[ch]pp") for name in INCLUDE.findall(file.read_text(encoding="utf-8"))}
    return {"/".join(name.split("/")[:2]) if name.startswith("scenarios/") else name.split("/")[0] for name in included}


def test_the_language_knows_no_model_and_a_scenario_no_run():
    assert rooms_of("scenarios/language") == {"scenarios/language", "sim-core"}
    assert rooms_of("scenarios/scenario") == {"scenarios/scenario", "scenarios/language", "models", "sim-core"}
