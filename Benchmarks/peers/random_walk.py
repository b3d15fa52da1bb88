"""Random-walk Metropolis on a correlated Gaussian, by NumPy and by blackjax on JAX."""
import numpy as np

from workload import SamplingWorkload


class NumPyWalk:
    """All chains as rows of one matrix, in float32, every array written in place."""

    def __init__(self, work: SamplingWorkload):
        self.work, self.work_samples = work, work.samples
        self.precision = work.precision()

    def reset(self) -> None:
        work = self.work
        self.random = np.random.Generator(np.random.SFC64(0))
        shape = (work.chains, work.dimensions)
        self.rows = np.zeros(shape, np.float32)
        self.proposed, self.product = np.empty(shape, np.float32), np.empty(shape, np.float32)
        self.energies = self.energy(self.rows)

    def energy(self, rows: np.ndarray) -> np.ndarray:
        np.matmul(rows, self.precision, out=self.product)
        return 0.5 * np.einsum("ij,ij->i", self.product, rows)

    def run(self) -> None:
        work, random = self.work, self.random
        accepted = 0
        for _ in range(work.steps):
            random.standard_normal(dtype=np.float32, out=self.proposed)
            self.proposed *= np.float32(work.scale)
            self.proposed += self.rows
            energies = self.energy(self.proposed)
            moves = random.random(work.chains, dtype=np.float32) < np.exp(
                np.minimum(self.energies - energies, 0))
            self.rows[moves] = self.proposed[moves]
            self.energies[moves] = energies[moves]
            accepted += int(moves.sum())
        self.acceptance = accepted / (work.chains * work.steps)


class BlackjaxWalk:
    """blackjax's additive random walk, chains by `vmap`, steps by `scan`, all of it compiled."""

    def __init__(self, work: SamplingWorkload):
        import blackjax
        import jax
        import jax.numpy as jnp

        self.work_samples = work.samples
        precision = jnp.asarray(work.precision())
        algorithm = blackjax.additive_step_random_walk.normal_random_walk(
            lambda x: -0.5 * jnp.dot(x, precision @ x), jnp.full(work.dimensions, work.scale))

        def passes(states, key):
            def step(states, key):
                keys = jax.random.split(key, work.chains)
                states, info = jax.vmap(algorithm.step)(keys, states)
                return states, info.is_accepted.mean()

            states, accepted = jax.lax.scan(step, states, jax.random.split(key, work.steps))
            return states, accepted.mean()

        self.jax, self.passes = jax, jax.jit(passes)
        self.start = jax.vmap(algorithm.init)(
            jnp.zeros((work.chains, work.dimensions), jnp.float32))

    def reset(self) -> None:
        pass

    def run(self) -> None:
        states, accepted = self.passes(self.start, self.jax.random.key(0))
        states.position.block_until_ready()
        self.acceptance = float(accepted)
