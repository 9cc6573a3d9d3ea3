"""The peer's side of packages/models/bench/generative.ts: one training step of the same networks in PyTorch, channels last, one thread.

{"work": "gan" | "vae" | "diffusion", "steps": N} answers with seconds and processor seconds a step.
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


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x):
        return x + self.second(F.relu(self.first(F.relu(x))))


class Denoiser(nn.Module):
    """On patches of 2 × 2 as channels; class and level of the noise enter with the picture and at its smallest."""

    def __init__(self, frames=64, bands=64, widths=(32, 64, 96), told=CLASSES + 8):
        super().__init__()
        self.enter = nn.Conv2d(4 + told, widths[0], 3, padding=1)
        self.narrow = nn.ModuleList([nn.Conv2d(a, b, 3, 2, 1) for a, b in zip(widths, widths[1:])])
        self.down = nn.ModuleList([Block(w) for w in widths])
        edge = 2 ** len(widths)
        self.moved = nn.Linear(told, frames // edge * (bands // edge) * widths[-1], bias=False)
        self.middle = Block(widths[-1])
        self.up = nn.ModuleList([Block(w) for w in widths])
        self.widen = nn.ModuleList([nn.Conv2d(b, a, 3, padding=1) for a, b in zip(widths, widths[1:])])
        self.last = nn.Conv2d(widths[0], 4, 3, padding=1)

    def forward(self, picture, facts):
        h, seen = self.enter(picture), []
        for i, block in enumerate(self.down):
            h = block(self.narrow[i - 1](F.relu(h)) if i else h)
            seen.append(h)
        h = self.middle(h + self.moved(facts).view(h.shape[0], h.shape[2], h.shape[3], -1).permute(0, 3, 1, 2))
        for i in reversed(range(len(seen))):
            h = self.up[i](h)
            if i:
                h = F.interpolate(self.widen[i - 1](F.relu(h)), scale_factor=2, mode="nearest") + seen[i - 1]
        return self.last(F.relu(h))


def diffusion(batch=16):
    denoiser = Denoiser().to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(denoiser.parameters(), 1e-3)
    clean = torch.rand(batch, 4, 32, 32).mul(2).sub(1).to(memory_format=torch.channels_last)
    labels = F.one_hot(torch.arange(batch) % CLASSES, CLASSES).float()
    marks = torch.arange(8.0) - 4

    def step():
        level = -0.8 + 1.3 * torch.randn(batch, 1)
        sigma = level.exp().view(-1, 1, 1, 1)
        total = (sigma**2 + 0.25).sqrt()
        noisy = clean + sigma * torch.randn_like(clean)
        target = (clean - 0.25 / total**2 * noisy) / (sigma * 0.5 / total)
        facts = torch.cat([labels, torch.exp(-((level - marks) ** 2) / 2)], 1)
        maps = facts[:, :, None, None].expand(-1, -1, 32, 32)
        said = denoiser(torch.cat([noisy / total, maps], 1).contiguous(memory_format=torch.channels_last), facts)
        optimiser.zero_grad()
        ((said - target) ** 2).mean().backward()
        torch.nn.utils.clip_grad_norm_(denoiser.parameters(), 1)
        optimiser.step()

    return step


def main():
    makers = {"gan": gan, "vae": vae, "diffusion": diffusion}
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
