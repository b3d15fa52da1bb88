"""A training step of normalised models in PyTorch, written plainly: MADE and Real NVP, Adam."""
import math

import torch

from workload import NormalizedWorkload


class MaskedLinear(torch.nn.Linear):
    def __init__(self, mask: torch.Tensor):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.linear(x, self.weight * self.mask, self.bias)


class MADE(torch.nn.Module):
    """One hidden layer; −log p of every row."""

    def __init__(self, variables: int, hidden: int):
        super().__init__()
        order = torch.arange(variables)
        degrees = torch.randint(0, variables - 1, (hidden,))
        self.first = MaskedLinear((degrees[:, None] >= order[None, :]).float())
        self.last = MaskedLinear((order[:, None] > degrees[None, :]).float())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits = self.last(torch.nn.functional.silu(self.first(x)))
        return (torch.nn.functional.softplus(logits) - x * logits).sum(1)


class RealNVP(torch.nn.Module):
    """Affine couplings over halves that change places; −log p of every row."""

    def __init__(self, variables: int, widths: tuple[int, ...], couplings: int):
        super().__init__()
        self.half = half = variables // 2
        self.networks = torch.nn.ModuleList()
        for _ in range(couplings):
            layers, inputs = [], half
            for width in widths:
                layers += [torch.nn.Linear(inputs, width), torch.nn.SiLU()]
                inputs = width
            self.networks.append(torch.nn.Sequential(*layers, torch.nn.Linear(inputs, 2 * half)))
        self.gains = torch.nn.ParameterList(torch.ones(half) for _ in range(couplings))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept, moved = x[:, :self.half], x[:, self.half:]
        log_determinant = torch.zeros(x.shape[0])
        for network, gain in zip(self.networks, self.gains):
            raw, shift = network(kept).chunk(2, dim=1)
            scale = raw.tanh() * gain
            moved = moved * scale.exp() + shift
            log_determinant = log_determinant + scale.sum(1)
            kept, moved = moved, kept
        z = torch.cat([kept, moved], dim=1)
        return 0.5 * z.square().sum(1) + x.shape[1] / 2 * math.log(2 * math.pi) - log_determinant


class Normalized:
    def __init__(self, work: NormalizedWorkload):
        self.work = work
        rows = work.batches * work.batch
        self.rows = (
            (torch.rand(rows, work.variables) < 0.13).float() if work.couplings == 0
            else torch.randn(rows, work.variables))
        self.reset()

    def reset(self) -> None:
        """A new model; data stay."""
        work = self.work
        self.model = (
            MADE(work.variables, work.widths[0]) if work.couplings == 0
            else RealNVP(work.variables, work.widths, work.couplings))
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)

    def run(self) -> None:
        """One pass over the data."""
        for batch in self.rows.split(self.work.batch):
            self.optimizer.zero_grad(set_to_none=True)
            self.model(batch).mean().backward()
            self.optimizer.step()
