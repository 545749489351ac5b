"""main_job: time and peak memory of each stage of both channels, and what gate and fingerprint cost, as ratios.

Usage: python benchmarks/main_job.py [SCALE [RUNS]]

Four things are measured over a copy of the data folder:
1. the whole job of each channel, stage by stage, and the same command with nothing changed;
2. the real job against the same figures through the pure functions and one DuckDB file, without Dagster, Great
   Expectations, working tables or hashes (the baseline), RUNS times (3 by default);
3. a demonstration country SCALE times as large (10 by default) against the usual one: returns, storing, edit
   rules, observations, indicator values.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pipelines import audit, checks, declared, definitions, demo, facts, returned, stats, targets  # noqa: E402
from pipelines.catalog import Catalog  # noqa: E402 - after the path
from pipelines.home import Home  # noqa: E402
from pipelines.release import fingerprint  # noqa: E402
from pipelines.sources import tidy  # noqa: E402
from pipelines.warehouse import Tables, Warehouse, rows_of  # noqa: E402

PAGE_MIB = resource.getpagesize() / 2**20


class Peak:
    """The largest resident memory of this process since the last look, sampled every 10 ms, in MiB."""

    def __init__(self) -> None:
        self.largest, self.running = 0.0, True
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while self.running:
            self.largest = max(self.largest, resident())
            time.sleep(0.01)

    def look(self) -> float:
        """The largest since the last look; begins anew."""
        found, self.largest = max(self.largest, resident()), resident()
        return found


def resident() -> float:
    """Resident memory of this process now, in MiB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_MIB


@contextmanager
def watched() -> Iterator[Peak]:
    """A watch over the memory that ends with the block."""
    peak = Peak()
    try:
        yield peak
    finally:
        peak.running = False
        peak.thread.join()


def staged_job(home: Home, channel: str, peak: Peak) -> float:
    """Runs the channel's job and prints each stage; returns its seconds."""
    begun = last = time.perf_counter()
    peak.look()
    print(f"{channel}: stage, seconds, peak MiB")

    def on_step(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        print(f"  {name:44} {now - last:7.2f} {peak.look():7.0f}")
        last = now

    job = definitions.assembled(home, channel, on_step).resolve_job_def(definitions.job_name(channel))
    failed = definitions.failures(job.execute_in_process(raise_on_error=False))
    if failed:
        raise SystemExit("\n".join(failed))
    whole = time.perf_counter() - begun
    print(f"  {'whole job':44} {whole:7.2f}")
    return whole


def unchanged(home: Home, channel: str) -> None:
    """What a run does before it stops because nothing has changed."""
    fingerprint.fingerprint(channel, fingerprint.inputs(home, channel), fingerprint.code())


def bare_engine(home: Home) -> None:
    """The real figures without Dagster, Great Expectations, hashes, gate or book."""
    catalog = Catalog(home.catalog)
    tables = Tables(catalog)
    read = tidy.staged([home.sources], home.root, catalog)
    observed = tables.frame("facts.observation", facts.observations(read.figures, catalog))
    computed = tables.frame("stats.indicator_value", stats.indicator_values(rows_of(observed), catalog).values)
    progress = tables.frame("stats.target_progress", targets.progress(rows_of(computed), read.targets, catalog))
    con = duckdb.connect(str(home.root / "bare.duckdb"))
    for name, frame in {"facts.observation": observed, "stats.indicator_value": computed,
                        "stats.target_progress": progress}.items():  # fmt: skip
        con.register("rows", tables.arrow(name, frame))
        con.execute(f"CREATE OR REPLACE TABLE {name.replace('.', '_')} AS SELECT * FROM rows")
    con.close()


def seconds(work: Callable[[], object]) -> float:
    """Seconds that one piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def with_cities(catalog: Catalog, codes: Iterable[str]) -> Catalog:
    """The catalogue with the invented cities of a larger country ("110000-01") among its reporting units."""
    units = dict(catalog.reporting_units)
    for order, code in enumerate(sorted(set(codes) - set(units)), start=1000):
        parent = units[code.partition("-")[0]]
        units[code] = parent.model_copy(
            update={"code": code, "parent": parent.code, "kind": "city", "order": order, "counted_in_parent": False}
        )
    larger = Catalog(catalog.root, catalog.channel)
    larger.__dict__["reporting_units"] = units  # what the cached property would hold
    return larger


def demonstration(home: Home, scale: int, peak: Peak) -> dict[str, float]:
    """The demonstration's stages at a scale, without Dagster; prints and returns their seconds."""
    catalog = Catalog(home.catalog, "demo")
    path = home.root / f"scale{scale}.duckdb"
    path.unlink(missing_ok=True)
    returns: dict[str, pa.Table] = {}

    def generate() -> None:
        returns.update(demo.country(catalog, home.catalog / "channels" / "demo", scale=scale))

    def store() -> None:
        nonlocal catalog
        catalog = with_cities(catalog, returns["returns.receipt"].column("unit_code").to_pylist())
        warehouse = Warehouse(path, Tables(catalog))
        for name, table in returns.items():
            warehouse.write(name, table)
        for name, rows in declared.tables(catalog, "demo").items():
            warehouse.write(name, warehouse.tables.frame(name, rows))

    def rules() -> None:
        with Warehouse(path, Tables(catalog)).connection() as con:
            audit.audit(con, audit.rules(home.expectations / checks.RULES))

    def observe() -> None:
        warehouse = Warehouse(path, Tables(catalog))
        with warehouse.connection() as con:
            observed = returned.observations(con, catalog)["facts.observation"]
        warehouse.write("facts.observation", observed)

    def compute() -> None:
        rows = Warehouse(path, Tables(catalog)).rows("facts.observation", stats.READ)
        stats.indicator_values(rows, catalog)

    taken = {}
    peak.look()
    for name, work in {"returns": generate, "storing": store, "edit rules": rules, "observations": observe,
                       "indicator values": compute}.items():  # fmt: skip
        taken[name] = seconds(work)
        print(f"  scale {scale:3} {name:20} {taken[name]:7.2f} s {peak.look():7.0f} MiB")
    return taken


def main() -> None:
    """Measures the three parts and prints medians and ratios."""
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder, watched() as peak:
        home = Home(Path(folder) / "产改")
        for name in ("data/sources", "data/imports", "data/catalog", "expectations"):
            shutil.copytree(ROOT / name, home.root / name)
        checks.context()  # importing Great Expectations is not what is measured
        whole = {channel: staged_job(home, channel, peak) for channel in ("real", "demo")}
        for channel, full in whole.items():
            again = statistics.median(seconds(lambda name=channel: unchanged(home, name)) for _ in range(runs))  # type: ignore[misc]
            print(f"{channel}: unchanged {again:.3f} s; unchanged / whole job: {again / full:.4f}")
        bare = statistics.median(seconds(lambda: bare_engine(home)) for _ in range(runs))
        print(f"real: bare engine {bare:.2f} s; whole job / bare engine: {whole['real'] / bare:.1f}")
        print("demonstration: stage, seconds, peak MiB")
        usual, large = demonstration(home, 1, peak), demonstration(home, scale, peak)
        for name in usual:
            print(f"  {name:20} {scale} × as large / usual: {large[name] / usual[name]:.1f}")
        print(f"peak of all: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
