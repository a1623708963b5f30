"""What CI cannot afford: every verdict of the library over several seeds, mutants of scenarios, a swarm of generated ones,
whether a run drives every class of `st.algorithms`, the state in which runs begin, the failure search against chance, and how often
intervals cover; what plans claim against fresh runs; and every row of the validation book.

    ./streamtwin test --long [--seeds 5] [--mutants 100000] [--swarm 2000] [--steady-seeds 10] [--jobs N]
                             [--only library|mutants|swarm|coverage|steady|failures|intervals|plans|book]

Prints one line of figures for each part. Ends with 1 when something is not as it should be.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import book_of_claims
import coverage_of_algorithms
import coverage_of_intervals
import planted_failures
import plans_afresh
from steady import steady

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "swarm"))

from mutation import mutant_of  # noqa: E402

PROGRAM = Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build")) / "streamtwin"
LIBRARY = ROOT / "scenarios" / "library"
ENDED_WELL = (0, 1)   # `run`: everything as expected, or not
KNOWN = (0, 1, 2)     # besides: refused, with a message
HANGS_AFTER = 60      # seconds for `validate`, which takes a fraction of one


def run_seed(scenario: Path, seed: int) -> list[str]:
    """What is not as the scenario says under this seed."""
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run([PROGRAM, "run", scenario, "--seed", str(seed), "--no-report", "--quiet", "--out", f"{folder}/run"],
                               capture_output=True, text=True)
        name = f"{scenario.stem}, seed {seed}"
        if ended.returncode not in ENDED_WELL:
            return [f"{name}: exit status {ended.returncode}: {ended.stderr[-500:]}"]
        summary = json.loads(Path(folder, "run", "summary.json").read_text())
    wrong = [f"{name}: {verdict['name']} is {verdict['observed']}, expected {verdict['expected']}"
             f"{' to break' if 'breaks_because' in verdict else ''}"
             for verdict in summary["verdicts"] if verdict["held"] is not ("breaks_because" not in verdict)]
    return wrong or ([f"{name}: the books do not balance: {ended.stderr[-500:]}"] if ended.returncode else [])


def library(arguments) -> list[str]:
    scenarios = sorted(LIBRARY.glob("*.yaml"))
    runs = [(scenario, seed) for scenario in scenarios for seed in range(1, arguments.seeds + 1)]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        wrong = [line for lines in pool.map(lambda run: run_seed(*run), runs) for line in lines]
    print(f"library: {len(scenarios)} scenarios, {arguments.seeds} seeds each, {len(wrong)} verdicts not as expected", flush=True)
    return wrong


def validate_mutants(files: list[Path]) -> list[str]:
    """Which of these `validate` does not judge with one of its exit statuses. Many at a time; a failure is looked for one by one."""
    try:
        status = subprocess.run([PROGRAM, "validate", *files], capture_output=True, timeout=HANGS_AFTER * len(files)).returncode
    except subprocess.TimeoutExpired:
        status = "a hang"
    if status in KNOWN:
        return []
    if len(files) > 1:
        half = len(files) // 2
        return validate_mutants(files[:half]) + validate_mutants(files[half:])
    kept = Path(tempfile.gettempdir(), f"streamtwin-{files[0].name}")
    kept.write_bytes(files[0].read_bytes())
    return [f"validate {kept}: {status}"]


def mutants(arguments) -> list[str]:
    # Those that are quickly judged: five hundred services take their time.
    texts = [file.read_text() for file in sorted(LIBRARY.glob("*.yaml")) if file.stem != "five-hundred-services"]

    def one_batch(first: int) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for number in range(first, min(first + 50, arguments.mutants)):
                draw = random.Random(number)
                files.append(Path(folder, f"mutant-{number}.yaml"))
                files[-1].write_text(mutant_of(draw.choice(texts), draw.randint, draw.choice), errors="replace")
            return validate_mutants(files)

    with ThreadPoolExecutor(arguments.jobs) as pool:
        wrong = [line for lines in pool.map(one_batch, range(0, arguments.mutants, 50)) for line in lines]
    print(f"mutants: {arguments.mutants} validated, {len(wrong)} crashes or hangs", flush=True)
    return wrong


def swarm(arguments) -> list[str]:
    """The swarm of drawn scenarios, as far as asked; pytest shows what it finds, made small."""
    ended = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ROOT / "tests" / "swarm"],
                           env=os.environ | {"STREAMTWIN_BUILD": str(PROGRAM.parent), "STREAMTWIN_SWARM_RUNS": str(arguments.swarm)})
    wrong = [] if ended.returncode == 0 else [f"swarm: pytest ended with {ended.returncode}"]
    print(f"swarm: {arguments.swarm} scenarios drawn, {len(wrong)} findings", flush=True)
    return wrong


def main() -> int:
    parts = {"library": library, "mutants": mutants, "swarm": swarm, "coverage": coverage_of_algorithms.check, "steady": steady,
             "failures": planted_failures.check, "intervals": coverage_of_intervals.check, "plans": plans_afresh.check,
             "book": book_of_claims.check}
    parser = argparse.ArgumentParser(prog="streamtwin test --long")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--swarm", type=int, default=2_000)
    parser.add_argument("--steady-seeds", type=int, default=10)
    parser.add_argument("--steady-scenarios", nargs="+", metavar="NAME", help="only these of the library")
    parser.add_argument("--steady-show", type=int, default=0, metavar="N", help="also the N figures that are nearest to a trend")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", choices=list(parts))
    arguments = parser.parse_args()
    wrong = [line for name, part in parts.items() if arguments.only in (None, name) for line in part(arguments)]
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
