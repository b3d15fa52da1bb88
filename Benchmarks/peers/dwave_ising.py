"""Sweeps of dwave-samplers over the Ising model on a torus at its critical temperature.

    python dwave_ising.py Gibbs|Metropolis SIZE

A process that samples whenever it reads the line `run`, and prints one JSON object each time. What it reports is the
sweeps alone: the difference between many and few of them, by the package's own clock, so that neither the model's
construction, in Python and in C++, nor that of the result counts.
"""
import json
import math
import sys

import numpy as np
from dimod import BinaryQuadraticModel
from dwave.samplers import SimulatedAnnealingSampler


def torus(size: int, coupling: float) -> BinaryQuadraticModel:
    """E(s) = −K Σ s s′ on size² sites of a periodic grid."""
    sites = np.arange(size * size).reshape(size, size)
    first = np.concatenate([sites.ravel(), sites.ravel()])
    second = np.concatenate([np.roll(sites, -1, 1).ravel(), np.roll(sites, -1, 0).ravel()])
    return BinaryQuadraticModel.from_numpy_vectors(
        np.zeros(size * size), (first, second, np.full(len(first), -coupling)), 0.0, "SPIN")


def main() -> None:
    criterion, size = sys.argv[1], int(sys.argv[2])
    model = torus(size, math.log(1 + math.sqrt(2)) / 2)
    sampler = SimulatedAnnealingSampler()
    few, many = 10, 110
    print(json.dumps({"ready": criterion}), flush=True)
    # From order, as the other side: at this temperature neither order nor disorder is far.
    state = np.ones((1, size * size), np.int8)
    for seed, line in enumerate(sys.stdin):
        if line.strip() != "run":
            continue
        nanoseconds = {}
        for sweeps in (few, many):
            found = sampler.sample(
                model, num_reads=1, beta_schedule_type="custom", beta_schedule=np.ones(sweeps),
                proposal_acceptance_criteria=criterion, seed=seed, initial_states=state)
            nanoseconds[sweeps] = found.info["timing"]["sampling_ns"]
        state = found
        rate = (many - few) * size * size / (nanoseconds[many] - nanoseconds[few])
        print(json.dumps({
            "samples_per_second": rate * 1e9,
            "seconds": many * size * size / rate / 1e9,
            "energy": float(found.record.energy[0] * 2 / math.log(1 + math.sqrt(2)) / size**2)}), flush=True)


if __name__ == "__main__":
    main()
