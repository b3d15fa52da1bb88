"""NUTS by blackjax and by NumPyro in float64, and what is known of the targets without sampling."""
import warnings

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
warnings.filterwarnings("ignore")


class CorrelatedGaussian:
    """N(0, rho^|i - j|); the same in Joule's `joule bench`."""

    title, work = "Gaussian, 100 variables", "nuts-gaussian"

    def __init__(self, count: int = 100, correlation: float = 0.9):
        places = np.arange(count)
        covariance = correlation ** np.abs(places[:, None] - places[None, :])
        precision = jnp.asarray(np.linalg.inv(covariance))
        self.count = count
        self.names = [f"x[{index + 1}]" for index in range(count)]
        self.energy = lambda x: 0.5 * x @ precision @ x
        self.parameters = lambda draws: draws
        self.means, self.deviations = np.zeros(count), np.ones(count)


class EightSchools:
    """Rubin (1981), non-centred: x = (mu, log tau, z), theta = mu + tau z."""

    title, work = "eight schools", "nuts-schools"
    y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
    sigma = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    scale = 5.0  # of mu's normal and of tau's half-Cauchy prior

    def __init__(self):
        self.count = 10
        self.names = ["mu", "tau"] + [f"theta[{school + 1}]" for school in range(8)]
        self.means, self.deviations = self.exact()

    def energy(self, x):
        mu, log_tau, z = x[0], x[1], x[2:]
        tau = jnp.exp(log_tau)
        rest = (self.y - mu - tau * z) / self.sigma
        return (0.5 * (rest @ rest + z @ z + (mu / self.scale) ** 2)
                + jnp.log1p((tau / self.scale) ** 2) - log_tau)

    @staticmethod
    def parameters(draws):
        """mu, tau and theta of draws `[chain, draw, variable]`."""
        mu, tau = draws[..., :1], np.exp(draws[..., 1:2])
        return np.concatenate([mu, tau, mu + tau * draws[..., 2:]], axis=-1)

    def exact(self):
        """Means and sds: given tau all is normal, so that one integral over log tau is left."""
        log_tau = np.linspace(-30, 14, 200_001)[:, None]
        tau2 = np.exp(2 * log_tau)
        weight = 1 / (self.sigma**2 + tau2)  # of each school's y about mu
        precision = weight.sum(1) + 1 / self.scale**2
        centre = (weight * self.y).sum(1) / precision
        log_density = (
            0.5 * np.log(weight).sum(1) - 0.5 * np.log(precision)
            - 0.5 * (weight * self.y**2).sum(1) + 0.5 * precision * centre**2
            - np.log1p(tau2[:, 0] / self.scale**2) + log_tau[:, 0])
        p = np.exp(log_density - log_density.max())
        p /= p.sum()  # equally spaced, and nothing at the ends: the trapezoidal rule
        share = tau2 * weight  # theta is share y + (1 - share) mu, plus noise
        theta = share * self.y + (1 - share) * centre[:, None]
        spread = (1 - share) ** 2 / precision[:, None] + share * self.sigma**2
        first = np.column_stack([centre, np.exp(log_tau), theta])
        second = np.column_stack([centre**2 + 1 / precision, tau2, theta**2 + spread])
        means = p @ first
        return means, np.sqrt(p @ second - means**2)


def blackjax_draws(target, chains: int, count: int, seed: int):
    """Draws `[chain, draw, variable]`, gradients after warm-up and divergences."""
    import blackjax

    def log_density(x):
        return -target.energy(x)

    def run(key, start):
        warm, draw = jax.random.split(key)
        adaptation = blackjax.window_adaptation(
            blackjax.nuts, log_density, is_mass_matrix_diagonal=True, target_acceptance_rate=0.8)
        (state, parameters), _ = adaptation.run(warm, start, num_steps=count)
        kernel = blackjax.nuts(log_density, **parameters)

        def step(state, key):
            state, info = kernel.step(key, state)
            return state, (state.position, info.num_integration_steps, info.is_divergent)

        return jax.lax.scan(step, state, jax.random.split(draw, count))[1]

    key, start = jax.random.split(jax.random.key(seed))
    starts = jax.random.normal(start, (chains, target.count))
    draws, gradients, divergent = jax.jit(jax.vmap(run))(jax.random.split(key, chains), starts)
    return np.asarray(draws), int(gradients.sum()), int(divergent.sum())


def numpyro_draws(target, chains: int, count: int, seed: int):
    """The same by NumPyro."""
    from numpyro.infer import MCMC, NUTS

    kernel = NUTS(potential_fn=target.energy, target_accept_prob=0.8, dense_mass=False)
    sampler = MCMC(kernel, num_warmup=count, num_samples=count, num_chains=chains,
                   chain_method="vectorized", progress_bar=False)
    key, start = jax.random.split(jax.random.PRNGKey(seed))
    sampler.run(key, init_params=jax.random.normal(start, (chains, target.count)),
                extra_fields=("num_steps", "diverging"))
    extra = sampler.get_extra_fields(group_by_chain=True)
    draws = np.asarray(sampler.get_samples(group_by_chain=True))
    return draws, int(extra["num_steps"].sum()), int(extra["diverging"].sum())
