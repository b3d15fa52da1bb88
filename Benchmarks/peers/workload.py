"""The work that every system does: sizes, data, arithmetic and memory. No system is imported here."""
import resource
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Workload:
    """An RBM of MNIST's size on data of MNIST's density; the same in Joule's `joule bench`."""

    rows: int = 20_000
    visible: int = 784
    hidden: int = 500
    batch: int = 100
    density: float = 0.13
    rate: float = 0.05
    chains: int = 100
    temperatures: int = 10_000

    def data(self) -> np.ndarray:
        """0/1 rows, `[rows, visible]`, float32."""
        random = np.random.default_rng(0)
        return (random.random((self.rows, self.visible)) < self.density).astype(np.float32)

    def parameters(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Small random weights `[visible, hidden]` and zero biases, float32."""
        random = np.random.default_rng(1)
        weights = 0.01 * random.standard_normal((self.visible, self.hidden))
        return (
            weights.astype(np.float32),
            np.zeros(self.visible, np.float32),
            np.zeros(self.hidden, np.float32),
        )

    @property
    def product_flops(self) -> float:
        """One product of a row with the weights."""
        return 2.0 * self.visible * self.hidden

    @property
    def training_flops(self) -> float:
        """A pass over the data: three products a row to sample, two to update. CD-1 and PCD-1 alike."""
        return 5.0 * self.rows * self.product_flops

    @property
    def annealing_flops(self) -> float:
        """Two products a chain and temperature: the weights of a step reuse its hidden input."""
        return 2.0 * self.chains * self.temperatures * self.product_flops


@dataclass(frozen=True)
class SamplingWorkload:
    """Chains on a Gaussian whose neighbours correlate; the same in Joule's `joule bench`."""

    steps: int
    products_a_step: int
    chains: int = 1024
    dimensions: int = 128
    correlation: float = 0.9
    walk_scale: float = 0.05
    step_size: float = 0.15
    leapfrog_steps: int = 10

    @staticmethod
    def of(kind: str) -> "SamplingWorkload":
        """The work that is called `walk` or `hmc`."""
        steps = SamplingWorkload.leapfrog_steps
        return SamplingWorkload(1000, 1) if kind == "walk" else SamplingWorkload(100, steps)

    def covariance(self) -> np.ndarray:
        """rho^|i - j|."""
        places = np.arange(self.dimensions)
        return self.correlation ** np.abs(places[:, None] - places[None, :])

    def precision(self) -> np.ndarray:
        """The inverse of the covariance, as a dense matrix, float32."""
        return np.linalg.inv(self.covariance()).astype(np.float32)

    def starts(self) -> np.ndarray:
        """Exact draws, `[chains, dimensions]`, float32."""
        normal = np.random.default_rng(0).standard_normal((self.chains, self.dimensions))
        return (normal @ np.linalg.cholesky(self.covariance()).T).astype(np.float32)

    @property
    def samples(self) -> int:
        """Steps of all chains together."""
        return self.chains * self.steps

    @property
    def flops(self) -> float:
        """The products with the precision matrix."""
        return 2.0 * self.samples * self.products_a_step * self.dimensions**2


@dataclass(frozen=True)
class DiagnosticWorkload:
    """Autoregressive draws, the correlation from one to the next between 0 and 0.95; see `joule bench`."""

    chains: int = 4
    count: int = 10_000
    variables: int = 1000

    def draws(self) -> np.ndarray:
        """`[chain, draw, variable]`, float64."""
        correlation = 0.95 * np.arange(self.variables) / self.variables
        innovation = np.sqrt(1 - correlation**2)
        values = np.random.default_rng(0).standard_normal((self.chains, self.count, self.variables))
        for draw in range(1, self.count):
            values[:, draw] = correlation * values[:, draw - 1] + innovation * values[:, draw]
        return values


@dataclass(frozen=True)
class EnergyWorkload:
    """CD-k of a multilayer energy by Langevin dynamics; the same in Joule's `joule bench`."""

    variables: int
    widths: tuple[int, ...] = (128, 128)
    batch: int = 1024
    langevin_steps: int = 10
    batches: int = 10
    step_size: float = 0.005

    @staticmethod
    def of(work: str) -> "EnergyWorkload":
        """The work that is called `energy-784`, `energy-128` or `energy-8`."""
        variables = int(work.split("-")[1])
        if variables == 784:
            return EnergyWorkload(784, (512, 512), 128, 20)
        return EnergyWorkload(variables)

    @property
    def samples(self) -> int:
        return self.batches * self.batch

    @property
    def flops(self) -> float:
        """Products of a pass: forward and back to x each Langevin step; for the data and for the chains
        forward, back but for the first layer, and a product a weight."""
        sizes = [self.variables, *self.widths, 1]
        layers = [2.0 * self.samples * n * m for n, m in zip(sizes, sizes[1:])]
        once = sum(layers)
        return 2 * self.langevin_steps * once + 2 * (3 * once - layers[0])


@dataclass(frozen=True)
class NormalizedWorkload:
    """Maximum likelihood of MADE (no couplings) or Real NVP; the same in Joule's `joule bench`."""

    variables: int
    widths: tuple[int, ...]
    batch: int
    couplings: int
    batches: int = 40

    @staticmethod
    def of(work: str) -> "NormalizedWorkload":
        """The work that is called `made` or `realnvp`."""
        if work == "made":
            return NormalizedWorkload(784, (500,), 100, 0)
        return NormalizedWorkload(64, (128, 128), 512, 8)

    @property
    def samples(self) -> int:
        return self.batches * self.batch

    @property
    def flops(self) -> float:
        """Products of a pass: one forward, and two back but for what leads to the data."""
        if self.couplings == 0:
            return 5 * 2.0 * self.samples * self.variables * self.widths[0]
        sizes = [self.variables // 2, *self.widths, self.variables]
        layers = [2.0 * self.samples * n * m for n, m in zip(sizes, sizes[1:])]
        return self.couplings * 3 * sum(layers) - layers[0]


def peak_memory() -> int:
    """The largest resident size that this process has had, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
