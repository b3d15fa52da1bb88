"""Annealed importance sampling of an RBM in PyTorch, written for speed.

The path of Salakhutdinov & Murray (2008): biases b_A of the base-rate model at inverse temperature 0,
the machine at 1. One product in each direction a temperature; the hidden input serves the weight and
the draw. Nothing is allocated in the loop.
"""
import torch

from workload import Workload


class Annealing:
    def __init__(self, work: Workload):
        self.work = work
        self.weights, self.visible_bias, self.hidden_bias = map(torch.from_numpy, work.parameters())
        mean = torch.full((work.visible,), work.density)
        self.base_bias = torch.logit(mean)
        chains = work.chains
        self.visible = torch.empty(chains, work.visible)
        self.visible_draw = torch.empty(chains, work.visible)
        self.hidden = torch.empty(chains, work.hidden)
        self.hidden_draw = torch.empty(chains, work.hidden)
        self.scratch = torch.empty(chains, work.hidden)
        self.log_weights = torch.zeros(chains, dtype=torch.float64)

    def reset(self) -> None:
        self.log_weights.zero_()

    def run(self) -> None:
        """One annealing run of all chains over all temperatures."""
        work, W = self.work, self.weights
        b, c, base = self.visible_bias, self.hidden_bias, self.base_bias
        softplus = torch.nn.functional.softplus
        with torch.inference_mode():
            self.visible_draw.uniform_()
            torch.lt(self.visible_draw, torch.sigmoid(base).expand_as(self.visible), out=self.visible)
            difference = b - base
            for index in range(1, work.temperatures + 1):
                previous, beta = (index - 1) / work.temperatures, index / work.temperatures
                torch.addmm(c, self.visible, W, out=self.hidden)
                torch.mul(self.hidden, previous, out=self.scratch)
                before = softplus(self.scratch).sum(1)
                self.hidden.mul_(beta)
                change = softplus(self.hidden).sum(1) - before
                change += (beta - previous) * (self.visible @ difference)
                self.log_weights += change
                self.hidden.sigmoid_()
                torch.lt(self.hidden_draw.uniform_(), self.hidden, out=self.hidden)
                bias = beta * b + (1 - beta) * base
                torch.addmm(bias, self.hidden, W.t(), alpha=beta, out=self.visible).sigmoid_()
                torch.lt(self.visible_draw.uniform_(), self.visible, out=self.visible)

    def log_partition(self) -> float:
        """The estimate of log Z, in nats: with small weights close to (n + m) log 2."""
        base = torch.nn.functional.softplus(self.base_bias).sum()
        base = float(base) + self.work.hidden * 0.6931471805599453
        mean = torch.logsumexp(self.log_weights, 0) - torch.log(torch.tensor(self.work.chains))
        return base + float(mean)
