"""Golden values of packages/models/neural, from PyTorch: losses and their gradients, schedules, and the named networks with a state_dict.

Run by hand: python tools/golden/neural.py (writes packages/models/test/golden/neural*.json and neuralTorch.safetensors). Never run by CI.
"""

import json
import struct
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

OUT = Path(__file__).resolve().parents[2] / "packages/models/test/golden"
SEED = 20261121
torch.manual_seed(SEED)
torch.set_num_threads(1)
HEADER = {"torch": torch.__version__.split("+")[0], "seed": SEED}


def numbers(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().double().flatten().tolist()]


def write(name, value):
    (OUT / f"{name}.json").write_text(json.dumps({**HEADER, **value}) + "\n")


# --- losses -------------------------------------------------------------------------------------------------------------------

def focal(z, t, gamma):
    logs = F.log_softmax(z, 1)
    return -(t * (1 - logs.exp()) ** gamma * logs).sum(1)


def am_softmax(z, t, scale, margin):
    return F.cross_entropy(z - scale * margin * t, t, reduction="none")


LOSSES = [
    ("crossEntropy", {"kind": "crossEntropy"}, lambda z, t: F.cross_entropy(z, t, reduction="none")),
    ("focal", {"kind": "focal", "gamma": 2}, lambda z, t: focal(z, t, 2.0)),
    ("focal, steep", {"kind": "focal", "gamma": 3.5}, lambda z, t: focal(z, t, 3.5)),
    ("binaryCrossEntropy", {"kind": "binaryCrossEntropy"}, lambda z, t: F.binary_cross_entropy_with_logits(z, t, reduction="none").mean(1)),
    ("meanSquared", {"kind": "meanSquared"}, lambda z, t: F.mse_loss(z.softmax(1), t, reduction="none").mean(1)),
    ("amSoftmax", {"kind": "amSoftmax", "scale": 12, "margin": 0.25}, lambda z, t: am_softmax(z, t, 12, 0.25)),
]


def losses():
    cases = []
    n, k = 6, 5
    for name, options, function in LOSSES:
        z = (torch.randn(n, k, dtype=torch.float64) * 3).float().double().requires_grad_()
        t = F.one_hot(torch.randint(k, (n,)), k).double()
        t[1] = 0.9 * t[1] + 0.02
        t[2] = 0.3 * t[2] + 0.7 * t[3]
        t = t.float().double()
        w = torch.rand(n, dtype=torch.float64).float().double()
        rows = function(z, t)
        (rows * w).sum().backward()
        cases.append({"name": name, "loss": options, "shape": [n, k], "scores": numbers(z), "targets": numbers(t), "weights": numbers(w), "rows": numbers(rows), "gradient": numbers(z.grad)})
    return cases


# --- schedules ----------------------------------------------------------------------------------------------------------------

def schedules():
    steps, epochs = 40, 8
    each = steps // epochs
    parameter = [nn.Parameter(torch.zeros(1))]

    def rates(make, by_epoch=False):
        optimizer = torch.optim.SGD(parameter, lr=1.0)
        schedule = make(optimizer)
        out = []
        for step in range(steps):
            out.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if not by_epoch or (step + 1) % each == 0:
                schedule.step()
        return [float(f"{v:.9g}") for v in out]

    s = torch.optim.lr_scheduler
    return {
        "epochs": epochs, "stepsPerEpoch": each,
        "cosine": rates(lambda o: s.CosineAnnealingLR(o, steps)),
        "cosineEnd": rates(lambda o: s.CosineAnnealingLR(o, steps, eta_min=0.1)),
        "step": rates(lambda o: s.StepLR(o, 3, gamma=0.5), by_epoch=True),
    }


# --- named networks -----------------------------------------------------------------------------------------------------------
# Channels last as in Earshot means: images enter as [n, height, width]; steps are rows, and a row's features are [width, channels].

EPS = 1e-3


class Same(nn.Conv2d):
    """Padding as TensorFlow's "same": what is odd goes to the end."""

    def forward(self, x):
        pads = []
        for length, kernel, stride in zip((x.shape[3], x.shape[2]), self.kernel_size[::-1], self.stride[::-1]):
            total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
            pads += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, pads), self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


def conv(i, o, stride=1, size=3, groups=1):
    return [Same(i, o, size, stride=stride, bias=False, groups=groups), nn.BatchNorm2d(o, eps=EPS), nn.ReLU()]


class Mfm(nn.Module):
    def forward(self, x):
        a, b = x.chunk(2, 1)
        return torch.maximum(a, b)


class GlobalPool(nn.Module):
    def __init__(self, both):
        super().__init__()
        self.both = both

    def forward(self, x):
        mean = x.mean((2, 3))
        return torch.cat([mean, x.amax((2, 3))], 1) if self.both else mean


