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
    multi["micro"] = sk.roc_auc_score(k, proba, multi_class="ovr", average="micro")
    multi["micro_sampleWeight"] = sk.roc_auc_score(k, proba, multi_class="ovr", average="micro", sample_weight=w)
    multi["ovr_macro_sampleWeight"] = sk.roc_auc_score(k, proba, multi_class="ovr", sample_weight=w)
    multi["logLoss"] = sk.log_loss(k, proba)
    multi["logLossWeighted"] = sk.log_loss(k, proba, sample_weight=w)
    multi["logLossSum"] = sk.log_loss(k, proba, normalize=False)
    y = np.array([0, 1, 1, 0, 1])
    p = np.array([0.0, 1.0, 0.0, 0.2, 0.7])
    return {"cases": cases, "multi": multi, "binaryLogLoss": {"yTrue": y, "proba": p, "value": sk.log_loss(y, p)}}


@topic
def agreement(rng):
    cases = []
    for name, (t, p) in label_sets(rng).items():
        weight = np.round(rng.random(len(t)) * 3, 3)
        for w in (None, weight):
            case = {"name": name + ("" if w is None else "Weighted"), "yTrue": t, "yPred": p, "sampleWeight": w}
            case["kappa"] = sk.cohen_kappa_score(t, p, sample_weight=w)
            case["kappaLinear"] = sk.cohen_kappa_score(t, p, weights="linear", sample_weight=w)
            case["kappaQuadratic"] = sk.cohen_kappa_score(t, p, weights="quadratic", sample_weight=w)
            case["matthews"] = sk.matthews_corrcoef(t, p, sample_weight=w)
            for average in ("micro", "macro", "weighted"):
                case["jaccard_" + average] = sk.jaccard_score(t, p, average=average, sample_weight=w, zero_division=0)
            cases.append(case)
    y = rng.integers(0, 5, 40)
    score = np.round(rng.random((40, 5)), 1)
    w = np.round(rng.random(40) + 0.1, 3)
    top = {"yTrue": y, "yScore": score, "sampleWeight": w}
    for k in (1, 2, 3):
        top[f"top{k}"] = sk.top_k_accuracy_score(y, score, k=k)
    top["weighted"] = sk.top_k_accuracy_score(y, score, k=2, sample_weight=w)
    proba = rng.dirichlet(np.ones(5), 40)
    two = rng.integers(0, 2, 30)
    p2 = np.round(rng.random(30), 4)
    brier = {
        "yTrue": y, "proba": proba, "value": sk.brier_score_loss(y, proba),
        "weighted": sk.brier_score_loss(y, proba, sample_weight=w),
        "halved": sk.brier_score_loss(y, proba, scale_by_half=True),
        "two": {"yTrue": two, "proba": p2, "value": sk.brier_score_loss(two, p2)},
    }
    return {"cases": cases, "top": top, "brier": brier}


@topic
def precisionRecall(rng):
    cases = []
    for name, (y, s) in score_sets(rng).items():
        weight = np.round(rng.random(len(y)) * 2 + 0.01, 3)
        for w in (None, weight):
            precision, recall, thresholds = sk.precision_recall_curve(y, s, sample_weight=w)
            cases.append({
                "name": name + ("" if w is None else "Weighted"), "yTrue": y, "yScore": s, "sampleWeight": w,
                "precision": precision, "recall": recall, "thresholds": thresholds,
                "averagePrecision": sk.average_precision_score(y, s, sample_weight=w),
            })
    k = rng.integers(0, 3, 50)
    score = np.round(rng.random((50, 3)), 2)
    multi = {"yTrue": k, "yScore": score}
    for average in ("macro", "weighted", "micro"):
        multi[average] = sk.average_precision_score(k, score, average=average)
    return {"cases": cases, "multi": multi}


# What the definitions in use compute, written down from their publications and scripts, one loop at a time.

