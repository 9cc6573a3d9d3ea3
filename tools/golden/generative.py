"""Golden values of packages/models/src/generative, from PyTorch. Run by hand: python tools/golden/generative.py; writes packages/models/test/golden/generative.json."""

import json
import pathlib

import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).resolve().parents[2] / "packages/models/test/golden/generative.json"
SEED = 20261121


def plain(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().double().reshape(-1).tolist()]


def score(x, kernel, bias, dense):
    """Strided convolution as "same" pads it, leaky ReLU, dense; x is [n, height, width, 1], kernels in our order."""
    h = F.pad(x.permute(0, 3, 1, 2), (0, 1, 0, 1))
    h = F.leaky_relu(F.conv2d(h, kernel.permute(3, 2, 0, 1), bias, stride=2), 0.2)
    return h.permute(0, 2, 3, 1).reshape(x.shape[0], -1) @ dense


def main():
    torch.manual_seed(SEED)
    torch.set_default_dtype(torch.float64)
    x = torch.randn(4, 8, 6, 1)
    kernel = (torch.randn(3, 3, 1, 5) * 0.5).requires_grad_()
    bias = (torch.randn(5) * 0.3).requires_grad_()
    dense = (torch.randn(4 * 3 * 5, 1) * 0.3).requires_grad_()
    weights = [kernel, bias, dense]
    penalties = {}
    for kind in ("wganGp", "r1"):
        at = x.clone().requires_grad_()
        (g,) = torch.autograd.grad(score(at, *weights).sum(), at, create_graph=True)
        norms = g.reshape(4, -1).norm(dim=1)
        value = ((norms - 1) ** 2).mean() if kind == "wganGp" else (norms**2).mean()
        grads = torch.autograd.grad(value, [kernel, dense])
        penalties[kind] = {"value": value.item(), "kernel": plain(grads[0]), "dense": plain(grads[1])}
    real, fake = torch.randn(6, 1) * 2, torch.randn(6, 1) * 2
    losses = {
        "nonSaturating": [(F.softplus(-real).mean() + F.softplus(fake).mean()).item(), F.softplus(-fake).mean().item()],
        "hinge": [(F.relu(1 - real).mean() + F.relu(1 + fake).mean()).item(), (-fake.mean()).item()],
        "wasserstein": [(fake.mean() - real.mean()).item(), (-fake.mean()).item()],
    }
    matrix = torch.randn(3, 3, 4, 7)
    sigma = torch.linalg.svdvals(matrix.reshape(-1, 7))[0].item()
    golden = {
        "torch": torch.__version__.split("+")[0],
        "seed": SEED,
        "x": plain(x),
        "weights": [plain(w) for w in weights],
        "penalties": penalties,
        "scores": {"real": plain(real), "fake": plain(fake)},
        "losses": losses,
        "spectral": {"matrix": plain(matrix), "sigma": sigma},
    }
    OUT.write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
