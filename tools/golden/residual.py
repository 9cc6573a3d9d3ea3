"""Golden values of packages/vision/networks, from PyTorch: residual networks with torchvision's names and the CIFAR ones, weights from a seeded formula.

Run by hand: python tools/golden/residual.py [PRETRAINED] (writes packages/vision/test/golden/residual.json). Never run by CI. PRETRAINED is a folder with
resnet20_cifar10.safetensors and resnet56_cifar10.safetensors; without it their cases are left out.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

OUT = Path(__file__).resolve().parents[2] / "packages/vision/test/golden/residual.json"
torch.set_num_threads(1)


def numbers(tensor):
    return [float(f"{v:.7g}") for v in tensor.detach().double().flatten().tolist()]


def wave(count, seed):
    """Numbers in (-1, 1) that JavaScript makes alike: an integer hash."""
    i = (np.arange(count, dtype=np.uint64) + np.uint64(seed) * np.uint64(1_000_003)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        i ^= i >> np.uint64(shift)
        i = (i * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    i ^= i >> np.uint64(16)
    return (i.astype(np.float64) / 2**31 - 1).astype(np.float32)


class Basic(nn.Module):
    expansion = 1

    def __init__(self, channels, width, stride, pad):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.way = shortcut(self, channels, width, stride, pad)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.way(x))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, channels, width, stride, pad):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        self.way = shortcut(self, channels, 4 * width, stride, pad)

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return F.relu(self.bn3(self.conv3(y)) + self.way(x))


def shortcut(block, channels, outputs, stride, pad):
    if stride == 1 and channels == outputs:
        return lambda x: x
    if pad:
        more = outputs - channels
        return lambda x: F.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, more // 2, more - more // 2))
    block.downsample = nn.Sequential(nn.Conv2d(channels, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
    return lambda x: block.downsample(x)


class ResNet(nn.Module):
    def __init__(self, block, blocks, widths, classes, large, pad):
        super().__init__()
        self.large, self.head = large, "linear" if pad else "fc"
        self.conv1 = nn.Conv2d(3, widths[0], 7 if large else 3, 2 if large else 1, 3 if large else 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        channels = widths[0]
        for stage, (count, width) in enumerate(zip(blocks, widths)):
            parts = []
            for i in range(count):
                parts.append(block(channels, width, 2 if i == 0 and stage > 0 else 1, pad))
                channels = width * block.expansion
            setattr(self, f"layer{stage + 1}", nn.Sequential(*parts))
        self.stages = len(blocks)
        setattr(self, self.head, nn.Linear(channels, classes))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        if self.large:
            x = F.max_pool2d(x, 3, 2, 1)
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return getattr(self, self.head)(x.mean((2, 3)))


def fill(model):
    """Weights that both sides make from the names alone: numbered in the order of sorted names."""
    state = model.state_dict()
    names = sorted(n for n in state if not n.endswith("num_batches_tracked"))
    for k, name in enumerate(names):
        t = state[name]
        v = torch.from_numpy(wave(t.numel(), k + 1)).reshape(t.shape)
        fan = t[0].numel() if t.dim() > 1 else 1
        if t.dim() > 1:
            v = v * (3 / fan) ** 0.5
        elif name.endswith("running_var") or name.endswith("weight"):
            v = 1 + 0.3 * v
        else:
            v = 0.2 * v
        state[name] = v.float()
    model.load_state_dict(state)
    return {n: list(state[n].shape) for n in names}


def read(path):
    data = Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    out = {}
    for name, entry in header.items():
        if name != "__metadata__":
            a, b = entry["data_offsets"]
            out[name] = torch.from_numpy(np.frombuffer(data[8 + length + a : 8 + length + b], np.float32).reshape(entry["shape"]).copy())
    return out


# Narrow ones: the same modules and names as the wide, in a test that takes a second. The last has odd sides, where symmetric padding differs most.
CASES = [
    ("resnet20", Basic, [3, 3, 3], [16, 32, 64], 10, False, True, [16, 16]),
    ("resnet56", Basic, [9, 9, 9], [16, 32, 64], 10, False, True, [8, 8]),
    ("resnet18, a quarter as wide", Basic, [2, 2, 2, 2], [16, 32, 64, 128], 5, True, False, [48, 40]),
    ("resnet50, a quarter as wide", Bottleneck, [3, 4, 6, 3], [16, 32, 64, 128], 5, True, False, [32, 32]),
    ("resnet18, narrow, odd sides", Basic, [2, 2, 2, 2], [8, 16, 24, 32], 3, True, False, [65, 53]),
    ("resnet50, narrow", Bottleneck, [1, 2, 1, 1], [8, 16, 24, 32], 3, True, False, [64, 64]),
    ("resnet20 with projections, narrow", Basic, [1, 2, 1], [8, 16, 32], 4, False, False, [21, 16]),
]

cases = []
for name, block, blocks, widths, classes, large, pad, size in CASES:
    model = ResNet(block, blocks, widths, classes, large, pad).eval()
    shapes = fill(model)
    x = torch.from_numpy(wave(2 * 3 * size[0] * size[1], 77).copy()).reshape(2, *size, 3).permute(0, 3, 1, 2)
    with torch.no_grad():
        logits = model.double()(x.double())
    cases.append({"name": name, "tensors": shapes, "inputShape": [*size, 3], "probabilities": numbers(logits.softmax(1)), "logits": numbers(logits)})

pretrained = []
for name, blocks in (("resnet20", [3, 3, 3]), ("resnet56", [9, 9, 9])):
    path = Path(sys.argv[1]) / f"{name}_cifar10.safetensors" if len(sys.argv) > 1 else None
    if path is None:
        continue
    model = ResNet(Basic, blocks, [16, 32, 64], 10, False, True).eval()
    model.load_state_dict(read(path), strict=False)
    x = torch.from_numpy(wave(3 * 32 * 32 * 3, 99).copy()).reshape(3, 32, 32, 3).permute(0, 3, 1, 2)
    with torch.no_grad():
        logits = model.double()(x.double())
    pretrained.append({"file": path.name, "logits": numbers(logits), "probabilities": numbers(logits.softmax(1))})

OUT.write_text(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases, "pretrained": pretrained}) + "\n")
print([(c["name"], c["logits"][:3], c["probabilities"][:3]) for c in cases], [(p["file"], p["logits"][:3]) for p in pretrained])