def eer_pyannote(y, s):
    """pyannote.metrics 4, binary_classification.det_curve."""
    fpr, tpr, _ = sk.roc_curve(y, s, pos_label=1)
    fnr = 1 - tpr
    i = np.where(fpr > fnr)[0][0]
    return 0.25 * (fpr[i - 1] + fpr[i] + fnr[i - 1] + fnr[i])


def eer_speechbrain(positive, negative):
    """speechbrain 1.0, utils.metric_stats.EER, in double."""
    thresholds = np.unique(np.concatenate([positive, negative]))
    thresholds = np.sort(np.concatenate([thresholds, (thresholds[:-1] + thresholds[1:]) / 2]))
    best = None
    for threshold in thresholds:
        frr = np.mean(positive <= threshold)
        far = np.mean(negative > threshold)
        if best is None or abs(far - frr) < abs(best[0] - best[1]):
            best = (far, frr, threshold)
    return (best[0] + best[1]) / 2, best[2]


def det_asvspoof(target, nontarget):
    """ASVspoof 2019/2021 eval_metrics.compute_det_curve: one point an item, targets first among ties."""
    scores = np.concatenate([target, nontarget])
    labels = np.concatenate([np.ones(target.size), np.zeros(nontarget.size)])
    order = np.argsort(scores, kind="mergesort")
    missed = np.cumsum(labels[order])
    accepted = nontarget.size - (np.arange(1, scores.size + 1) - missed)
    frr = np.concatenate([[0], missed / target.size])
    far = np.concatenate([[1], accepted / nontarget.size])
    return frr, far, np.concatenate([[scores[order[0]] - 0.001], scores[order]])


def eer_asvspoof(target, nontarget):
    frr, far, thresholds = det_asvspoof(target, nontarget)
    i = np.argmin(np.abs(frr - far))
    return np.mean((frr[i], far[i])), thresholds[i]


def rates_asvspoof(tar, non, spoof, threshold):
    return {
        "missRate": np.sum(tar < threshold) / tar.size,
        "falseAlarmRate": np.sum(non >= threshold) / non.size,
        "spoofAcceptRate": np.sum(spoof >= threshold) / spoof.size,
    }


def tdcf_2019(bona, spoof, asv):
    """Kinnunen et al. 2018, ASVspoof 2019 cost model."""
    frr, far, _ = det_asvspoof(bona, spoof)
    p_spoof = 0.05
    p_tar, p_non = (1 - p_spoof) * 0.99, (1 - p_spoof) * 0.01
    c1 = p_tar * (1 - 1 * asv["missRate"]) - p_non * 10 * asv["falseAlarmRate"]
    c2 = 10 * p_spoof * asv["spoofAcceptRate"]
    return np.min((c1 * frr + c2 * far) / min(c1, c2))


def tdcf_2021(bona, spoof, asv):
    """Kinnunen et al. 2020, ASVspoof 2021 cost model."""
    frr, far, _ = det_asvspoof(bona, spoof)
    p_spoof = 0.05
    p_tar, p_non = (1 - p_spoof) * 0.99, (1 - p_spoof) * 0.01
    c0 = p_tar * 1 * asv["missRate"] + p_non * 10 * asv["falseAlarmRate"]
    c1 = p_tar * 1 - c0
    c2 = p_spoof * 10 * asv["spoofAcceptRate"]
    return np.min((c0 + c1 * frr + c2 * far) / (c0 + min(c1, c2)))


def eer_convex_hull(y, s):
    """Least over mixtures of two thresholds, found by trying all pairs of ROC points."""
    fpr, tpr, _ = sk.roc_curve(y, s, drop_intermediate=False)
    fnr = 1 - tpr
    best = 1.0
    for i in range(len(fpr)):
        for j in range(len(fpr)):
            a, b = fpr[i] - fnr[i], fpr[j] - fnr[j]
            if a == 0:
                best = min(best, fpr[i])
            if a < 0 <= b:
                share = -a / (b - a)
                best = min(best, fpr[i] + share * (fpr[j] - fpr[i]))
    return best


