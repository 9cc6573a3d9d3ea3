"""Golden values for @earshot/metrics: python tools/golden/metrics.py [topic ...]

Writes packages/metrics/test/golden/<topic>.json from the versions in requirements.txt, each with its own seed.
"""

import json
import math
import pathlib
import sys

import numpy as np
import sklearn
from sklearn import metrics as sk

OUT = pathlib.Path(__file__).resolve().parents[2] / "packages" / "metrics" / "test" / "golden"
TOPICS = {}


def topic(make):
    TOPICS[make.__name__] = make
    return make


def plain(value):
    """JSON without NaN or infinity: they become null and "inf"."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (bool, np.bool_, str)) or value is None:
        return value if not isinstance(value, np.bool_) else bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    number = float(value)
    if math.isnan(number):
        return None
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return number


def write(name, seed, body):
    header = {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "seed": seed}
    OUT.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"header": header, **plain(body)}, separators=(",", ":"))
    (OUT / f"{name}.json").write_text(text + "\n")
    print(f"{name}.json: {len(text) // 1000} kB")


def label_sets(rng):
    """Truth and prediction: several classes, two, strings, one class missing on either side, weights."""
    k4 = rng.integers(0, 4, 60)
    p4 = np.where(rng.random(60) < 0.6, k4, rng.integers(0, 4, 60))
    two = rng.integers(0, 2, 41)
    p2 = np.where(rng.random(41) < 0.7, two, 1 - two)
    names = np.array(["dog", "cat", "rain", "Äpfel"])
    unseen = np.array([2, 2, 5, 5, 5, 9])
    p_unseen = np.array([2, 7, 7, 5, 2, 2])
    return {
        "four": (k4, p4),
        "two": (two, p2),
        "strings": (names[k4], names[p4]),
        "onlyPredicted": (unseen, p_unseen),
        "oneClass": (np.zeros(5, int), np.zeros(5, int)),
        "allWrong": (np.array([0, 1, 2]), np.array([1, 2, 0])),
    }


@topic
def classification(rng):
    cases = []
    for name, (t, p) in label_sets(rng).items():
        weight = np.round(rng.random(len(t)) * 3, 3)
        for w in (None, weight):
            report = sk.classification_report(t, p, output_dict=True, sample_weight=w, zero_division=0)
            case = {
                "name": name + ("" if w is None else "Weighted"),
                "yTrue": t,
                "yPred": p,
                "sampleWeight": w,
                "accuracy": sk.accuracy_score(t, p, sample_weight=w),
                "balancedAccuracy": sk.balanced_accuracy_score(t, p, sample_weight=w),
                "confusion": sk.confusion_matrix(t, p, sample_weight=w),
                "averages": {},
                "report": {k: v for k, v in report.items() if isinstance(v, dict)},
            }
            for n in ("true", "pred", "all"):
                case["confusion_" + n] = sk.confusion_matrix(t, p, sample_weight=w, normalize=n)
            for average in ("micro", "macro", "weighted"):
                values = sk.precision_recall_fscore_support(t, p, average=average, sample_weight=w, zero_division=0)
                f2 = sk.fbeta_score(t, p, beta=2, average=average, sample_weight=w, zero_division=0)
                nan = sk.precision_recall_fscore_support(
                    t, p, average=average, sample_weight=w, zero_division=np.nan, beta=0.5
                )
                case["averages"][average] = {"values": values[:3], "f2": f2, "nan": nan[:3]}
            cases.append(case)
    t, p = label_sets(rng)["four"]
    some = sk.precision_recall_fscore_support(t, p, labels=[3, 1], average="micro")
    binary = sk.precision_recall_fscore_support(*label_sets(np.random.default_rng(1))["two"], average="binary", pos_label=0)
    bt, bp = label_sets(np.random.default_rng(1))["two"]
    return {
        "cases": cases,
        "labels": {"yTrue": t, "yPred": p, "labels": [3, 1], "micro": some[:3], "confusion": sk.confusion_matrix(t, p, labels=[3, 1])},
        "binary": {"yTrue": bt, "yPred": bp, "posLabel": 0, "values": binary[:3]},
        "adjusted": sk.balanced_accuracy_score(t, p, adjusted=True),
    }


def score_sets(rng):
    """Scores: distinct, with ties, separated, upside down, signed zeros, all equal, far apart."""
    y = rng.integers(0, 2, 80)
    y[:2] = [0, 1]
    return {
        "distinct": (y, rng.normal(size=80) + y),
        "ties": (y, np.round(rng.normal(size=80) + y)),
        "separated": (np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.8, 0.9])),
        "upsideDown": (np.array([1, 1, 0, 0]), np.array([0.1, 0.2, 0.8, 0.9])),
        "allEqual": (np.array([0, 1, 0, 1]), np.full(4, 0.5)),
        "zeros": (np.array([0, 1, 0, 1, 1]), np.array([-0.0, 0.0, -1.0, 1.0, -0.0])),
        "far": (np.array([0, 1, 1, 0, 1]), np.array([-1e300, 1e-300, 1e300, 5e-324, -5e-324])),
        "oneTarget": (np.array([0, 0, 0, 0, 1, 0]), np.array([3.0, 1.0, 2.0, 2.0, 2.0, 5.0])),
    }


@topic
def ranking(rng):
    cases = []
    for name, (y, s) in score_sets(rng).items():
        weight = np.round(rng.random(len(y)) * 2 + 0.01, 3)
        weight[0] = 0.0 if name == "distinct" else weight[0]
        for w in (None, weight):
            fpr, tpr, thresholds = sk.roc_curve(y, s, sample_weight=w)
            full = sk.roc_curve(y, s, sample_weight=w, drop_intermediate=False)
            det = sk.det_curve(y, s, sample_weight=w, drop_intermediate=False)
            cases.append({
                "name": name + ("" if w is None else "Weighted"),
                "yTrue": y, "yScore": s, "sampleWeight": w,
                "roc": {"fpr": fpr, "tpr": tpr, "thresholds": thresholds},
                "full": {"fpr": full[0], "tpr": full[1]},
                "det": {"fpr": det[0], "fnr": det[1], "thresholds": det[2]},
                "rocAuc": sk.roc_auc_score(y, s, sample_weight=w),
            })
    k = rng.integers(0, 4, 90)
    proba = rng.dirichlet(np.ones(4), 90) * 0.6
    proba[np.arange(90), k] += 0.4
    proba = np.round(proba / proba.sum(1, keepdims=True), 6)
    proba[:, 3] = 1 - proba[:, :3].sum(1)
    w = np.round(rng.random(90) + 0.1, 3)
    multi = {"yTrue": k, "proba": proba, "sampleWeight": w}
    for average in ("macro", "weighted"):
        for way in ("ovr", "ovo"):
            multi[f"{way}_{average}"] = sk.roc_auc_score(k, proba, multi_class=way, average=average)
    multi["ovr_macro_sampleWeight"] = sk.roc_auc_score(k, proba, multi_class="ovr", sample_weight=w)
    multi["logLoss"] = sk.log_loss(k, proba)
    multi["logLossWeighted"] = sk.log_loss(k, proba, sample_weight=w)
    multi["logLossSum"] = sk.log_loss(k, proba, normalize=False)
    y = np.array([0, 1, 1, 0, 1])
    p = np.array([0.0, 1.0, 0.0, 0.2, 0.7])
    return {"cases": cases, "multi": multi, "binaryLogLoss": {"yTrue": y, "proba": p, "value": sk.log_loss(y, p)}}


def main():
    wanted = sys.argv[1:] or list(TOPICS)
    for seed, (name, make) in enumerate(TOPICS.items(), start=11):
        if name in wanted:
            write(name, seed, make(np.random.default_rng(seed)))


if __name__ == "__main__":
    main()
