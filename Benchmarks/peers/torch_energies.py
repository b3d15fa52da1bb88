"""A training step of a neural energy in PyTorch, written plainly: CD-k by Langevin dynamics, Adam."""
import torch

from workload import EnergyWorkload


class Energies:
    def __init__(self, work: EnergyWorkload):
        self.work = work
        self.rows = torch.randn(work.batches * work.batch, work.variables)
        self.reset()

    def reset(self) -> None:
        """A new network; data stay."""
        sizes = [self.work.variables, *self.work.widths, 1]
        layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(inputs, outputs), torch.nn.SiLU()]
        self.energy = torch.nn.Sequential(*layers[:-1])
        self.optimizer = torch.optim.Adam(self.energy.parameters(), lr=1e-4)

    def langevin(self, x: torch.Tensor) -> torch.Tensor:
        """Unadjusted Langevin dynamics that starts at the data; no gradient in the parameters."""
        size = self.work.step_size
        for parameter in self.energy.parameters():
            parameter.requires_grad_(False)
        for _ in range(self.work.langevin_steps):
            x = x.detach().requires_grad_(True)
            gradient, = torch.autograd.grad(self.energy(x).sum(), x)
            with torch.no_grad():
                x = x - size * gradient + (2 * size) ** 0.5 * torch.randn_like(x)
        for parameter in self.energy.parameters():
            parameter.requires_grad_(True)
        return x.detach()

    def run(self) -> None:
        """One pass over the data."""
        for data in self.rows.split(self.work.batch):
            chains = self.langevin(data)
            self.optimizer.zero_grad(set_to_none=True)
            (self.energy(data).mean() - self.energy(chains).mean()).backward()
            self.optimizer.step()