def cllr_bits(tar, non):
    return (np.mean(np.log2(1 + np.exp(-tar))) + np.mean(np.log2(1 + np.exp(non)))) / 2


def min_cllr_bits(y, s):
    """PAV by scikit-learn, equal scores together, log odds less the prior's."""
    from sklearn.isotonic import IsotonicRegression

    rank = np.unique(s, return_inverse=True)[1]  # scikit-learn merges scores that are nearly equal
    p = IsotonicRegression().fit(rank, y).predict(rank)
    with np.errstate(divide="ignore"):
        llr = np.log(p) - np.log1p(-p) - np.log(np.sum(y == 1) / np.sum(y == 0))
    return cllr_bits(llr[y == 1], llr[y == 0])


@topic
def detection(rng):
    cases = []
    sets = score_sets(rng)
    y = rng.integers(0, 2, 300)
    sets["many"] = (y, np.round(rng.normal(size=300) + 1.5 * y, 6))
    for name, (y, s) in sets.items():
        tar, non = s[y == 1], s[y == 0]
        bounded = np.clip(s, -50, 50)
        eer, threshold = eer_asvspoof(tar, non)
        brain, brain_threshold = eer_speechbrain(tar, non)
        cases.append({
            "name": name, "yTrue": y, "yScore": s,
            "pyannote": eer_pyannote(y, s), "asvspoof": eer, "asvspoofThreshold": threshold,
            "speechbrain": brain, "speechbrainThreshold": brain_threshold, "convexHull": eer_convex_hull(y, s),
            "cllr": cllr_bits(bounded[y == 1], bounded[y == 0]), "minCllr": min_cllr_bits(y, s),
        })
    tar, non, spoofed = rng.normal(2, 1, 200), rng.normal(-1, 1, 180), rng.normal(1, 1, 150)
    bona, fake = rng.normal(1.2, 1, 170), rng.normal(-1, 1, 230)
    _, threshold = eer_asvspoof(tar, non)
    asv = rates_asvspoof(tar, non, spoofed, threshold)
    tandem = {
        "target": tar, "nontarget": non, "spoof": spoofed, "bona": bona, "fake": fake, "asvThreshold": threshold,
        "asv": asv, "v2019": tdcf_2019(bona, fake, asv), "v2021": tdcf_2021(bona, fake, asv),
    }
    return {"cases": cases, "tandem": tandem}


@topic
def calibration(rng):
    from sklearn.calibration import _SigmoidCalibration, _TemperatureScaling, calibration_curve
    from scipy.optimize import brentq, root
    from scipy.special import softmax
    from sklearn.isotonic import IsotonicRegression

    y = rng.integers(0, 2, 120)
    s = np.round(rng.normal(size=120) * 2 + 1.5 * y, 1)
    p = np.round(1 / (1 + np.exp(-s)), 4)
    p[:3] = [0, 1, 0.2]
    curves = {}
    for strategy in ("uniform", "quantile"):
        for bins in (5, 10):
            true, pred = calibration_curve(y, p, n_bins=bins, strategy=strategy)
            curves[f"{strategy}{bins}"] = {"true": true, "pred": pred}
    platt = _SigmoidCalibration().fit(s, y)
    big = _SigmoidCalibration().fit(s * 1000, y)
    # The same minima by root finding to the last digits, where scikit-learn's optimisers stop early.
    goal = np.where(y == 1, (np.sum(y) + 1) / (np.sum(y) + 2), 1 / (np.sum(1 - y) + 2))
    residual = lambda ab: goal - 1 / (1 + np.exp(ab[0] * s + ab[1]))
    exact = root(lambda ab: [np.dot(residual(ab), s), np.sum(residual(ab))], [platt.a_, platt.b_], tol=1e-14).x
    iso = IsotonicRegression(out_of_bounds="clip").fit(s, y)
    grid = np.linspace(s.min() - 1, s.max() + 1, 40)
    k = rng.integers(0, 4, 90)
    sure = rng.dirichlet(np.ones(4), 90) ** 3 + np.eye(4)[k] * 0.05
    sure = np.round(sure / sure.sum(1, keepdims=True), 6)
    sure[:, 3] = 1 - sure[:, :3].sum(1)
    cooler = np.sqrt(sure) / np.sqrt(sure).sum(1, keepdims=True)
    logits = np.log(sure + 1e-12)
    slope = lambda beta: np.sum(softmax(beta * logits, axis=1) * logits) - np.sum(logits[np.arange(90), k])
    temperature = {
        "exact": 1 / brentq(slope, 0.01, 10, xtol=1e-15, rtol=1e-15),
        "yTrue": k, "proba": sure, "value": 1 / _TemperatureScaling().fit(sure, k).beta_,
        "cooler": cooler, "coolerValue": 1 / _TemperatureScaling().fit(cooler, k).beta_,
        "applied": _TemperatureScaling().fit(sure, k).predict(sure[:5]),
    }
    return {
        "temperature": temperature,
        "yTrue": y, "yScore": s, "yProb": p, "curves": curves,
        "platt": {"exactSlope": exact[0], "exactIntercept": exact[1], "slope": platt.a_, "intercept": platt.b_, "bigSlope": big.a_, "bigIntercept": big.b_},
        "isotonic": {"grid": grid, "value": iso.predict(grid)},
    }


