"""Golden values of packages/vision/captions, from PyTorch: scores, loss and gradients of the attention LSTM by teacher forcing.

Run by hand: python tools/golden/captions.py (writes packages/vision/test/golden/captions.json). Never run by CI.
"""

import json
from pathlib import Path

import torch
from torch.nn import functional as F

OUT = Path(__file__).resolve().parents[2] / "packages/vision/test/golden/captions.json"
SEED = 20261121
torch.manual_seed(SEED)
torch.set_num_threads(1)
WORDS, EMBEDDING, UNITS, FEATURES, REGIONS = 7, 4, 8, 5, 4

shapes = {
    "words": [WORDS, EMBEDDING],
    "startHidden": [FEATURES, UNITS], "startHiddenBias": [UNITS],
    "startCell": [FEATURES, UNITS], "startCellBias": [UNITS],
    "kernel": [EMBEDDING, 4 * UNITS], "recurrent": [UNITS, 4 * UNITS], "bias": [4 * UNITS],
    "query": [UNITS, UNITS], "key": [FEATURES, UNITS], "value": [FEATURES, UNITS], "valueBias": [UNITS],
    "join": [2 * UNITS, UNITS], "joinBias": [UNITS],
    "output": [UNITS, WORDS], "outputBias": [WORDS],
}
w = {name: (0.7 * torch.randn(shape)).double().requires_grad_() for name, shape in shapes.items()}
regions = torch.randn(3, REGIONS, FEATURES).double()
words = torch.tensor([[0, 2, 3, 4], [0, 5, 6, 0], [0, 3, 0, 0]])
wanted = torch.tensor([[2, 3, 4, 0], [5, 6, 0, 0], [3, 0, 0, 0]])
counts = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0]]).double()

cell = torch.nn.LSTM(EMBEDDING, UNITS, batch_first=True).double()
mean = regions.mean(1)
h0 = torch.tanh(mean @ w["startHidden"] + w["startHiddenBias"])
c0 = torch.tanh(mean @ w["startCell"] + w["startCellBias"])
parameters = {"weight_ih_l0": w["kernel"].T, "weight_hh_l0": w["recurrent"].T, "bias_ih_l0": w["bias"], "bias_hh_l0": torch.zeros(4 * UNITS).double()}
states, _ = torch.func.functional_call(cell, parameters, (F.embedding(words, w["words"]), (h0[None], c0[None])))
keys = regions @ w["key"]
values = F.relu(regions @ w["value"] + w["valueBias"])
seen = F.scaled_dot_product_attention(states @ w["query"], keys, values)
joined = torch.tanh(torch.cat([states, seen], 2) @ w["join"] + w["joinBias"])
scores = joined @ w["output"] + w["outputBias"]
losses = F.cross_entropy(scores.flatten(0, 1), wanted.flatten(), reduction="none")
loss = (losses * counts.flatten()).sum() / counts.sum()
loss.backward()


def numbers(t):
    return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]


OUT.write_text(json.dumps({
    "torch": torch.__version__.split("+")[0], "seed": SEED,
    "sizes": {"words": WORDS, "embedding": EMBEDDING, "units": UNITS, "features": FEATURES}, "regions": REGIONS,
    "weights": {name: numbers(t) for name, t in w.items()},
    "data": numbers(regions), "inputs": words.flatten().tolist(), "wanted": wanted.flatten().tolist(), "counts": counts.flatten().tolist(),
    "scores": numbers(scores), "loss": loss.item(), "gradients": {name: numbers(t.grad) for name, t in w.items()},
}) + "\n")
