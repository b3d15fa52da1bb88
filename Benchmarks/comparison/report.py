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
    "walk": "random walk, 1,024 chains × 128",
    "hmc": "HMC, 10 leapfrog steps, 1,024 × 128",
    "cd50": "CD-50 784-500, batch 100",
    "gibbs": "block Gibbs 784-500, 100 chains",
    "diagnose": "diagnostics, 4 × 10,000 × 1,000",
    "energy-784": "energy 784-512-512-1, batch 128, CD-20",
    "energy-128": "energy 128-128-128-1, batch 1,024, CD-10",
    "energy-8": "energy 8-128-128-1, batch 1,024, CD-10",
    "made": "MADE 784-500, batch 100",
    "realnvp": "Real NVP, 8 couplings of 64, batch 512",
    "spins": "Ising torus 1,024², alike",
    "couplings": "Ising torus 1,024², any couplings",
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
    """What the project promises of what was measured, one line each: reached, missed, or not measured."""
    def of(name, work, count=threads):
        return speed(find(systems, name, work, count))

    def best(field, work):
        system = find(systems, "Joule", work, threads)
        return system.best(field) if system else None

    def over(work, *names, count=threads):
        """Joule over the fastest of its peers."""
        return ratio(
            of("Joule", work, count), max((of(n, work, count) or 0 for n in names), default=None))

    memory = best("peak_memory_bytes", "cd1")
    beyond = (memory - DATA_BYTES - PARAMETER_BYTES) / 1e6 if memory else None
    pytorch = [f"PyTorch {kind}" for kind in ("eager", "tuned", "compiled")]
    arviz = ["ArviZ", f"ArviZ, {threads} processes"]
    checks = [  # work, what, value, bar, whether it is the least or the most
        ("cd1", "CD-1 over the best PyTorch", over("cd1", *pytorch), 1.25, True),
        ("cd1", "CD-1 over PyTorch eager", over("cd1", pytorch[0]), 1.6, True),
        ("pcd1", "PCD-1 over scikit-learn", over("pcd1", "scikit-learn"), 2.3, True),
        ("cd1", "CD-1 arithmetic over sgemm 2048³",
         ratio(best("gflops", "cd1"), best("gflops", "gemm")), 0.8, True),
        ("cd1", "CD-1 memory beyond data and parameters, MB", beyond, 100, False),
        ("ais", "AIS over PyTorch", over("ais", "PyTorch"), 1.5, True),
        ("walk", "random walk over blackjax", over("walk", "blackjax"), 2, True),
        ("walk", "random walk over NumPy", over("walk", "NumPy"), 2, True),
        ("hmc", "HMC over blackjax", over("hmc", "blackjax"), 2, True),
        ("hmc", "HMC over NumPy", over("hmc", "NumPy"), 2, True),
        ("gibbs", "arithmetic of the Gibbs kernel over CD-50's",
         ratio(best("gflops", "gibbs"), best("gflops", "cd50")), 0.95, True),
        ("diagnose", "diagnostics, seconds", best("seconds", "diagnose"), 2, False),
        ("diagnose", "diagnostics over ArviZ", over("diagnose", *arviz), 3, True),
    ]
    checks += [
        (work, f"{work} over PyTorch", over(work, "PyTorch"), bar, True)
        for work, bar in (("energy-784", 1.5), ("energy-128", 2), ("energy-8", 2), ("made", 1.2), ("realnvp", 1.2))]
    dwave = ["dwave-samplers, Gibbs", "dwave-samplers, Metropolis"]
    updates = of("Joule", "spins", 1)
    checks += [
        ("spins", "spins alike, updates a nanosecond", updates and updates / 1e9, 1, True),
        ("spins", "spins alike over dwave-samplers", over("spins", *dwave, count=1), 20, True),
        ("couplings", "any couplings over dwave-samplers", over("couplings", *dwave, count=1), 3, True),
    ]
    if threads == 2:
        checks.insert(5, ("cd1", "CD-1, 2 threads over 1",
                          ratio(of("Joule", "cd1", 2), of("Joule", "cd1", 1)), 1.8, True))
    measured = {system.work for system in systems}
    return "\n".join(bar_line(*check[1:]) for check in checks if check[0] in measured)


def bar_line(name: str, value: float | None, bar: float, is_least: bool) -> str:
    reached = value is not None and (value >= bar if is_least else value <= bar)
    verdict = "not measured" if value is None else "reached" if reached else "MISSED"
    digits = 0 if value is not None and value >= 100 else 2
    return (f"  {name:<44} {number(value, digits):>6}   at {'least' if is_least else 'most':<5} "
            f"{bar:<5} {verdict}")


def disagreements(systems: list[System]) -> list[str]:
    """Samplers of the same target with the same steps accept equally often: who does not does other work."""
    lines = []
    for system in systems:
        joule = find(systems, "Joule", system.work, system.threads)
        own, other = (s.best("acceptance") if s else None for s in (joule, system))
        if own is not None and other is not None and abs(own - other) > 0.01:
            lines.append(f"{TITLES[system.work]}: {system.name} accepts {other:.3f}, Joule {own:.3f}")
    return lines
