"""The peer's side of packages/models/bench/generative.ts: one training step of the same networks in PyTorch, channels last, one thread.

{"work": "gan" | "vae", "steps": N} answers with seconds and processor seconds a step.
"""

import json
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.parametrizations import spectral_norm

torch.set_num_threads(1)
torch.manual_seed(1)
FRAMES, BANDS, CLASSES, LATENT, BATCH = 48, 64, 10, 32, 32
CHANNELS, OTHER, UNITS = [128, 64, 32, 16], [16, 32, 64, 128], 128


class Generator(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        size = FRAMES // 16 * (BANDS // 16) * CHANNELS[0]
        self.first = nn.Linear(LATENT, size, bias=False)
        self.classes = nn.Linear(CLASSES, size, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(CHANNELS[0], 1e-4)])
        self.convs = nn.ModuleList()
        for width, after in zip(CHANNELS, CHANNELS[1:] + CHANNELS[-1:]):
            self.convs.append(nn.Conv2d(width, after, 3, padding=1, bias=False))
            self.norms.append(nn.BatchNorm2d(after, 1e-4))
        self.last = nn.Conv2d(CHANNELS[-1], outputs, 3, padding=1)

    def forward(self, noise, labels):
        h = (self.first(noise) + self.classes(labels) * (LATENT / 4) ** 0.5).view(-1, CHANNELS[0], FRAMES // 16, BANDS // 16)
        h = F.relu(self.norms[0](h.contiguous(memory_format=torch.channels_last)))
        for conv, norm in zip(self.convs, self.norms[1:]):
            h = F.relu(norm(conv(F.interpolate(h, scale_factor=2, mode="nearest"))))
        return self.last(h)


class Trunk(nn.Module):
    def __init__(self, wrap):
        super().__init__()
        self.convs = nn.ModuleList([wrap(nn.Conv2d(a, b, 3, 2, 1)) for a, b in zip([1] + OTHER, OTHER)])
        self.dense = wrap(nn.Linear(FRAMES // 16 * (BANDS // 16) * OTHER[-1], UNITS))

    def forward(self, x):
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.2)
        return F.leaky_relu(self.dense(x.flatten(1)), 0.2)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = Trunk(spectral_norm)
        self.score = spectral_norm(nn.Linear(UNITS, 1))
        self.classes = spectral_norm(nn.Linear(CLASSES, UNITS, bias=False))

    def forward(self, x, labels):
        h = self.trunk(x)
        return self.score(h) + (h * self.classes(labels)).sum(1, keepdim=True)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = Trunk(lambda layer: layer)
        self.last = nn.Linear(UNITS, 2 * LATENT)
        self.classes = nn.Linear(CLASSES, 2 * LATENT, bias=False)

    def forward(self, x, labels):
        return self.last(self.trunk(x)) + self.classes(labels)


X = (torch.rand(BATCH, 1, FRAMES, BANDS) * 2 - 1).to(memory_format=torch.channels_last)
LABELS = F.one_hot(torch.arange(BATCH) % CLASSES, CLASSES).float()


def gan():
    generator, other = Generator(1), Discriminator()
    generator, other = (m.to(memory_format=torch.channels_last) for m in (generator, other))
    g_optimiser = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.99))
    d_optimiser = torch.optim.Adam(other.parameters(), 2e-4, (0.5, 0.99))

    def step():
        with torch.no_grad():
            fake = torch.tanh(generator(torch.randn(BATCH, LATENT), LABELS))
        real, made = other(torch.cat([X, fake]), torch.cat([LABELS, LABELS])).chunk(2)
        d_optimiser.zero_grad()
        (F.relu(1 - real).mean() + F.relu(1 + made).mean()).backward()
        d_optimiser.step()
        for p in other.parameters():
            p.requires_grad_(False)
        loss = -other(torch.tanh(generator(torch.randn(BATCH, LATENT), LABELS)), LABELS).mean()
        g_optimiser.zero_grad()
        loss.backward()
        g_optimiser.step()
        for p in other.parameters():
            p.requires_grad_(True)

    return step


def vae():
    generator, encoder = Generator(2), Encoder()
    generator, encoder = (m.to(memory_format=torch.channels_last) for m in (generator, encoder))
    optimiser = torch.optim.Adam([*generator.parameters(), *encoder.parameters()], 1e-3)

    def step():
        mean, variance = encoder(X, LABELS).chunk(2, 1)
        z = mean + torch.randn(BATCH, LATENT) * torch.exp(variance / 2)
        said, spread = generator(z, LABELS).chunk(2, 1)
        spread = -0.75 + 1.25 * torch.tanh(spread)
        surprise = (0.5 * ((X - torch.tanh(said)) / torch.exp(spread)) ** 2 + spread).mean()
        divergence = 0.5 * (mean**2 + torch.exp(variance) - 1 - variance).sum() / BATCH
        optimiser.zero_grad()
        (surprise + divergence / (FRAMES * BANDS)).backward()
        torch.nn.utils.clip_grad_norm_([*generator.parameters(), *encoder.parameters()], 1)
        optimiser.step()

    return step


def main():
    makers = {"gan": gan, "vae": vae}
    steps = {}
    for line in sys.stdin:
        job = json.loads(line)
        name = job["work"]
        if name not in steps:
            steps[name] = makers[name]()
            steps[name]()
        wall, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        for _ in range(job["steps"]):
            steps[name]()
        after = resource.getrusage(resource.RUSAGE_SELF)
        used = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
        n = job["steps"]
        print(json.dumps({"seconds": (time.perf_counter() - wall) / n, "cpu": used / n}), flush=True)


main()