@topic
def regression(rng):
    y = np.round(rng.normal(size=30) * 5, 3)
    p = np.round(y + rng.normal(size=30), 3)
    w = np.round(rng.random(30) + 0.05, 3)
    body = {"yTrue": y, "yPred": p, "sampleWeight": w}
    for name, f in {
        "meanAbsoluteError": sk.mean_absolute_error, "meanSquaredError": sk.mean_squared_error,
        "rootMeanSquaredError": sk.root_mean_squared_error, "medianAbsoluteError": sk.median_absolute_error,
        "meanAbsolutePercentageError": sk.mean_absolute_percentage_error, "r2Score": sk.r2_score,
        "explainedVariance": sk.explained_variance_score,
    }.items():
        body[name] = {"plain": f(y, p), "weighted": f(y, p, sample_weight=w)}
    body["maxError"] = sk.max_error(y, p)
    body["pearson"] = np.corrcoef(y, p)[0, 1]
    return body


@topic
def clustering(rng):
    x = np.round(rng.normal(size=(60, 3)) + np.repeat([[0, 0, 0], [3, 0, 1], [0, 4, 2]], 20, axis=0), 4)
    t = np.repeat([0, 1, 2], 20)
    p = np.where(rng.random(60) < 0.8, t, rng.integers(0, 4, 60))
    lone = p.copy()
    lone[0] = 9
    pairs = {"noisy": (t, p), "same": (t, t), "oneCluster": (t, np.zeros(60, int)), "lone": (t, lone),
             "chance": (t, rng.integers(0, 6, 60)), "singletons": (np.arange(10), np.arange(10))}
    cases = []
    for name, (a, b) in pairs.items():
        cases.append({
            "name": name, "a": a, "b": b, "rand": sk.rand_score(a, b), "adjustedRand": sk.adjusted_rand_score(a, b),
            "mutual": sk.mutual_info_score(a, b), "adjusted": sk.adjusted_mutual_info_score(a, b),
            **{m: sk.normalized_mutual_info_score(a, b, average_method=m) for m in ("arithmetic", "geometric", "min", "max")},
            "homogeneity": sk.homogeneity_completeness_v_measure(a, b),
        })
    return {"x": x, "cases": cases, "silhouette": sk.silhouette_score(x, t), "silhouetteSamples": sk.silhouette_samples(x, lone),
            "lone": lone, "truth": t}


