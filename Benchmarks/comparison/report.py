"""The table and the bars, as text that is also Markdown."""
from .systems import System

DATA_BYTES = 20_000 * 784
PARAMETER_BYTES = 4 * (784 * 500 + 784 + 500)
TITLES = {
    "gemm": "sgemm 2048³",
    "cd1": "CD-1 784-500, batch 100",
    "pcd1": "PCD-1 784-500, batch 100",
    "ais": "AIS 784-500, 100 chains × 10,000",
    "logz": "exact log Z 784-16",
}


def number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def find(systems: list[System], name: str, work: str, threads: int) -> System | None:
    matches = (s for s in systems if (s.name, s.work, s.threads) == (name, work, threads))
    return next(matches, None)


def speed(system: System | None) -> float | None:
    """Something that doubles when the system is twice as fast."""
    if system is None:
        return None
    seconds = system.best("seconds")
    rate = system.best("samples_per_second") or system.best("gflops")
    return rate if rate is not None else (1 / seconds if seconds else None)


def ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one and other else None


def table(systems: list[System]) -> str:
    """One row a system, the works in order; Joule first in each."""
    header = [
        "work", "threads", "system", "samples/s", "seconds", "GF/s", "of sgemm", "Joule is",
        "peak MB"]
    rows = []
    for system in systems:
        joule = find(systems, "Joule", system.work, system.threads)
        ceiling = find(systems, "Joule", "gemm", system.threads)
        rate, seconds = system.best("samples_per_second"), system.best("seconds")
        flops, memory = system.best("gflops"), system.best("peak_memory_bytes")
        share = ratio(flops, ceiling.best("gflops") if ceiling else None)
        faster = ratio(speed(joule), speed(system)) if system is not joule else None
        rows.append([
            TITLES[system.work], str(system.threads), system.name,
            number(rate), number(None if rate else seconds, 2), number(flops, 1),
            number(share, 2), "" if faster is None else f"{faster:.2f} ×",
            number(memory / 1e6 if memory else None),
        ])
        if system.failure:
            rows[-1][2] += f" (failed: {system.failure[:60]})"
    return grid([header] + rows)


def grid(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    left = {0, 2}

    def line(row: list[str]) -> str:
        cells = [
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))]
        return "| " + " | ".join(cells) + " |"

    rule = [
        ("-" * width if column in left else "-" * (width - 1) + ":")
        for column, width in enumerate(widths)]
    return "\n".join([line(rows[0]), line(rule), *map(line, rows[1:])])


def bars(systems: list[System], threads: int) -> str:
    """What the project promises, one line each: reached, missed, or not measured."""
    def of(name, work, count=threads):
        return speed(find(systems, name, work, count))

    cd1 = find(systems, "Joule", "cd1", threads)
    ceiling = find(systems, "Joule", "gemm", threads)
    pytorch = [of(f"PyTorch {kind}", "cd1") for kind in ("eager", "tuned", "compiled")]
    fastest = max((value for value in pytorch if value), default=None)
    memory = cd1.best("peak_memory_bytes") if cd1 else None
    beyond = (memory - DATA_BYTES - PARAMETER_BYTES) / 1e6 if memory else None
    flops = cd1.best("gflops") if cd1 else None
    checks = [
        ("CD-1 over the best PyTorch", ratio(of("Joule", "cd1"), fastest), 1.25),
        ("CD-1 over PyTorch eager", ratio(of("Joule", "cd1"), pytorch[0]), 1.6),
        ("PCD-1 over scikit-learn", ratio(of("Joule", "pcd1"), of("scikit-learn", "pcd1")), 2.3),
        ("CD-1 arithmetic over sgemm 2048³",
         ratio(flops, ceiling.best("gflops") if ceiling else None), 0.8),
        ("AIS over PyTorch", ratio(of("Joule", "ais"), of("PyTorch", "ais")), 1.5),
    ]
    if threads == 2:
        checks.insert(4, ("CD-1, 2 threads over 1",
                          ratio(of("Joule", "cd1", 2), of("Joule", "cd1", 1)), 1.8))
    lines = []
    for name, value, bar in checks:
        verdict = "not measured" if value is None else "reached" if value >= bar else "MISSED"
        lines.append(f"  {name:<42} {number(value, 2):>6}   at least {bar:<5} {verdict}")
    verdict = "not measured" if beyond is None else "reached" if beyond <= 100 else "MISSED"
    lines.append(f"  {'CD-1 memory beyond data and parameters, MB':<42} {number(beyond, 0):>6}   "
                 f"at most  {100:<5} {verdict}")
    return "\n".join(lines)
