"""The peers' side of packages/metrics/bench: reads jobs as JSON lines, answers with seconds.

{"load": {"yTrue": FILE, "yScore": FILE}} reads float64 files; {"work": NAME} runs one job on them.
"""

import json
import sys
import time

import numpy as np
from sklearn import metrics as sk

data = {}


def eer(fpr, fnr):
    """Linear between the two points around the crossing."""
    i = int(np.argmax(fnr <= fpr))
    gap = fnr[i - 1] - fpr[i - 1]
    return fpr[i - 1] + gap / (gap + fpr[i] - fnr[i]) * (fpr[i] - fpr[i - 1])


def eer_sklearn():
    fpr, tpr, _ = sk.roc_curve(data["yTrue"], data["yScore"], drop_intermediate=False)
    return eer(fpr, 1 - tpr)


def eer_bootstrap(replicates=1000):
    """What people write: resample, sort, count, find the crossing; NumPy throughout, no checks."""
    y, s = data["yTrue"], data["yScore"]
    rng = np.random.default_rng(0)
    out = np.empty(replicates)
    for r in range(replicates):
        take = rng.integers(0, len(y), len(y))
        order = np.argsort(-s[take])
        hits = y[take][order]
        tpr = np.cumsum(hits) / hits.sum()
        fpr = np.cumsum(1 - hits) / (len(y) - hits.sum())
        out[r] = eer(np.r_[0, fpr], np.r_[1, 1 - tpr])
    return np.percentile(out, [2.5, 97.5]).tolist()


WORK = {
    "rocAuc": lambda: sk.roc_auc_score(data["yTrue"], data["yScore"]),
    "rocCurve": lambda: len(sk.roc_curve(data["yTrue"], data["yScore"])[0]),
    "equalErrorRate": eer_sklearn,
    "averagePrecision": lambda: sk.average_precision_score(data["yTrue"], data["yScore"]),
    "bootstrapEer": eer_bootstrap,
    "silhouette": lambda: sk.silhouette_score(data["yScore"].reshape(2000, 64), np.arange(2000) % 5),
}

for line in sys.stdin:
    job = json.loads(line)
    if "load" in job:
        data = {name: np.fromfile(path) for name, path in job["load"].items()}
        print(json.dumps({"ready": True}), flush=True)
        continue
    begin = time.perf_counter()
    value = WORK[job["work"]]()
    print(json.dumps({"seconds": time.perf_counter() - begin, "value": value}), flush=True)
