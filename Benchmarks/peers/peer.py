"""One peer at one work, as a process that runs a pass whenever it is told to.

    python peer.py SYSTEM --threads N [--temperatures T]

It prints one JSON object when it is ready, then reads lines: for every `run` it does one pass and
prints one JSON object, with the fields of `joule bench --format json`. End of input ends it. So
`compare` can take turns between systems without paying for imports and compilations each time.
"""
import argparse
import json
import os
import sys
import time
import warnings
from dataclasses import replace


def scikit_learn(work):
    """PCD-1 by scikit-learn: one epoch of `BernoulliRBM.fit`."""
    from sklearn.neural_network import BernoulliRBM

    class Peer:
        data = work.data()

        def reset(self):
            self.machine = BernoulliRBM(
                n_components=work.hidden, learning_rate=work.rate, batch_size=work.batch, n_iter=1,
                random_state=0)

        def run(self):
            self.machine.fit(self.data)

    return Peer()


ENERGIES = ("torch-energy-784", "torch-energy-128", "torch-energy-8")
NORMALIZED = ("torch-made", "torch-realnvp")
SAMPLERS = ("numpy-walk", "blackjax-walk", "numpy-hmc", "blackjax-hmc")


def make(system: str, work):
    """The work's name, the peer, and the arithmetic of a pass, where it is dense products."""
    if system in SAMPLERS:
        import gaussian_chains
        from workload import SamplingWorkload

        library, kind = system.split("-")
        work = SamplingWorkload.of(kind)
        if library == "blackjax":
            return kind, gaussian_chains.Blackjax(work, kind), work.flops
        chains = {"walk": gaussian_chains.NumPyWalk, "hmc": gaussian_chains.NumPyHamiltonian}[kind]
        return kind, chains(work), work.flops
    if system in ("arviz", "arviz-processes"):
        from arviz_summary import Summary
        from workload import DiagnosticWorkload

        processes = int(os.environ["OMP_NUM_THREADS"]) if system == "arviz-processes" else 1
        return "diagnose", Summary(DiagnosticWorkload(), processes), None
    if system == "scikit-learn":
        return "pcd1", scikit_learn(work), work.training_flops
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(0)
    if system == "torch-ais":
        from torch_annealing import Annealing

        return "ais", Annealing(work), work.annealing_flops
    if system.startswith("torch-energy"):
        from torch_energies import Energies
        from workload import EnergyWorkload

        name = system.removeprefix("torch-")
        work = EnergyWorkload.of(name)
        return name, Energies(work), work.flops
    if system in NORMALIZED:
        from torch_normalized import Normalized
        from workload import NormalizedWorkload

        name = system.removeprefix("torch-")
        work = NormalizedWorkload.of(name)
        return name, Normalized(work), work.flops
    if system == "torch-gemm":

        class Peer:
            left, right, out = (torch.randn(2048, 2048) for _ in range(3))

            def reset(self):
                pass

            def run(self):
                torch.mm(self.left, self.right, out=self.out)

        return "gemm", Peer(), 2.0 * 2048**3
    import torch_training

    kind = {"torch-eager": "Eager", "torch-tuned": "Tuned", "torch-compiled": "Compiled"}[system]
    return "cd1", getattr(torch_training, kind)(work), work.training_flops


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "system", choices=[
            "torch-eager", "torch-tuned", "torch-compiled", "torch-ais", "torch-gemm",
            "scikit-learn", *ENERGIES, *NORMALIZED, *SAMPLERS, "arviz", "arviz-processes"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--temperatures", type=int, default=10_000)
    options = parser.parse_args()
    for library in ("OMP", "MKL", "OPENBLAS"):  # read when the libraries load, so set before them
        os.environ[f"{library}_NUM_THREADS"] = str(options.threads)
    # JAX takes a thread a core that it may run on; `compare` pins the process to as many.
    os.environ["JAX_PLATFORMS"] = "cpu"
    warnings.filterwarnings("ignore")
    from workload import Workload, peak_memory

    work = replace(Workload(), temperatures=options.temperatures)
    name, peer, flops = make(options.system, work)
    peer.reset()
    if name not in ("ais", "diagnose"):
        peer.run()  # pages, caches, and for the compiled one the compilation
    print(json.dumps({"ready": options.system}), flush=True)
    for line in sys.stdin:
        if line.strip() != "run":
            continue
        peer.reset()
        start = time.perf_counter()
        peer.run()
        seconds = time.perf_counter() - start
        result = {
            "work": name, "threads": options.threads, "seconds": seconds,
            "gflops": flops / seconds / 1e9 if flops else None, "peak_memory_bytes": peak_memory()}
        if name in ("cd1", "pcd1"):
            result["samples_per_second"] = work.rows / seconds
        if name.startswith("energy") or name in ("made", "realnvp"):
            result["samples_per_second"] = peer.work.samples / seconds
        if name in ("walk", "hmc"):
            result["samples_per_second"] = peer.work_samples / seconds
            result["acceptance"] = peer.acceptance
        if name == "ais":
            result["log_partition"] = peer.log_partition()
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
