"""PyTorch's side of `pnpm bench engine`: reads jobs {work, seconds} as JSON lines, answers {perSec, best, cpuMs}. Arguments: threads, layout."""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

threads, layout = int(sys.argv[1]), sys.argv[2]
torch.set_num_threads(threads)
torch.manual_seed(0)
memory_format = torch.channels_last if layout == "channels_last" else torch.contiguous_format


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [1, 32, 64, 128, 128]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(sizes, sizes[1:]))
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for b in sizes[1:])
        self.dense, self.out = nn.Linear(128, 128), nn.Linear(128, 10)

    def forward(self, x):
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = F.relu(norm(conv(x)))
            if i < 3:
                x = F.max_pool2d(x, 2)
        x = F.relu(self.dense(x.mean((2, 3))))
        return self.out(F.dropout(x, 0.3, self.training))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.out = nn.LSTM(40, 64, batch_first=True), nn.Linear(64, 8)

    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])


class Hybrid(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32)
        self.c2, self.b2 = nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64)
        self.lstm, self.out = nn.LSTM(256, 64, batch_first=True), nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.b1(self.c1(x))), (4, 2))
        x = F.max_pool2d(F.relu(self.b2(self.c2(x))), (4, 2))
        return self.out(self.lstm(x.permute(0, 3, 2, 1).reshape(len(x), 32, 256))[0][:, -1])


nets = {}


def net(name, batch):
    if (name, batch) not in nets:
        model = {"cnn": Cnn, "lstm": Lstm, "hybrid": Hybrid}[name]()
        x = torch.randn(batch, 150, 40) if name == "lstm" else torch.randn(batch, 1, 64, 128)
        if name != "lstm":
            model, x = model.to(memory_format=memory_format), x.contiguous(memory_format=memory_format)
        y = torch.randint(0, 8 if name == "lstm" else 10, (batch,))
        nets[name, batch] = model, x, y, torch.optim.Adam(model.parameters())
    return nets[name, batch]


print(json.dumps({"ready": True, "startMs": 0}), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    kind, name, batch = job["work"].split(" ")
    model, x, y, optimizer = net(name, int(batch))

    def train():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()

    def infer():
        with torch.no_grad():
            model(x)

    model.train(kind == "train")
    once = train if kind == "train" else infer
    done, warm = 0, time.process_time()
    while done < (2 if kind == "train" else 5) or time.process_time() - warm < 1:
        once()
        done += 1
    times, begin, spent = [], time.perf_counter(), time.process_time()
    while time.perf_counter() - begin < job["seconds"] or len(times) < 3:
        t = time.perf_counter()
        once()
        times.append(time.perf_counter() - t)
    cpu_ms = (time.process_time() - spent) * 1000 / len(times)
    times.sort()
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {"perSec": 1 / times[len(times) // 2], "best": 1 / times[0], "cpuMs": cpu_ms, "rssMb": rss}
    print(json.dumps(answer), flush=True)
