"""Every scenario of the library ends as it says: each verdict holds, but those that it expects to break. Large ones run at a
tenth of their size, long ones for a part of their time."""

import json
import subprocess

import pytest

from program import LIBRARY, PROGRAM, needs_program

TENTH_OF_THE_COUNTRY = ("load.rest-of-the-country.rate=6 /s", "load.other-countries.rate=12 /s", "members.accounts=20000",
                        "members.plays_at_peak=1.5 /s", "open_connect.sample=0.225 %")
REGION_IN_TROUBLE = "{at: 20 min, action: add_errors, target: playback-apps/eu-west-1, errors: 90 %}"
SMALLER = {
    **dict.fromkeys(("friday-night", "premiere", "region-loss", "slow-dependency", "zone-loss"), TENTH_OF_THE_COUNTRY),
    "day-in-germany": ("clock.lasts=2 h",),
    "titus-week": ("clock.lasts=6 h",),
    # until the region is left, without the way back
    "region-evacuation": ("clock.lasts=55 min", f"method=[{REGION_IN_TROUBLE}]"),
    "region-evacuation-before": ("clock.lasts=75 min", f"method=[{REGION_IN_TROUBLE}]"),
    "region-evacuation-what-ifs": ("clock.lasts=45 min",),
    "region-evacuation-beside": ("clock.lasts=13 min", "method=[{at: 3 min, action: evacuate, target: eu-west-1}]"),
    "million-viewers": ("members.accounts=600000", "members.plays_at_peak=54 /s", "open_connect.sample=8.2 %"),
}
# What counts a whole country cannot be as large in a part of it.
OF_THE_WHOLE = {("million-viewers", "members.watching_peak")}
AS_IMPORTED = ("misim-video-streaming",)  # from another simulator, whose files expect nothing

pytestmark = needs_program


@pytest.mark.parametrize("scenario", sorted(file.stem for file in LIBRARY.glob("*.yaml")))
def test_verdicts_are_as_the_scenario_says(scenario, tmp_path):
    sets = [part for value in SMALLER.get(scenario, ()) for part in ("--set", value)]
    run = subprocess.run([PROGRAM, "run", LIBRARY / f"{scenario}.yaml", "--quiet", "--no-report", "--out", tmp_path / "run", *sets],
                         capture_output=True, text=True, timeout=1200)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["verdicts"] or scenario in AS_IMPORTED, "a scenario of the library expects something"
    wrong = [f"{verdict['name']} is {verdict['observed']}, expected {verdict['expected']}"
             for verdict in summary["verdicts"]
             if verdict["held"] == ("breaks_because" in verdict) and (scenario, verdict["name"]) not in OF_THE_WHOLE]
    assert wrong == []


# What shows what not to do is warned of; nothing else is.
BAD_ON_PURPOSE = {"chap-timeout-too-long", "mesh-cascade", "mesh-retry-storm", "zone-loss-default-timeouts"}


def test_only_what_shows_a_mistake_is_warned_of():
    files = sorted(LIBRARY.glob("*.yaml"))
    judged = {file.stem: subprocess.run([PROGRAM, "validate", file], capture_output=True, text=True, timeout=60) for file in files}
    assert [name for name, ended in judged.items() if ended.returncode != 0] == []
    assert {name for name, ended in judged.items() if "warning" in ended.stdout + ended.stderr} == BAD_ON_PURPOSE
