"""Chains on a correlated Gaussian, by NumPy and by blackjax on JAX: random walks and Hamiltonian ones."""
import numpy as np

from workload import SamplingWorkload


class NumPyChains:
    """All chains as rows of one matrix, in float32; what can be done in place is."""

    def __init__(self, work: SamplingWorkload):
        self.work, self.work_samples = work, work.samples
        self.precision = work.precision()
        self.random = np.random.Generator(np.random.SFC64(0))
        self.rows = work.starts()
        self.proposed, self.gradient, self.scratch = (np.empty_like(self.rows) for _ in range(3))
        self.energies = self.energy(self.rows, self.gradient)

    def reset(self) -> None:
        pass

    def energy(self, rows: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Energies, and their gradients into a matrix."""
        np.matmul(rows, self.precision, out=gradient)
        return 0.5 * np.einsum("ij,ij->i", gradient, rows)

    def accepts(self, rises: np.ndarray) -> np.ndarray:
        return self.random.random(len(rises), dtype=np.float32) < np.exp(np.minimum(-rises, 0))

    def run(self) -> None:
        accepted = sum(self.step() for _ in range(self.work.steps))
        self.acceptance = accepted / self.work_samples


class NumPyWalk(NumPyChains):
    def step(self) -> int:
        """One Metropolis step; how many chains moved."""
        proposed = self.proposed
        self.random.standard_normal(dtype=np.float32, out=proposed)
        proposed *= np.float32(self.work.walk_scale)
        proposed += self.rows
        energies = self.energy(proposed, self.gradient)
        moves = self.accepts(energies - self.energies)
        np.copyto(self.rows, proposed, where=moves[:, None])
        self.energies[moves] = energies[moves]
        return int(moves.sum())


class NumPyHamiltonian(NumPyChains):
    def __init__(self, work: SamplingWorkload):
        super().__init__(work)
        self.momentum, self.moving = np.empty_like(self.rows), np.empty_like(self.rows)

    def add(self, target: np.ndarray, source: np.ndarray, factor: float) -> None:
        np.multiply(source, np.float32(factor), out=self.scratch)
        target += self.scratch

    def step(self) -> int:
        """One trajectory and its Metropolis test; the gradient where it begins is known."""
        work, momentum, rows, moving = self.work, self.momentum, self.proposed, self.moving
        self.random.standard_normal(dtype=np.float32, out=momentum)
        start = self.energies + 0.5 * np.einsum("ij,ij->i", momentum, momentum)
        np.copyto(rows, self.rows)
        self.add(momentum, self.gradient, -work.step_size / 2)
        for number in range(1, work.leapfrog_steps + 1):
            self.add(rows, momentum, work.step_size)
            if number < work.leapfrog_steps:
                np.matmul(rows, self.precision, out=moving)
                self.add(momentum, moving, -work.step_size)
        energies = self.energy(rows, moving)
        self.add(momentum, moving, -work.step_size / 2)
        end = energies + 0.5 * np.einsum("ij,ij->i", momentum, momentum)
        moves = self.accepts(end - start)
        np.copyto(self.rows, rows, where=moves[:, None])
        np.copyto(self.gradient, moving, where=moves[:, None])
        self.energies[moves] = energies[moves]
        return int(moves.sum())


class Blackjax:
    """A kernel of blackjax: chains by `vmap`, steps by `scan`, all of it compiled, in float32."""

    def __init__(self, work: SamplingWorkload, kind: str):
        import blackjax
        import jax
        import jax.numpy as jnp

        self.work_samples = work.samples
        precision = jnp.asarray(work.precision())

        def log_density(x):
            return -0.5 * jnp.dot(x, precision @ x)

        if kind == "walk":
            algorithm = blackjax.additive_step_random_walk.normal_random_walk(
                log_density, jnp.full(work.dimensions, work.walk_scale, jnp.float32))
        else:
            algorithm = blackjax.hmc(
                log_density, step_size=work.step_size,
                inverse_mass_matrix=jnp.ones(work.dimensions, jnp.float32),
                num_integration_steps=work.leapfrog_steps)

        def passes(states, key):
            def step(states, key):
                keys = jax.random.split(key, work.chains)
                states, info = jax.vmap(algorithm.step)(keys, states)
                return states, info.is_accepted.mean()

            states, accepted = jax.lax.scan(step, states, jax.random.split(key, work.steps))
            return states, accepted.mean()

        self.jax, self.passes = jax, jax.jit(passes)
        self.states = jax.vmap(algorithm.init)(jnp.asarray(work.starts()))
        self.key = jax.random.key(0)

    def reset(self) -> None:
        pass

    def run(self) -> None:
        self.key, key = self.jax.random.split(self.key)
        self.states, accepted = self.passes(self.states, key)
        self.states.position.block_until_ready()
        self.acceptance = float(accepted)
