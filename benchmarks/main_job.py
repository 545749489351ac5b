"""main_job: what the gate costs and what the fingerprint saves, as ratios within one run.

Usage: python benchmarks/main_job.py [RUNS]

Three things are timed in turn, RUNS times each (5 by default), over a copy of the real data folder:
the whole job `release`; the same figures through the pure functions and one DuckDB file, without Dagster,
Great Expectations, working tables or hashes (the baseline); and finding that nothing has changed.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pipelines import checks, definitions, facts, stats, targets  # noqa: E402 - after the path
from pipelines.catalog import Catalog  # noqa: E402
from pipelines.home import Home  # noqa: E402
from pipelines.release import fingerprint  # noqa: E402
from pipelines.sources import tidy  # noqa: E402
from pipelines.warehouse import Tables, rows_of  # noqa: E402


def whole_job(home: Home) -> None:
    """The job `release`, checks and all."""
    result = definitions.assembled(home).resolve_job_def("release").execute_in_process(raise_on_error=False)
    failed = definitions.failures(result)
    if failed:
        raise SystemExit("\n".join(failed))


def bare_engine(home: Home) -> None:
    """The same figures without Dagster, Great Expectations, hashes or gate."""
    catalog = Catalog(home.catalog)
    tables = Tables(catalog)
    staged = tidy.staged([home.sources], home.root, catalog)
    observed = tables.frame("facts.observation", facts.observations(staged.figures, catalog))
    computed = tables.frame("stats.indicator_value", stats.indicator_values(rows_of(observed), catalog).values)
    progress = tables.frame("stats.target_progress", targets.progress(rows_of(computed), staged.targets, catalog))
    con = duckdb.connect(str(home.root / "bare.duckdb"))
    for name, frame in {"facts.observation": observed, "stats.indicator_value": computed,
                        "stats.target_progress": progress}.items():  # fmt: skip
        con.register("rows", tables.arrow(name, frame))
        con.execute(f"CREATE OR REPLACE TABLE {name.replace('.', '_')} AS SELECT * FROM rows")
    con.close()


def fingerprint_only(home: Home) -> None:
    """What an unchanged `bluebook run` does before it stops."""
    fingerprint.fingerprint("real", fingerprint.inputs(home), fingerprint.code())


def seconds(work: Callable[[Home], None], home: Home) -> float:
    """Seconds that one piece of work takes."""
    begun = time.perf_counter()
    work(home)
    return time.perf_counter() - begun


def main() -> None:
    """Times the three in turn and prints medians and ratios."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "产改")
        for name in ("data/sources", "data/catalog", "expectations"):
            shutil.copytree(ROOT / name, home.root / name)
        checks.context()  # importing Great Expectations is not what is measured
        whole_job(home)
        taken: dict[str, list[float]] = {"whole job": [], "bare engine": [], "fingerprint": []}
        for _ in range(runs):
            for name, work in zip(taken, (whole_job, bare_engine, fingerprint_only), strict=True):
                taken[name].append(seconds(work, home))
    median = {name: statistics.median(times) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name:12} {min(times):7.3f} {median[name]:7.3f} {max(times):7.3f} s (min, median, max of {runs})")
    print(f"whole job / bare engine: {median['whole job'] / median['bare engine']:.1f}")
    print(f"fingerprint / whole job: {median['fingerprint'] / median['whole job']:.4f}")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