@topic
def uncertainty(rng):
    from scipy.stats import binomtest

    from scipy.stats import _resampling, norm

    pairs = [(0, 0), (1, 0), (3, 7), (12, 12), (40, 21), (500, 430), (0, 30)]
    x = np.round(rng.lognormal(size=40), 4)
    take = rng.integers(0, 40, (500, 40))
    bca = []
    for name, f in {"mean": np.mean, "variance": np.var, "maximum": np.max}.items():
        drawn = np.sort(np.array([f(x[t]) for t in take]))
        jack = [f(np.delete(x, i)) for i in range(len(x))]
        for confidence in (0.9, 0.95):
            low, high, _ = _resampling._bca_interval((x,), lambda v, axis=-1, f=f: f(v, axis=axis), 0, (1 - confidence) / 2, drawn, None, np)
            bca.append({"name": name, "confidence": confidence, "value": f(x), "drawn": drawn, "jackknife": jack,
                        "low": np.percentile(drawn, 100 * low), "high": np.percentile(drawn, 100 * high)})
    quantiles = [1e-300, 1e-12, 0.001, 0.02, 0.025, 0.3, 0.5, 0.9, 0.975, 0.99999, 1 - 1e-12]
    points = [-37.0, -8.5, -3.0, -1.0, -1e-8, 0.0, 0.3, 2.0, 5.5, 9.0]
    return {"bca": bca, "probit": [[p, norm.ppf(p)] for p in quantiles], "normal": [[z, norm.cdf(z)] for z in points], "mcNemarCases": [
        {"first": b, "second": c, "p": binomtest(min(b, c), b + c).pvalue if b + c else 1.0} for b, c in pairs
    ]}


HYPOTHESES = [
    "The cat sat on the mat .", "a dog runs", "It's 3.14, isn't it? (Yes-no.)", "the the the the the", "",
    "two men are playing a guitar on stage at night", "Prices rose 5-10% in 2020; \"unexpected\" &amp; fast.", "ok",
]
REFERENCES = [
    ["The cat is sitting on the mat.", "There is a cat on the mat."], ["A brown dog runs fast", "a dog is running"],
    ["It's 3.14, is it not? (Yes-no.)", "It is 3.14, isn't it?"], ["the cat", "a the"], ["nothing", "no words at all"],
    ["two men play guitar on a stage", "two people are playing the guitar on stage"],
    ["Prices rose 5-10% in 2020: \"unexpected\" and fast.", "In 2020 prices grew"], ["ok then", "fine"],
]


@topic
def text(rng):
    import jiwer
    import sacrebleu
    from pycocoevalcap.cider.cider import Cider
    from rouge_score import rouge_scorer

    streams = list(map(list, zip(*REFERENCES)))
    bleu = []
    for order in (1, 2, 3, 4):
        for lower in (False, True):
            for smooth in ("exp", "none"):
                score = sacrebleu.metrics.BLEU(max_ngram_order=order, lowercase=lower, smooth_method=smooth).corpus_score(HYPOTHESES, streams)
                bleu.append({"maxN": order, "lowercase": lower, "smoothing": smooth, "score": score.score / 100,
                             "precisions": [p / 100 for p in score.precisions], "brevityPenalty": score.bp,
                             "lengths": [score.sys_len, score.ref_len]})
    single = []
    for h, r in zip(HYPOTHESES, REFERENCES):
        single.append(sacrebleu.metrics.BLEU().corpus_score([h], [[x] for x in r]).score / 100)
    tokenized = [sacrebleu.tokenizers.tokenizer_13a.Tokenizer13a()(t) for t in HYPOTHESES + sum(REFERENCES, [])]
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    rouge = []
    for h, r in zip(HYPOTHESES, REFERENCES):
        rouge.append([list(scorer.score(x, h)["rougeL"]) for x in r])
    words = lambda t: " ".join(t.lower().split())
    _, cider = Cider().compute_score({i: [words(t) for t in r] for i, r in enumerate(REFERENCES)},
                                     {i: [words(t)] for i, t in enumerate(HYPOTHESES)})
    spoken = ["one two three four", "seven", "nine nine one", "a b c d e f", "hello  world "]
    heard = ["one too three four five", "seven", "one nine", "b c x e f g", "hello world"]
    out = jiwer.process_words(spoken, heard)
    return {
        "hypotheses": HYPOTHESES, "references": REFERENCES, "bleu": bleu, "singleBleu": single, "tokenized": tokenized,
        "rouge": rouge, "cider": cider,
        "errorRates": {"references": spoken, "hypotheses": heard, "wer": jiwer.wer(spoken, heard), "cer": jiwer.cer(spoken, heard),
                       "counts": [out.hits, out.substitutions, out.deletions, out.insertions]},
    }