class Residual(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.layers = nn.Sequential(*conv(i, o, stride), Same(o, o, 3, bias=False), nn.BatchNorm2d(o, eps=EPS))
        self.shortcut = nn.Sequential() if i == o and stride == 1 else nn.Sequential(Same(i, o, 1, stride=stride, bias=False), nn.BatchNorm2d(o, eps=EPS))

    def forward(self, x):
        return F.relu(self.layers(x) + self.shortcut(x))


class Rows(nn.Module):
    """An image as steps: [n, channels, height, width] to [n, height, width · channels]."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(2)


class Recurrent(nn.Module):
    def __init__(self, make, sequences):
        super().__init__()
        self.rnn, self.sequences = make, sequences

    def forward(self, x):
        y, _ = self.rnn(x)
        return y if self.sequences else y[:, -1]


class Attention(nn.Module):
    def __init__(self, features, units=64):
        super().__init__()
        self.proj, self.score = nn.Linear(features, units), nn.Linear(units, 1, bias=False)

    def forward(self, x):
        a = self.score(torch.tanh(self.proj(x))).softmax(1)
        mean = (a * x).sum(1)
        return torch.cat([mean, ((a * x * x).sum(1) - mean**2).clamp(min=0).add(1e-6).sqrt()], 1)


class Swap(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


def image(*layers):
    return nn.Sequential(nn.Unflatten(1, (1, -1)), *layers)


def networks(frames, features, classes):
    s = lambda c: max(8, 8 * round(c * 0.25 / 8))  # width 0.25
    bn1 = lambda c: nn.BatchNorm1d(c, eps=EPS)
    pool = nn.MaxPool2d(2)
    down = lambda x, times: x >> times
    yield "mlp", nn.Sequential(nn.Flatten(), nn.Linear(frames * features, s(256), bias=False), bn1(s(256)), nn.ReLU(), nn.Linear(s(256), s(128), bias=False), bn1(s(128)), nn.ReLU(), nn.Linear(s(128), classes))
    a, b, c = s(32), s(64), s(128)
    yield "cnn", image(*conv(1, a), pool, *conv(a, b), pool, *conv(b, c), pool, *conv(c, c), GlobalPool(True), nn.Linear(2 * c, classes))
    yield "cnnLstm", image(*conv(1, a), pool, *conv(a, b), pool, Rows(), Recurrent(nn.LSTM(down(features, 2) * b, s(64), batch_first=True), False), nn.Linear(s(64), classes))
    d = s(96)
    yield "crnn", image(*conv(1, a), pool, *conv(a, b), pool, *conv(b, d), pool, Rows(), Recurrent(nn.GRU(down(features, 3) * d, s(64), batch_first=True, bidirectional=True), True), Attention(2 * s(64)), nn.Linear(4 * s(64), classes))

    def light(i, f):
        return [Same(i, f, 1), Mfm(), nn.BatchNorm2d(f // 2, eps=EPS), Same(f // 2, 2 * f, 3), Mfm(), pool, nn.BatchNorm2d(f, eps=EPS)]

    e = s(48)
    yield "lcnn", image(Same(1, a, 5), Mfm(), pool, *light(a // 2, s(32)), *light(s(32), e), GlobalPool(True), nn.Linear(2 * e, s(64)), Mfm(), nn.Linear(s(64) // 2, classes))
    r = [s(16), s(32), s(64), s(128)]
    yield "resnet", image(*conv(1, r[0]), Residual(r[0], r[0], 1), Residual(r[0], r[1], 2), Residual(r[1], r[2], 2), Residual(r[2], r[3], 2), GlobalPool(False), nn.Linear(r[3], classes))
    sep = lambda i, o, stride=1: [*conv(i, i, stride, groups=i), *conv(i, o, size=1)]
    yield "dsCnn", image(*conv(1, s(32), 2), *sep(s(32), s(32)), *sep(s(32), s(48), 2), *sep(s(48), s(64)), *sep(s(64), s(64)), GlobalPool(False), nn.Linear(s(64), classes))
    time = lambda i, o, k, dil=1: [nn.Conv1d(i, o, k, padding="same", dilation=dil, bias=False), bn1(o), nn.ReLU()]
    f = s(128)
    yield "attentionPool", nn.Sequential(Swap(), *time(features, f, 5), *time(f, f, 3, 2), *time(f, f, 3, 3), Swap(), Attention(f), bn1(2 * f), nn.Linear(2 * f, classes))


def fill(model):
    """Numbers that a formula gives, so that no file has to hold them: the test makes the same."""
    state = {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    for j, (name, tensor) in enumerate(sorted(state.items())):
        i = np.arange(tensor.numel(), dtype=np.float64)
        wave = np.sin(1 + 0.7 * i + 0.013 * i * i + 13 * j)
        if name.endswith("running_var"):
            values = 1 + 0.5 * np.abs(wave)
        elif tensor.dim() == 1:
            values = (1 if name.endswith("weight") else 0) + 0.3 * wave
        else:
            values = wave * 3 / np.sqrt(tensor[0].numel())
        with torch.no_grad():
            tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))
    return state


def save(path, state):
    """A safetensors file as the reference library writes it."""
    header, body, at = {"__metadata__": {"format": "pt"}}, b"", 0
    for name, tensor in state.items():
        raw = tensor.detach().float().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(raw)]}
        body, at = body + raw, at + len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def named():
    frames, features, classes, n = 18, 16, 4, 3
    i = np.arange(n * frames * features, dtype=np.float64)
    x = torch.from_numpy(np.sin(0.31 * i + 0.0007 * i * i).reshape(n, frames, features)).float().double()
    cases = []
    for name, model in networks(frames, features, classes):
        model = model.double().eval()
        state = fill(model)
        # BatchNorm's statistics shift what one layer gives far from 0: a look at the spread keeps the test honest.
        logits = model(x)
        assert logits.std(0).min() > 1e-3, (name, logits)
        cases.append({"name": name, "tensors": {k: list(v.shape) for k, v in state.items()}, "logits": numbers(logits)})
        if name == "dsCnn":
            save(OUT / "neuralTorch.safetensors", state)
    return {"frames": frames, "features": features, "classes": classes, "n": n, "cases": cases}


if __name__ == "__main__":
    write("neural", {"losses": losses(), "schedules": schedules()})
    write("neuralNetworks", named())
