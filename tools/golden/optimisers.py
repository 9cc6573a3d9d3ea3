"""Golden values of the recipe `optimisers`, from PyTorch in double precision: ways over test functions, and losses of a small network, step by step.

Run by hand: python tools/golden/optimisers.py (writes apps/cli/test/golden/optimisers.json). Never run by CI.
"""

import json
import math
from pathlib import Path

import torch
from torch.nn import functional as F

OUT = Path(__file__).resolve().parents[2] / "apps/cli/test/golden/optimisers.json"
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
HEADER = {"torch": torch.__version__.split("+")[0], "seed": 0}

FUNCTIONS = {
    "quadratic": lambda x, y: 0.5 * x**2 + 5 * y**2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
}
STARTS = {"quadratic": (-2.5, 1.6), "rosenbrock": (-1.2, 1.0), "beale": (1.0, 1.5), "himmelblau": (-0.2, -0.9)}
OPTIMISERS = {
    "SGD": ({"kind": "sgd"}, lambda p, r: torch.optim.SGD(p, r)),
    "momentum": ({"kind": "sgd", "momentum": 0.9}, lambda p, r: torch.optim.SGD(p, r, momentum=0.9)),
    "Nesterov": ({"kind": "sgd", "momentum": 0.9, "nesterov": True}, lambda p, r: torch.optim.SGD(p, r, momentum=0.9, nesterov=True)),
    "RMSProp": ({"kind": "rmsprop"}, lambda p, r: torch.optim.RMSprop(p, r)),
    "Adam": ({"kind": "adam"}, lambda p, r: torch.optim.Adam(p, r)),
    "AdamW": ({"kind": "adamW", "weightDecay": 0.01}, lambda p, r: torch.optim.AdamW(p, r, weight_decay=0.01)),
}
RATES = {
    "quadratic": {"SGD": 0.06, "momentum": 0.02, "Nesterov": 0.02, "RMSProp": 0.03, "Adam": 0.1, "AdamW": 0.1},
    "rosenbrock": {"SGD": 0.001, "momentum": 0.0003, "Nesterov": 0.0003, "RMSProp": 0.005, "Adam": 0.05, "AdamW": 0.05},
    "beale": {"SGD": 0.01, "momentum": 0.004, "Nesterov": 0.004, "RMSProp": 0.01, "Adam": 0.05, "AdamW": 0.05},
    "himmelblau": {"SGD": 0.01, "momentum": 0.003, "Nesterov": 0.003, "RMSProp": 0.03, "Adam": 0.1, "AdamW": 0.1},
}
NETWORK = {"SGD": 0.5, "momentum": 0.1, "Nesterov": 0.1, "RMSProp": 0.02, "Adam": 0.03, "AdamW": 0.03}
STEPS = 30


def short(values):
    return [float(f"{v:.10g}") for v in values]


def way(name, optimiser):
    x, y = (torch.tensor([v], requires_grad=True) for v in STARTS[name])
    rate = RATES[name][optimiser]
    steps = OPTIMISERS[optimiser][1]([x, y], rate)
    path = [(x.item(), y.item())]
    for _ in range(STEPS):
        steps.zero_grad()
        FUNCTIONS[name](x, y).sum().backward()
        steps.step()
        path.append((x.item(), y.item()))
    return {"function": name, "start": STARTS[name], "optimiser": {**OPTIMISERS[optimiser][0], "learningRate": rate}, "x": short(p[0] for p in path), "y": short(p[1] for p in path)}


def moons(samples):
    x, codes = [], []
    for i in range(samples):
        angle = math.pi * (i // 2) / max(1, -(-samples // 2) - 1)
        wobble = 0.15 * math.sin(7.3 * i)
        x.append([1 - math.cos(angle) + wobble, 0.5 - math.sin(angle) - wobble] if i % 2 else [math.cos(angle) + wobble, math.sin(angle) + wobble])
        codes.append(i % 2)
    return torch.tensor(x, dtype=torch.float32).double(), torch.tensor(codes)


LOSSES = {
    "crossEntropy": lambda z, t: F.cross_entropy(z, t),
    "focal": lambda z, t: -(t * (1 - z.softmax(1)) ** 2 * F.log_softmax(z, 1)).sum(1).mean(),
    "binaryCrossEntropy": lambda z, t: F.binary_cross_entropy_with_logits(z, t),
    "meanSquared": lambda z, t: F.mse_loss(z.softmax(1), t),
}


def network(loss, optimiser, hidden=8, samples=60):
    x, codes = moons(samples)
    t = F.one_hot(codes, 2).double()
    weights = []
    for j, shape in enumerate([(2, hidden), (hidden,), (hidden, 2), (2,)]):
        size = math.prod(shape)
        start = [0.7 * math.sin(1 + 2.1 * i + 5 * j) if len(shape) > 1 else 0.0 for i in range(size)]
        weights.append(torch.tensor(start, dtype=torch.float32).double().reshape(shape).requires_grad_())
    steps = OPTIMISERS[optimiser][1](weights, NETWORK[optimiser])
    w1, b1, w2, b2 = weights
    losses = []
    for step in range(STEPS + 1):
        steps.zero_grad()
        value = LOSSES[loss](torch.tanh(x @ w1 + b1) @ w2 + b2, t)
        losses.append(value.item())
        value.backward()
        if step < STEPS:
            steps.step()
    return {"hidden": hidden, "samples": samples, "loss": loss, "optimiser": {**OPTIMISERS[optimiser][0], "learningRate": NETWORK[optimiser]}, "losses": short(losses)}


if __name__ == "__main__":
    ways = [way(name, optimiser) for name in FUNCTIONS for optimiser in OPTIMISERS]
    nets = [network("crossEntropy", optimiser) for optimiser in OPTIMISERS] + [network(loss, "Adam") for loss in LOSSES if loss != "crossEntropy"]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({**HEADER, "steps": STEPS, "ways": ways, "networks": nets}) + "\n")
