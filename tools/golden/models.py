"""Golden values of packages/models, from scikit-learn. Run by hand: python tools/golden/models.py [NAME...]; writes packages/models/test/golden/NAME.json."""

import json
import pathlib
import sys

import numpy
import scipy
import sklearn
from sklearn.datasets import make_classification

OUT = pathlib.Path(__file__).resolve().parents[2] / "packages/models/test/golden"
SEED = 20261121
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def plain(value):
    """JSON with nine significant digits (seventeen for what `exact` marks)."""
    if isinstance(value, Exact):
        return value.value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, numpy.ndarray):
        return plain(value.tolist())
    if isinstance(value, (numpy.integer, numpy.bool_)):
        return value.item()
    if isinstance(value, (float, numpy.floating)):
        return None if numpy.isnan(value) else float(f"{value:.9g}")
    return value


class Exact:
    def __init__(self, value):
        self.value = numpy.asarray(value)


def blobs(samples, features, classes, seed=SEED, **options):
    x, y = make_classification(
        n_samples=samples, n_features=features, n_informative=features - 1, n_redundant=1 if features > 3 else 0,
        n_classes=classes, n_clusters_per_class=1, random_state=seed, **options)
    return numpy.round(x, 6), numpy.array([f"c{label}" for label in y])


@case
def scalers():
    from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
    rng = numpy.random.default_rng(SEED)
    x = numpy.round(rng.normal(size=(9, 4)) * [1, 100, 1e-3, 1] + [0, 5, 1, 3], 9)
    x[:, 3] = 3
    fits = {
        "standardScaler": (StandardScaler(), {}),
        "withoutMean": (StandardScaler(with_mean=False), {"withMean": False}),
        "robustScaler": (RobustScaler(), {}),
        "wideRange": (RobustScaler(quantile_range=(10, 85), with_centering=False), {"quantileRange": [10, 85], "withCentering": False}),
        "minMaxScaler": (MinMaxScaler(), {}),
        "otherRange": (MinMaxScaler(feature_range=(-2, 3)), {"featureRange": [-2, 3]}),
    }
    return {"x": Exact(x), "cases": {name: {"options": options, "z": Exact(scaler.fit_transform(x))} for name, (scaler, options) in fits.items()}}


@case
def logisticRegression():
    from sklearn.linear_model import LogisticRegression
    rng = numpy.random.default_rng(SEED)
    out = []
    for samples, features, classes, options in [
        (61, 5, 2, {}), (61, 5, 2, {"c": 0.03}), (61, 5, 2, {"fitIntercept": False, "c": 5}),
        (90, 6, 3, {}), (90, 6, 4, {"c": 0.1, "classWeight": "balanced"}), (40, 7, 3, {"weighted": True}),
    ]:
        x, y = blobs(samples, features, classes, flip_y=0.15, class_sep=0.8)
        weights = numpy.round(rng.uniform(0.1, 3, samples), 4) if options.get("weighted") else None
        model = LogisticRegression(
            C=options.get("c", 1), fit_intercept=options.get("fitIntercept", True), class_weight=options.get("classWeight"), tol=1e-9, max_iter=5000
        ).fit(x, y, weights)
        out.append({
            "options": {key: value for key, value in options.items() if key != "weighted"}, "weights": weights, "x": x, "y": list(y),
            "coef": model.coef_, "intercept": model.intercept_, "proba": model.predict_proba(x)[:12], "predict": list(model.predict(x)),
        })
    return {"cases": out}


@case
def svc():
    from sklearn.svm import SVC
    out = []
    for samples, features, classes, options in [
        (120, 6, 2, {}), (150, 7, 4, {}), (150, 7, 4, {"c": 10, "gamma": 0.3}), (90, 5, 3, {"kernel": "linear", "c": 0.5}),
        (90, 5, 3, {"kernel": "poly", "degree": 2, "coef0": 1.0}), (90, 5, 2, {"kernel": "sigmoid", "gamma": "auto", "coef0": -0.5}),
        (120, 6, 3, {"classWeight": "balanced", "c": 0.4}), (120, 6, 2, {"shrinking": False, "tol": 1e-5}),
    ]:
        x, y = blobs(samples, features, classes, flip_y=0.2, class_sep=0.7)
        half = samples * 2 // 3
        python = {{"c": "C", "classWeight": "class_weight"}.get(key, key): value for key, value in options.items()}
        model = SVC(**python).fit(x[:half], y[:half])
        out.append({
            "options": options, "x": x, "y": list(y), "fitted": half, "decision": model.decision_function(x[half:]),
            "predict": list(model.predict(x[half:])), "nSupport": model.n_support_, "dualCoef": numpy.abs(model.dual_coef_).sum(), "intercept": model.intercept_,
        })
    return {"cases": out}


TEXTS = [
    "The film was good, a really good film!", "the film was BAD; bad acting, bad plot...", "I can't say it was good or bad", "été à Zürich: naïve café_2 3 42",
    "x y z", "Straße ΣΑΣ İstanbul 東京 is far, far away", "good   plot\tgood\nacting", "", "what a plot twist: the plot was the plot", "don't don't DON'T",
    "emoji 😀 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 letters", "bad bad bad bad",
]
HELD = ["a good plot was bad", "nothing known here", "été! 😀 far", "plot plot film far away"]


