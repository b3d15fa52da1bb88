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

    chains: int = 1024
    dimensions: int = 128
    steps: int = 500
    correlation: float = 0.9
    scale: float = 0.05

    def precision(self) -> np.ndarray:
        """The inverse of the covariance rho^|i - j|, as a dense matrix, float32."""
        places = np.arange(self.dimensions)
        covariance = self.correlation ** np.abs(places[:, None] - places[None, :])
        return np.linalg.inv(covariance).astype(np.float32)

    @property
    def samples(self) -> int:
        """Steps of all chains together."""
        return self.chains * self.steps

    @property
    def flops(self) -> float:
        """One product with the precision matrix a chain and step."""
        return 2.0 * self.chains * self.steps * self.dimensions**2


def peak_memory() -> int:
    """The largest resident size that this process has had, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
