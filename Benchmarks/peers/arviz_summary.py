"""The figures of `joule diagnose` by ArviZ: the diagnostics of `arviz.summary`, and by NumPy what needs none."""
from concurrent.futures import ProcessPoolExecutor

import arviz
import numpy as np

from workload import DiagnosticWorkload

draws = np.empty((0, 0, 0))  # `[chain, draw, variable]`; processes that are forked find it here


def figures(variables: slice):
    """A table of MCSE of mean and sd, bulk and tail ESS and R-hat; means, sds and three quantiles."""
    own = draws[:, :, variables]
    table = arviz.summary({"x": own}, kind="diagnostics", round_to="none")
    every = own.reshape(-1, own.shape[2])
    return table, every.mean(0), every.std(0, ddof=1), np.quantile(every, [0.05, 0.5, 0.95], axis=0)


class Summary:
    """One call for all variables, as people write it; or one call in each of several processes."""

    def __init__(self, work: DiagnosticWorkload, processes: int):
        global draws
        self.variables, self.processes = work.variables, processes
        draws = work.draws()
        self.pool = ProcessPoolExecutor(processes) if processes > 1 else None

    def reset(self) -> None:
        pass

    def run(self) -> None:
        if self.pool is None:
            figures(slice(0, self.variables))
            return
        cuts = [self.variables * part // self.processes for part in range(self.processes + 1)]
        list(self.pool.map(figures, map(slice, cuts[:-1], cuts[1:])))