@case
def text():
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    out = []
    for options in [
        {}, {"ngramRange": [1, 2], "sublinearTf": True}, {"ngramRange": [2, 3], "minDf": 2}, {"binary": True, "norm": "l1"},
        {"maxDf": 0.3, "minDf": 2, "smoothIdf": False}, {"useIdf": False, "norm": "none", "lowercase": False}, {"analyzer": "char", "ngramRange": [1, 3]},
        {"analyzer": "charWb", "ngramRange": [2, 4], "stripAccents": True}, {"analyzer": "charWb", "ngramRange": [5, 6]}, {"stopWords": ["the", "was", "a"], "ngramRange": [1, 2]},
    ]:
        python = {
            {"ngramRange": "ngram_range", "sublinearTf": "sublinear_tf", "minDf": "min_df", "maxDf": "max_df", "smoothIdf": "smooth_idf", "useIdf": "use_idf",
             "stripAccents": "strip_accents", "stopWords": "stop_words"}.get(key, key): value for key, value in options.items()}
        if "ngram_range" in python:
            python["ngram_range"] = tuple(python["ngram_range"])
        if python.get("analyzer") == "charWb":
            python["analyzer"] = "char_wb"
        if python.get("strip_accents"):
            python["strip_accents"] = "unicode"
        if python.get("norm") == "none":
            python["norm"] = None
        model = TfidfVectorizer(**python)
        x = model.fit_transform(TEXTS)
        x.sort_indices()
        held = model.transform(HELD)
        held.sort_indices()
        out.append({
            "options": options, "vocabulary": list(model.get_feature_names_out()),
            "x": {"indptr": x.indptr, "indices": x.indices, "values": Exact(x.data)}, "held": {"indptr": held.indptr, "indices": held.indices, "values": Exact(held.data)},
        })
    counts = CountVectorizer(ngram_range=(1, 2)).fit_transform(TEXTS)
    return {"texts": TEXTS, "held": HELD, "cases": out, "counts": {"sum": counts.sum(), "columns": counts.shape[1]}}


@case
def trees():
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.tree import DecisionTreeClassifier
    rng = numpy.random.default_rng(SEED)
    tree_cases, boosted = [], []
    for samples, features, classes, options in [
        (120, 5, 2, {"maxDepth": 3, "minSamplesLeaf": 15}), (160, 6, 3, {"maxDepth": 4, "minSamplesLeaf": 10}), (120, 5, 2, {"maxDepth": 2, "classWeight": "balanced", "minSamplesSplit": 30, "minSamplesLeaf": 15}),
    ]:
        x, y = blobs(samples, features, classes, flip_y=0.2, class_sep=0.6)
        python = {{"maxDepth": "max_depth", "minSamplesLeaf": "min_samples_leaf", "minSamplesSplit": "min_samples_split", "classWeight": "class_weight"}[key]: value for key, value in options.items()}
        grown = [DecisionTreeClassifier(random_state=state, **python).fit(x[:-40], y[:-40]) for state in range(8)]
        model = grown[0]
        # Where two splits tie scikit-learn draws: such a tree is no reference.
        assert all(numpy.allclose(model.predict_proba(x), other.predict_proba(x), atol=1e-9) for other in grown), options
        tree_cases.append({"options": options, "x": x, "y": list(y), "fitted": samples - 40, "proba": model.predict_proba(x), "importances": model.feature_importances_, "nodes": model.tree_.node_count})
    names = {"maxIter": "max_iter", "learningRate": "learning_rate", "maxLeafNodes": "max_leaf_nodes", "maxDepth": "max_depth", "minSamplesLeaf": "min_samples_leaf",
             "l2Regularization": "l2_regularization", "categoricalFeatures": "categorical_features", "monotonicConstraints": "monotonic_cst"}
    for samples, features, classes, options, extra in [
        (200, 5, 2, {"maxIter": 20}, None), (240, 5, 3, {"maxIter": 10, "maxLeafNodes": 7, "l2Regularization": 1.5}, None), (220, 4, 2, {"maxIter": 15, "maxDepth": 3, "learningRate": 0.3}, "missing"),
        (240, 4, 2, {"maxIter": 10, "minSamplesLeaf": 10, "categoricalFeatures": [3]}, "category"), (280, 3, 2, {"maxIter": 10, "minSamplesLeaf": 12}, "weights"), (520, 3, 2, {"maxIter": 10}, None),
        (200, 3, 2, {"maxIter": 10, "monotonicConstraints": [1, -1, 0]}, None),
    ]:
        x, y = blobs(samples, features, classes, flip_y=0.1, class_sep=0.7)
        x = numpy.round(x, 4)
        weights = numpy.round(rng.uniform(0.2, 2, samples), 3) if extra == "weights" else None
        if extra == "missing":
            x[rng.random(x.shape) < 0.15] = numpy.nan
        if extra == "category":
            x[:, 3] = rng.integers(0, 6, samples)
            y = numpy.where((x[:, 3] % 2 == 1) ^ (rng.random(samples) < 0.25), "c1", y)
        model = HistGradientBoostingClassifier(early_stopping=False, **{names[key]: value for key, value in options.items()}).fit(x[:-40], y[:-40], weights if weights is None else weights[:-40])
        boosted.append({"options": options, "x": x, "y": list(y), "fitted": samples - 40, "weights": weights, "proba": model.predict_proba(x)[::3]})
    return {"trees": tree_cases, "boosted": boosted}


if __name__ == "__main__":
    header = {"numpy": numpy.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__, "seed": SEED}
    OUT.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or CASES:
        path = OUT / f"{name}.json"
        path.write_text(json.dumps({"header": header, **plain(CASES[name]())}, separators=(",", ":")) + "\n")
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
