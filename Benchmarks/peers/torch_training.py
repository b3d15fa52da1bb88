"""CD-1 in PyTorch, in the three ways in which it is written: plainly, by hand for speed, compiled."""
import torch

from workload import Workload


def contrastive_divergence(v0, W, b, c, rate) -> None:
    """One step, one line for each line of the algorithm."""
    p0 = torch.sigmoid(torch.addmm(c, v0, W))
    h0 = torch.bernoulli(p0)
    v1 = torch.bernoulli(torch.sigmoid(torch.addmm(b, h0, W.t())))
    p1 = torch.sigmoid(torch.addmm(c, v1, W))
    W.addmm_(v0.t(), p0, alpha=rate)
    W.addmm_(v1.t(), p1, alpha=-rate)
    b.add_((v0 - v1).sum(0), alpha=rate)
    c.add_((p0 - p1).sum(0), alpha=rate)


class Eager:
    """As it is written by people who know PyTorch but do not tune."""

    def __init__(self, work: Workload):
        self.work = work
        self.data = torch.from_numpy(work.data())
        self.reset()

    def reset(self) -> None:
        self.weights, self.visible_bias, self.hidden_bias = map(
            torch.from_numpy, self.work.parameters())

    def step(self, v0: torch.Tensor) -> None:
        contrastive_divergence(
            v0, self.weights, self.visible_bias, self.hidden_bias, self.work.rate / v0.shape[0])

    def run(self) -> None:
        """One pass over the data."""
        batch = self.work.batch
        with torch.inference_mode():
            for start in range(0, self.work.rows - batch + 1, batch):
                self.step(self.data[start:start + batch])


class Tuned(Eager):
    """By hand: nothing is allocated in a step, bias and product are one call, both phases stand in
    one buffer, so that the update is one product of depth 2 x batch that reads W once."""

    def __init__(self, work: Workload):
        super().__init__(work)
        batch = work.batch
        self.visible = torch.empty(2 * batch, work.visible)
        self.hidden = torch.empty(2 * batch, work.hidden)
        self.sample = torch.empty(batch, work.hidden)
        self.hidden_draw = torch.empty(batch, work.hidden)
        self.visible_draw = torch.empty(batch, work.visible)

    def step(self, v0: torch.Tensor) -> None:
        W, b, c = self.weights, self.visible_bias, self.hidden_bias
        batch = v0.shape[0]
        rate = self.work.rate / batch
        data, model = self.visible[:batch], self.visible[batch:]
        p0, p1 = self.hidden[:batch], self.hidden[batch:]
        data.copy_(v0)
        torch.addmm(c, data, W, out=p0).sigmoid_()
        torch.lt(self.hidden_draw.uniform_(), p0, out=self.sample)
        torch.addmm(b, self.sample, W.t(), out=model).sigmoid_()
        torch.lt(self.visible_draw.uniform_(), model, out=model)
        torch.addmm(c, model, W, out=p1).sigmoid_()
        p1.neg_()
        W.addmm_(self.visible.t(), self.hidden, alpha=rate)
        b.add_(data.sum(0), alpha=rate).sub_(model.sum(0), alpha=rate)
        c.add_(self.hidden.sum(0), alpha=rate)


class Compiled(Eager):
    """The plain step through `torch.compile`; the compilation itself is not timed."""

    def __init__(self, work: Workload):
        super().__init__(work)
        self.compiled = torch.compile(contrastive_divergence)

    def step(self, v0: torch.Tensor) -> None:
        self.compiled(
            v0, self.weights, self.visible_bias, self.hidden_bias, self.work.rate / v0.shape[0])