@topic
def image(rng):
    import contextlib
    import io

    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    a = rng.integers(0, 256, (20, 24)).astype(float)
    b = np.clip(np.round(a + rng.normal(size=a.shape) * 20), 0, 255)
    rgb = rng.random((12, 11, 3)).round(3)
    rgb2 = np.clip(rgb + rng.normal(size=rgb.shape) * 0.1, 0, 1).round(3)
    truth, found = [], []
    for img in range(6):
        boxes, hits = [], []
        for _ in range(int(rng.integers(0, 4)) if img else 3):
            x, y, w, h = rng.integers(0, 60), rng.integers(0, 60), rng.integers(10, 40), rng.integers(10, 40)
            boxes.append([float(x), float(y), float(w), float(h)])
            if rng.random() < 0.8:
                j = rng.normal(size=4) * 3
                hits.append([float(x + j[0]), float(y + j[1]), float(max(4, w + j[2])), float(max(4, h + j[3])), float(rng.random())])
        hits.append([5.0, 5.0, 12.0, 12.0, float(rng.random())])
        truth.append(boxes)
        found.append(hits)
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "info": {}, "images": [{"id": i + 1} for i in range(6)], "categories": [{"id": 1}],
            "annotations": [
                {"id": n + 1, "image_id": i + 1, "category_id": 1, "bbox": box, "area": box[2] * box[3], "iscrowd": 0}
                for n, (i, box) in enumerate((i, box) for i in range(6) for box in truth[i])
            ],
        }
        coco.createIndex()
        results = coco.loadRes([
            {"image_id": i + 1, "category_id": 1, "bbox": box[:4], "score": box[4]} for i in range(6) for box in found[i]
        ])
        judge = COCOeval(coco, results, "bbox")
        judge.evaluate()
        judge.accumulate()
    precision = judge.eval["precision"][:, :, 0, 0, 2]
    return {
        "a": a, "b": b, "psnr": peak_signal_noise_ratio(a, b, data_range=255),
        "ssim": structural_similarity(a, b, data_range=255), "ssim11": structural_similarity(a, b, data_range=255, win_size=11),
        "rgb": rgb, "rgb2": rgb2, "ssimRgb": structural_similarity(rgb, rgb2, data_range=1, channel_axis=2),
        "truth": truth, "found": found, "coco": {"0.5": precision[0].mean(), "0.75": precision[5].mean()},
    }


@topic
def generative(rng):
    from scipy.linalg import sqrtm

    mix = rng.normal(size=(8, 8))
    x = (rng.normal(size=(40, 8)) @ mix).round(4)
    y = (rng.normal(size=(50, 8)) * rng.random(8) + 0.3).round(4)
    few = y[:5]

    def frechet(p, q):
        a, b = np.cov(p, rowvar=False), np.cov(q, rowvar=False)
        return np.sum((p.mean(0) - q.mean(0)) ** 2) + np.trace(a + b - 2 * np.real(sqrtm(a @ b)))

    return {"x": x, "y": y, "few": few, "distance": frechet(x, y), "same": frechet(x, x), "rankDeficient": frechet(x, few)}


def main():
    wanted = sys.argv[1:] or list(TOPICS)
    for seed, (name, make) in enumerate(TOPICS.items(), start=11):
        if name in wanted:
            write(name, seed, make(np.random.default_rng(seed)))


if __name__ == "__main__":
    main()
