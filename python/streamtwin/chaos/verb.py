"""``streamtwin chaos``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..ranges import BadInput, duration
from ..words import add_quiet, add_set
from ..scenarios import ScenarioError
from .experiment import read
from .run import HYPOTHESIS, ROLLBACKS, Strategy, carry_out


def add_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("FILE", help="an experiment of the Chaos Toolkit, JSON or YAML")
    verb.add_argument("--scenario", required=True, metavar="FILE", help="whose platform it is carried out on: a file, or a name of the library")
    verb.add_argument("--journal-path", default="journal.json", metavar="FILE", help="where the journal is written (default: journal.json)")
    verb.add_argument("--at", default="60s", metavar="DURATION", help="when the experiment begins, after the warm-up (default: 60s)")
    verb.add_argument("--url", action="append", default=[], metavar="URL=NAME", help="the workload or service that an address of a probe means")
    verb.add_argument("--hypothesis-strategy", default="default", metavar="WHEN", help=f"{', '.join(HYPOTHESIS)}")
    verb.add_argument("--hypothesis-frequency", type=float, default=1.0, metavar="SECONDS", help="between looks during the method (default: 1)")
    verb.add_argument("--fail-fast", action="store_true", help="stop the method when the hypothesis breaks during it")
    verb.add_argument("--fail-fast-ratio", type=float, default=0.0, metavar="SHARE", help="of the looks that must have failed (default: 0)")
    verb.add_argument("--rollback-strategy", default="default", metavar="WHEN", help=f"{', '.join(ROLLBACKS)}")
    add_set(verb)
    verb.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the run (default: 1)")
    add_quiet(verb)


def run(options: argparse.Namespace) -> int:
    """0 when the hypothesis held, 1 when it did not or the experiment failed."""
    for option in ("set", "url"):
        if any("=" not in one for one in getattr(options, option)):
            raise BadInput(f"--{option}: expected {'PATH=VALUE' if option == 'set' else 'URL=NAME'}")
    strategy = Strategy(options.hypothesis_strategy, options.hypothesis_frequency, options.fail_fast, options.fail_fast_ratio,
                        options.rollback_strategy)
    experiment = read(options.FILE, dict(one.rsplit("=", 1) for one in options.url))
    try:
        journal = carry_out(experiment, options.scenario, options.seed, dict(one.split("=", 1) for one in options.set),
                            duration("--at", options.at), strategy)
    except ScenarioError as error:
        raise BadInput(f"{options.FILE} on {options.scenario}: {error}") from None
    Path(options.journal_path).parent.mkdir(parents=True, exist_ok=True)
    Path(options.journal_path).write_text(json.dumps(journal, indent=2) + "\n", encoding="utf-8")
    if not options.quiet:
        print(as_text(journal))
        print(options.journal_path)
    before = journal["steady_states"]["before"]
    held = journal["status"] == "completed" and not journal["deviated"] and (before is None or before["steady_state_met"])
    return 0 if held else 1


def as_text(journal: dict) -> str:
    """The course of an experiment, as a terminal shows it."""
    lines = [journal["experiment"].get("title", "")]
    lines += _state("before", journal["steady_states"]["before"])
    for entry in journal["run"]:
        lines.append(f"  {entry['activity']['type']:7} {entry['activity']['name']}: {_output(entry)}")
    during = journal["steady_states"]["during"]
    if during:
        lines.append(f"  during: held at {sum(one['steady_state_met'] for one in during)} of {len(during)} looks")
    lines += _state("after", journal["steady_states"]["after"])
    lines += [f"  rollback {entry['activity']['name']}: {_output(entry)}" for entry in journal["rollbacks"]]
    lines.append(f"  {journal['status']}{', deviated' if journal['deviated'] else ''}")
    return "\n".join(lines)


def _output(entry: dict) -> str:
    return str(entry["output"]) if entry["status"] == "succeeded" else entry["exception"][0].strip()


def _state(when: str, state: dict | None) -> list[str]:
    if state is None:
        return []
    lines = [f"  hypothesis {when}: {'held' if state['steady_state_met'] else 'did not hold'}"]
    return lines + [f"    {entry['activity']['name']}: {_output(entry)}" for entry in state["probes"]]


