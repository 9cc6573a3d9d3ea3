"""Golden values of @earshot/engine from PyTorch: forward values and gradients of layers, and optimisers step by step.

Run by hand: python tools/golden/engine.py (writes packages/engine/test/golden/*.json). Never run by CI.
"""

import json
from pathlib import Path

import torch
from torch.nn import functional as F

OUT = Path(__file__).resolve().parents[2] / "packages/engine/test/golden"
SEED = 20261121
torch.manual_seed(SEED)
torch.set_num_threads(1)
HEADER = {"torch": torch.__version__.split("+")[0], "seed": SEED}


def numbers(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.9g}") for v in tensor.detach().double().flatten().tolist()]}


def write(name, cases):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps({**HEADER, "cases": cases}) + "\n")


def leaf(*shape, scale=1.0):
    return (torch.randn(*shape, dtype=torch.float64) * scale).float().double().requires_grad_()


def convolutions():
    cases = []
    for n, h, w, ci, co, kh, kw, stride, dilation in [
        (2, 9, 11, 4, 8, 3, 3, 1, 1),
        (1, 10, 7, 3, 5, 3, 3, 2, 1),
        (3, 11, 9, 5, 4, 5, 3, 1, 2),
        (2, 7, 7, 8, 12, 1, 1, 2, 1),
        (1, 12, 13, 8, 8, 3, 3, 2, 2),
    ]:
        x, f, b = leaf(n, ci, h, w), leaf(co, ci, kh, kw), leaf(co)
        y = F.conv2d(x, f, b, stride=stride, dilation=dilation)
        dy = torch.randn_like(y).float().double()
        y.backward(dy)
        last = (0, 2, 3, 1)
        taps = (2, 3, 1, 0)
        cases.append({
            "stride": stride, "dilation": dilation,
            "x": numbers(x.permute(last)), "filter": numbers(f.permute(taps)), "bias": numbers(b),
            "dy": numbers(dy.permute(last)), "y": numbers(y.permute(last)),
            "dx": numbers(x.grad.permute(last)), "dFilter": numbers(f.grad.permute(taps)), "dBias": numbers(b.grad),
        })
    write("convolve", cases)


def norms():
    cases = []
    for rows, channels, relu in [(13, 5, False), (70, 8, True)]:
        x, g, b = leaf(rows, channels), leaf(channels), leaf(channels)
        y = F.batch_norm(x + 3, None, None, g, b, training=True, eps=1e-3)
        y = F.relu(y) if relu else y
        dy = torch.randn_like(y).float().double()
        y.backward(dy)
        cases.append({"relu": relu, "x": numbers(x + 3), "gamma": numbers(g), "beta": numbers(b), "dy": numbers(dy),
                      "y": numbers(y), "dx": numbers(x.grad), "dGamma": numbers(g.grad), "dBeta": numbers(b.grad)})
    write("normalise", cases)


def reorder(weight, order):
    """PyTorch's gates, stacked along the first axis, as columns in our order."""
    parts = weight.chunk(len(order), 0)
    return torch.cat([parts[i] for i in order], 0).t()


def recurrents():
    cases = []
    for kind, order in [("lstm", [0, 1, 2, 3]), ("gru", [1, 0, 2])]:
        batch, steps, features, units = 3, 6, 5, 8
        net = (torch.nn.LSTM if kind == "lstm" else torch.nn.GRU)(features, units, batch_first=True).double()
        for p in net.parameters():
            p.data = torch.randn_like(p).mul(0.5).float().double()
        x = leaf(batch, steps, features)
        y, _ = net(x)
        dy = torch.randn_like(y).float().double()
        y.backward(dy)
        wi, wh, bi, bh = net.weight_ih_l0, net.weight_hh_l0, net.bias_ih_l0, net.bias_hh_l0
        case = {"kind": kind, "x": numbers(x), "dy": numbers(dy), "y": numbers(y), "dx": numbers(x.grad),
                "kernel": numbers(reorder(wi, order)), "recurrent": numbers(reorder(wh, order)),
                "dKernel": numbers(reorder(wi.grad, order)), "dRecurrent": numbers(reorder(wh.grad, order))}
        flat = lambda b: reorder(b[:, None], order).flatten()
        if kind == "lstm":
            case |= {"bias": numbers(flat(bi) + flat(bh)), "dBias": numbers(flat(bi.grad))}
        else:
            case |= {"bias": numbers(flat(bi)), "dBias": numbers(flat(bi.grad)),
                     "recurrentBias": numbers(flat(bh)), "dRecurrentBias": numbers(flat(bh.grad))}
        cases.append(case)
    write("recurrent", cases)


def losses():
    logits = leaf(7, 5, scale=3)
    labels = torch.randint(0, 5, (7,))
    loss = F.cross_entropy(logits, labels, label_smoothing=0.1, reduction="none")
    loss.sum().backward()
    write("crossEntropy", [{"logits": numbers(logits), "labels": labels.tolist(), "smoothing": 0.1,
                            "loss": numbers(loss), "dLogits": numbers(logits.grad)}])


def optimisers():
    cases = []
    start = torch.randn(11).float()
    gradients = [torch.randn(11).float() for _ in range(6)]
    for options, make in [
        ({"kind": "sgd", "learningRate": 0.1}, lambda p: torch.optim.SGD(p, 0.1)),
        ({"kind": "sgd", "learningRate": 0.1, "momentum": 0.9, "dampening": 0.2, "weightDecay": 0.01},
         lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, dampening=0.2, weight_decay=0.01)),
        ({"kind": "sgd", "learningRate": 0.05, "momentum": 0.9, "nesterov": True},
         lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, nesterov=True)),
        ({"kind": "adam", "learningRate": 0.01, "weightDecay": 0.1}, lambda p: torch.optim.Adam(p, 0.01, weight_decay=0.1)),
        ({"kind": "adam", "learningRate": 0.01, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-6},
         lambda p: torch.optim.Adam(p, 0.01, betas=(0.8, 0.95), eps=1e-6)),
        ({"kind": "adamW", "learningRate": 0.02, "weightDecay": 0.2}, lambda p: torch.optim.AdamW(p, 0.02, weight_decay=0.2)),
        ({"kind": "rmsprop", "learningRate": 0.01, "rho": 0.9}, lambda p: torch.optim.RMSprop(p, 0.01, alpha=0.9)),
    ]:
        p = start.clone().requires_grad_()
        optimizer = make([p])
        path = []
        for g in gradients:
            p.grad = g.clone()
            optimizer.step()
            path.append(numbers(p))
        cases.append({"options": options, "start": numbers(start), "gradients": [numbers(g) for g in gradients], "path": path})
    write("optimisers", cases)


if __name__ == "__main__":
    convolutions()
    norms()
    recurrents()
    losses()
    optimisers()
