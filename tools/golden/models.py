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


@case
def classifiers():
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
    from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
    from sklearn.neighbors import KNeighborsClassifier
    rng = numpy.random.default_rng(SEED)
    x, y = blobs(130, 6, 3, flip_y=0.15, class_sep=0.8)
    x = numpy.round(x + rng.normal(0, 0.3, x.shape), 6)
    counts = rng.poisson(1.2, (130, 6)) + numpy.where(y[:, None] == "c1", rng.poisson([2, 0, 0, 1, 0, 0], (130, 6)), 0)
    wide = numpy.round(rng.normal(size=(60, 40)) + numpy.where(numpy.arange(60) % 2 == 0, 0.6, 0)[:, None], 4)
    wide_y = numpy.array([f"c{i % 2}" for i in range(60)])
    weights = numpy.round(rng.uniform(0.1, 2, 90), 3)
    data = {"blobs": (x, y), "counts": (counts.astype(float), y), "wide": (wide, wide_y)}
    out = []
    for kind, options, model, name, weighted in [
        ("gaussianNaiveBayes", {}, GaussianNB(), "blobs", True), ("gaussianNaiveBayes", {"varSmoothing": 0.1}, GaussianNB(var_smoothing=0.1), "blobs", False),
        ("naiveBayes", {}, MultinomialNB(), "counts", True), ("naiveBayes", {"alpha": 0.3, "fitPrior": False}, MultinomialNB(alpha=0.3, fit_prior=False), "counts", False),
        ("naiveBayes", {"variant": "bernoulli"}, BernoulliNB(), "counts", False), ("naiveBayes", {"variant": "complement", "alpha": 0.5}, ComplementNB(alpha=0.5), "counts", False),
        ("kNeighbors", {}, KNeighborsClassifier(), "blobs", False), ("kNeighbors", {"nNeighbors": 9, "weights": "distance"}, KNeighborsClassifier(9, weights="distance"), "blobs", False),
        ("kNeighbors", {"nNeighbors": 4, "metric": "cosine"}, KNeighborsClassifier(4, metric="cosine"), "blobs", False),
        ("linearDiscriminant", {}, LinearDiscriminantAnalysis(solver="lsqr"), "blobs", False), ("linearDiscriminant", {"shrinkage": 0.3}, LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.3), "wide", False),
        ("linearDiscriminant", {"shrinkage": "auto"}, LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"), "wide", False),
        ("quadraticDiscriminant", {}, QuadraticDiscriminantAnalysis(), "blobs", False), ("quadraticDiscriminant", {"regParam": 0.2}, QuadraticDiscriminantAnalysis(reg_param=0.2), "blobs", False),
    ]:
        features, labels = data[name]
        half = len(labels) * 2 // 3
        if weighted:
            model.fit(features[:half], labels[:half], weights[:half])
        else:
            model.fit(features[:half], labels[:half])
        out.append({"kind": kind, "options": options, "data": name, "fitted": half, "weights": weights[:half] if weighted else None, "proba": model.predict_proba(features[half:])})
    return {"data": {name: {"x": features, "y": list(labels)} for name, (features, labels) in data.items()}, "cases": out}


