"""More golden values of packages/models, from scikit-learn: regressors, further classifiers and transformers. Run as models.py; writes estimators.json."""

import json
import sys

import numpy
import scipy
import sklearn

from models import OUT, SEED, Exact, blobs, plain


def estimators():
    from sklearn.decomposition import PCA
    from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingRegressor
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.feature_selection import RFE
    from sklearn.impute import IterativeImputer, KNNImputer
    from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge, RidgeClassifier, SGDClassifier, SGDRegressor
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
    from sklearn.preprocessing import KBinsDiscretizer, PowerTransformer
    from sklearn.svm import SVC, SVR
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
    rng = numpy.random.default_rng(SEED)
    x = numpy.round(rng.normal(size=(90, 5)) @ rng.normal(size=(5, 5)), 4)
    y = numpy.round(2 + x @ [1.5, -2, 0, 0.5, 0] + numpy.abs(x[:, 2]) + 0.3 * rng.normal(size=90), 4)
    wide = numpy.round(rng.normal(size=(14, 30)), 4)
    wide_y = numpy.round(wide[:, 0] - 2 * wide[:, 3] + 0.1 * rng.normal(size=14), 4)
    holes = x.copy()
    holes[rng.random(x.shape) < 0.15] = numpy.nan
    cats = numpy.column_stack([x[:, :2], rng.integers(0, 5, 90)])
    cats_y = numpy.round(y + 3 * (cats[:, 2] % 2), 4)
    z = (x - x.mean(0)) / x.std(0)
    z = numpy.round(z, 4)
    kernel = numpy.exp(-0.2 * ((z[:, None] - z[None]) ** 2).sum(2)).round(9)
    weights = numpy.round(rng.uniform(0.1, 2, 90), 3)
    two, two_y = blobs(90, 5, 2, flip_y=0.15, class_sep=0.8)
    three, three_y = blobs(90, 5, 3, flip_y=0.1, class_sep=0.9)
    two, three = numpy.round(two, 4), numpy.round(three, 4)
    data = {"x": x, "y": y, "wide": wide, "wideY": wide_y, "holes": holes, "cats": cats, "catsY": cats_y, "z": z, "kernel": Exact(kernel), "weights": weights,
            "two": two, "twoY": list(two_y), "three": three, "threeY": list(three_y)}
    arrays = {"x": x, "wide": wide, "holes": holes, "cats": cats, "z": z, "kernel": kernel, "two": two, "three": three}
    targets = {"x": y, "wide": wide_y, "holes": y, "cats": cats_y, "z": y, "kernel": y}
    regressors = []
    no_stop = dict(tol=None, max_iter=7, shuffle=False)
    for kind, options, model, name, weighted in [
        ("linearRegression", {}, LinearRegression(), "x", True), ("linearRegression", {"fitIntercept": False}, LinearRegression(fit_intercept=False), "x", False), ("linearRegression", {}, LinearRegression(), "wide", False),
        ("ridge", {}, Ridge(), "x", True), ("ridge", {"alpha": 7, "fitIntercept": False}, Ridge(7, fit_intercept=False), "x", False), ("ridge", {"alpha": 0.3}, Ridge(0.3), "wide", False),
        ("lasso", {"alpha": 0.2, "tol": 1e-14, "maxIter": 100000}, Lasso(0.2, tol=1e-14, max_iter=100000), "x", True), ("elasticNet", {"alpha": 0.3, "l1Ratio": 0.4, "tol": 1e-14, "maxIter": 100000}, ElasticNet(0.3, l1_ratio=0.4, tol=1e-14, max_iter=100000), "x", False),
        ("elasticNet", {"alpha": 0.1, "fitIntercept": False, "tol": 1e-14, "maxIter": 100000}, ElasticNet(0.1, fit_intercept=False, tol=1e-14, max_iter=100000), "wide", False),
        ("svr", {"tol": 1e-6}, SVR(tol=1e-6), "z", True), ("svr", {"kernel": "poly", "degree": 2, "coef0": 1, "c": 3, "epsilon": 0.2, "tol": 1e-6}, SVR(kernel="poly", degree=2, coef0=1, C=3, epsilon=0.2, tol=1e-6), "z", False),
        ("svr", {"kernel": "linear", "c": 0.5, "tol": 1e-6}, SVR(kernel="linear", C=0.5, tol=1e-6), "z", False), ("svr", {"kernel": "precomputed", "c": 2, "tol": 1e-6}, SVR(kernel="precomputed", C=2, tol=1e-6), "kernel", False),
        ("kNeighborsRegressor", {}, KNeighborsRegressor(), "x", False), ("kNeighborsRegressor", {"nNeighbors": 7, "weights": "distance", "algorithm": "kdTree"}, KNeighborsRegressor(7, weights="distance"), "x", False),
        ("decisionTreeRegressor", {"maxDepth": 3, "minSamplesLeaf": 4}, DecisionTreeRegressor(max_depth=3, min_samples_leaf=4, random_state=0), "x", True), ("decisionTreeRegressor", {"maxDepth": 4, "minSamplesSplit": 20}, DecisionTreeRegressor(max_depth=4, min_samples_split=20, random_state=0), "x", False),
        ("histGradientBoostingRegressor", {"maxIter": 20, "minSamplesLeaf": 8}, HistGradientBoostingRegressor(max_iter=20, min_samples_leaf=8, early_stopping=False), "holes", False), ("histGradientBoostingRegressor", {"maxIter": 10, "minSamplesLeaf": 6, "l2Regularization": 2, "maxLeafNodes": 6, "learningRate": 0.3}, HistGradientBoostingRegressor(max_iter=10, min_samples_leaf=6, l2_regularization=2, max_leaf_nodes=6, learning_rate=0.3, early_stopping=False), "x", True),
        ("histGradientBoostingRegressor", {"maxIter": 10, "minSamplesLeaf": 6, "categoricalFeatures": [2], "monotonicConstraints": [1, 0, 0]}, HistGradientBoostingRegressor(max_iter=10, min_samples_leaf=6, categorical_features=[2], monotonic_cst=[1, 0, 0], early_stopping=False), "cats", False),
        ("sgdRegressor", {}, SGDRegressor(**no_stop), "z", True), ("sgdRegressor", {"loss": "huber", "epsilon": 0.5, "penalty": "elasticnet", "l1Ratio": 0.4, "alpha": 0.01, "learningRate": "constant", "eta0": 0.02}, SGDRegressor(loss="huber", epsilon=0.5, penalty="elasticnet", l1_ratio=0.4, alpha=0.01, learning_rate="constant", eta0=0.02, **no_stop), "z", False),
        ("sgdRegressor", {"loss": "epsilonInsensitive", "penalty": "l1", "alpha": 0.05, "learningRate": "optimal"}, SGDRegressor(loss="epsilon_insensitive", epsilon=0.1, penalty="l1", alpha=0.05, learning_rate="optimal", **no_stop), "z", False),
    ]:
        # Where a node meets no missing value either side is as good: all rows are fitted, so that none is left to chance.
        rows = len(arrays[name]) if name == "holes" else len(arrays[name]) * 2 // 3
        features = arrays[name][:, :rows] if name == "kernel" else arrays[name]
        args = (weights[:rows],) if weighted else ()
        fit = (lambda m, f, t, a: m.fit(f, t, sample_weight=a[0]) if a else m.fit(f, t))
        fit(model, features[:rows], targets[name][:rows], args)
        case = {"kind": kind, "options": {**options, **({"shuffle": False, "tol": None, "maxIter": 7} if kind == "sgdRegressor" else {})}, "data": name, "fitted": rows, "weighted": weighted, "predicted": model.predict(features)}
        regressors.append(case)
    classifiers = []
    for kind, options, model, name, weighted in [
        ("logisticRegression", {"l1Ratio": 1, "c": 0.3, "tol": 1e-9, "maxIter": 1000}, LogisticRegression(l1_ratio=1, C=0.3, solver="saga", tol=1e-12, max_iter=200000), "two", True),
        ("logisticRegression", {"l1Ratio": 0.5, "c": 0.2, "tol": 1e-9, "maxIter": 1000}, LogisticRegression(l1_ratio=0.5, C=0.2, solver="saga", tol=1e-12, max_iter=200000), "three", False),
        ("logisticRegression", {"l1Ratio": 1, "c": 0.1, "tol": 1e-9, "maxIter": 1000, "classWeight": "balanced"}, LogisticRegression(l1_ratio=1, C=0.1, solver="saga", tol=1e-12, max_iter=200000, class_weight="balanced"), "three", False),
        ("logisticRegression", {"solver": "coordinate", "c": 2, "tol": 1e-9, "maxIter": 1000}, LogisticRegression(C=2, tol=1e-10, max_iter=5000), "three", False),
        ("logisticRegression", {"solver": "coordinate", "l1Ratio": 1, "c": 0.5, "fitIntercept": False, "tol": 1e-9, "maxIter": 1000}, LogisticRegression(l1_ratio=1, C=0.5, solver="saga", fit_intercept=False, tol=1e-12, max_iter=200000), "two", False),
        ("kNeighbors", {"algorithm": "kdTree"}, KNeighborsClassifier(), "three", False), ("kNeighbors", {"algorithm": "kdTree", "nNeighbors": 8, "weights": "distance"}, KNeighborsClassifier(8, weights="distance"), "three", False),
        ("adaBoost", {"nEstimators": 12, "learningRate": 0.7}, AdaBoostClassifier(DecisionTreeClassifier(max_depth=1, random_state=0), n_estimators=12, learning_rate=0.7, random_state=0), "two", False),
        ("adaBoost", {"nEstimators": 8, "learningRate": 0.5, "estimator": {"kind": "decisionTree", "maxDepth": 2, "minSamplesLeaf": 5}}, AdaBoostClassifier(DecisionTreeClassifier(max_depth=2, min_samples_leaf=5, random_state=0), n_estimators=8, learning_rate=0.5, random_state=0), "three", False),
        ("sgdClassifier", {"loss": "logLoss", "alpha": 0.05}, SGDClassifier(loss="log_loss", alpha=0.05, **no_stop), "two", True), ("sgdClassifier", {"loss": "logLoss", "penalty": "l1", "alpha": 0.01}, SGDClassifier(loss="log_loss", penalty="l1", alpha=0.01, **no_stop), "three", False),
        ("sgdClassifier", {"loss": "modifiedHuber", "classWeight": "balanced", "learningRate": "invscaling", "eta0": 0.05, "powerT": 0.4}, SGDClassifier(loss="modified_huber", class_weight="balanced", learning_rate="invscaling", eta0=0.05, power_t=0.4, **no_stop), "three", False),
    ]:
        labels = {"two": two_y, "three": three_y}[name]
        model.fit(arrays[name][:60], labels[:60], **({"sample_weight": weights[:60]} if weighted else {}))
        classifiers.append({"kind": kind, "options": {**options, **({"shuffle": False, "tol": None, "maxIter": 7} if kind == "sgdClassifier" else {})}, "data": name, "fitted": 60, "weighted": weighted, "proba": model.predict_proba(arrays[name])})
    decisions = []
    for kind, options, model, name in [
        ("ridgeClassifier", {}, RidgeClassifier(), "two"), ("ridgeClassifier", {"alpha": 4, "classWeight": "balanced"}, RidgeClassifier(4, class_weight="balanced"), "three"),
        ("sgdClassifier", {}, SGDClassifier(**no_stop), "three"), ("sgdClassifier", {"loss": "squaredHinge", "penalty": "elasticnet", "alpha": 0.01}, SGDClassifier(loss="squared_hinge", penalty="elasticnet", alpha=0.01, **no_stop), "two"),
        ("sgdClassifier", {"loss": "perceptron", "learningRate": "constant", "eta0": 0.1, "penalty": "none"}, SGDClassifier(loss="perceptron", learning_rate="constant", eta0=0.1, penalty=None, **no_stop), "two"),
    ]:
        model.fit(arrays[name][:60], {"two": two_y, "three": three_y}[name][:60])
        decisions.append({"kind": kind, "options": {**options, **({"shuffle": False, "tol": None, "maxIter": 7} if kind == "sgdClassifier" else {})}, "data": name, "coef": model.coef_, "intercept": model.intercept_})
    half = kernel[:, :60]
    pre = SVC(kernel="precomputed", C=2).fit(half[:60], three_y[:60])
    transformers = []
    positive = numpy.exp(x).round(4)
    data["positive"] = arrays["positive"] = positive
    for kind, options, model, name in [
        ("powerTransformer", {}, PowerTransformer(), "x"), ("powerTransformer", {"standardize": False}, PowerTransformer(standardize=False), "positive"), ("powerTransformer", {"method": "boxCox"}, PowerTransformer("box-cox"), "positive"),
        ("kBinsDiscretizer", {"encode": "oneHotDense"}, KBinsDiscretizer(encode="onehot-dense", quantile_method="averaged_inverted_cdf"), "x"), ("kBinsDiscretizer", {"nBins": 4, "encode": "ordinal", "strategy": "uniform"}, KBinsDiscretizer(4, encode="ordinal", strategy="uniform"), "x"),
        ("kBinsDiscretizer", {"nBins": 7, "encode": "ordinal"}, KBinsDiscretizer(7, encode="ordinal", quantile_method="averaged_inverted_cdf"), "cats"),
        ("iterativeImputer", {}, IterativeImputer(), "holes"), ("iterativeImputer", {"maxIter": 3, "initialStrategy": "median", "addIndicator": True}, IterativeImputer(max_iter=3, initial_strategy="median", add_indicator=True), "holes"),
        ("knnImputer", {"addIndicator": True}, KNNImputer(add_indicator=True), "holes"), ("pca", {"nComponents": 2, "solver": "randomized", "nIter": 12}, PCA(2, svd_solver="full"), "x"),
    ]:
        import warnings
        warnings.simplefilter("ignore")
        model.fit(arrays[name][:60])
        transformers.append({"kind": kind, "options": options, "data": name, "fitted": 60, "z": model.transform(arrays[name])})
    ranking = {name: RFE(model, n_features_to_select=n, step=step).fit(features, labels).ranking_ for name, model, n, step, features, labels in [
        ("default", LogisticRegression(), None, 1, three, three_y), ("two", LogisticRegression(), 1, 2, two, two_y)]}
    texts = ["The film was good, a really good film!", "été à Zürich: naïve café", "", "bad bad plot 東京"]
    hashed = []
    for options, model in [
        ({"nFeatures": 64}, HashingVectorizer(n_features=64)), ({"nFeatures": 1000, "ngramRange": [1, 2], "alternateSign": False, "norm": "l1"}, HashingVectorizer(n_features=1000, ngram_range=(1, 2), alternate_sign=False, norm="l1")),
        ({"nFeatures": 50, "analyzer": "charWb", "ngramRange": [2, 3], "binary": True, "norm": "none"}, HashingVectorizer(n_features=50, analyzer="char_wb", ngram_range=(2, 3), binary=True, norm=None)),
    ]:
        hashed.append({"options": options, "x": Exact(model.transform(texts).toarray() if options["nFeatures"] <= 64 else model.transform(texts).toarray()[:, :1000])})
    return {"data": data, "regressors": regressors, "classifiers": classifiers, "decisions": decisions,
            "precomputed": {"predict": list(pre.predict(half)), "decision": pre.decision_function(half)}, "transformers": transformers, "ranking": ranking, "texts": texts, "hashed": hashed}


if __name__ == "__main__":
    header = {"numpy": numpy.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__, "seed": SEED}
    path = OUT / "estimators.json"
    path.write_text(json.dumps({"header": header, **plain(estimators())}, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB", file=sys.stderr)