@case
def transformers():
    from sklearn.decomposition import PCA
    from sklearn.impute import KNNImputer, SimpleImputer
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, PolynomialFeatures, QuantileTransformer
    rng = numpy.random.default_rng(SEED)
    x = numpy.round(rng.normal(size=(30, 5)) @ rng.normal(size=(5, 5)), 6)
    holes = x.copy()
    holes[rng.random(x.shape) < 0.2] = numpy.nan
    levels = numpy.round(rng.integers(0, 4, (30, 3)).astype(float), 0)
    levels[rng.random(levels.shape) < 0.2] = numpy.nan
    wide = numpy.round(rng.normal(size=(8, 20)), 6)
    words = [[str(w) for w in row] for row in numpy.array(["red", "green", "blue", "Äther"])[rng.integers(0, 4, (20, 2))]]
    data = {"plain": x, "holes": holes, "levels": levels, "wide": wide, "small": x[:6, :2]}
    out = []
    for kind, options, model, name in [
        ("simpleImputer", {}, SimpleImputer(), "holes"), ("simpleImputer", {"strategy": "median", "addIndicator": True}, SimpleImputer(strategy="median", add_indicator=True), "holes"),
        ("simpleImputer", {"strategy": "mostFrequent"}, SimpleImputer(strategy="most_frequent"), "levels"), ("simpleImputer", {"strategy": "constant", "fillValue": -1}, SimpleImputer(strategy="constant", fill_value=-1), "holes"),
        ("knnImputer", {"nNeighbors": 3}, KNNImputer(n_neighbors=3), "holes"), ("knnImputer", {"weights": "distance"}, KNNImputer(weights="distance"), "holes"),
        ("polynomialFeatures", {"degree": 3}, PolynomialFeatures(3), "small"), ("polynomialFeatures", {"interactionOnly": True, "includeBias": False}, PolynomialFeatures(interaction_only=True, include_bias=False), "plain"),
        ("quantileTransformer", {"nQuantiles": 10}, QuantileTransformer(n_quantiles=10), "plain"), ("quantileTransformer", {"nQuantiles": 30, "output": "normal"}, QuantileTransformer(n_quantiles=30, output_distribution="normal"), "plain"),
        ("pca", {}, PCA(), "plain"), ("pca", {"nComponents": 2, "whiten": True}, PCA(2, whiten=True), "plain"), ("pca", {"nComponents": 0.9}, PCA(0.9), "plain"), ("pca", {"nComponents": 5}, PCA(5, svd_solver="full"), "wide"),
    ]:
        out.append({"kind": kind, "options": options, "data": name, "z": Exact(model.fit_transform(data[name])) if not numpy.isnan(model.fit_transform(data[name])).any() else model.fit_transform(data[name])})
    return {
        "data": data, "cases": out, "words": words,
        "ordinal": OrdinalEncoder().fit_transform(words), "oneHot": OneHotEncoder(sparse_output=False).fit_transform(words),
    }


@case
def more():
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.isotonic import IsotonicRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.mixture import GaussianMixture
    from sklearn.svm import LinearSVC
    rng = numpy.random.default_rng(SEED)
    x, y = blobs(90, 5, 3, flip_y=0.1, class_sep=0.9)
    linear = []
    for options in [{}, {"c": 0.1, "classWeight": "balanced"}, {"c": 3, "fitIntercept": False}]:
        model = LinearSVC(C=options.get("c", 1), class_weight=options.get("classWeight"), fit_intercept=options.get("fitIntercept", True), tol=1e-8, max_iter=200000, random_state=0).fit(x, y)
        linear.append({"options": options, "coef": model.coef_, "intercept": numpy.zeros(3) + model.intercept_})
    clusters = numpy.round(numpy.concatenate([rng.normal(size=(30, 3)) + c for c in ([0, 0, 0], [9, 0, 4], [0, 8, -6])]), 6)
    mixtures = []
    for k, covariance in [(1, "full"), (3, "full"), (3, "diag")]:
        model = GaussianMixture(k, covariance_type=covariance, random_state=0, tol=1e-9, max_iter=500).fit(clusters)
        mixtures.append({"nComponents": k, "covariance": covariance, "logLikelihood": model.score(clusters), "logs": model.score_samples(clusters[:6])})
    low = numpy.round(rng.normal(size=(40, 3)) * [9, 5, 2] @ rng.normal(size=(3, 12)) + 0.1 * rng.normal(size=(40, 12)), 6)
    svd = TruncatedSVD(3, algorithm="arpack").fit(low)
    scores = numpy.round(rng.normal(size=40), 1)
    hits = (rng.random(40) < 1 / (1 + numpy.exp(-scores))).astype(float)
    return {
        "x": x, "y": list(y), "linear": linear, "clusters": clusters, "mixtures": mixtures, "inertia": KMeans(3, n_init=5, random_state=0).fit(clusters).inertia_,
        "low": low, "singular": svd.singular_values_, "z": svd.transform(low), "scores": scores, "hits": hits,
        "isotonic": IsotonicRegression(out_of_bounds="clip").fit(scores, hits).predict(numpy.linspace(-4, 4, 33)), "auc": roc_auc_score(hits, scores),
    }


if __name__ == "__main__":
    header = {"numpy": numpy.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__, "seed": SEED}
    OUT.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or CASES:
        path = OUT / f"{name}.json"
        path.write_text(json.dumps({"header": header, **plain(CASES[name]())}, separators=(",", ":")) + "\n")
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
