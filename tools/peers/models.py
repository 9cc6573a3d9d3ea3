"""The peers' side of packages/models/bench: reads jobs as JSON lines, answers with seconds and a score.

{"load": FOLDER} reads what the bench wrote there; {"work": NAME} runs one job on it. One thread, two of forests. Answers tell seconds, processor time and a score.
"""

import json
import pathlib
import resource
import subprocess
import sys
import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, StackingClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.svm import SVC

data = {}


def load(folder):
    data["folder"] = folder
    folder = pathlib.Path(folder)
    for name in ("texts", "held"):
        if (folder / f"{name}.json").exists():
            data[name], data[f"{name}_y"] = json.loads((folder / f"{name}.json").read_text())
            data[f"{name}_y"] = np.array(data[f"{name}_y"])
    for name in ("table", "tableHeld", "vectors", "vectorsHeld"):
        if (folder / f"{name}.f64").exists():
            y = np.fromfile(folder / f"{name}.i32", np.int32)
            data[name], data[f"{name}_y"] = np.fromfile(folder / f"{name}.f64").reshape(len(y), -1), y


def tfidf():
    data["vectorizer"] = TfidfVectorizer(ngram_range=(1, 2), max_features=50_000, sublinear_tf=True)
    data["rows"] = data["vectorizer"].fit_transform(data["texts"])
    return None


def text_regression():
    if "rows" not in data:
        tfidf()
    data["text"] = LogisticRegression().fit(data["rows"], data["texts_y"])
    return None


def text_score():
    return float((data["text"].predict(data["vectorizer"].transform(data["held"])) == data["held_y"]).mean())


def sentiment():
    data["closer"] = LogisticRegression(C=4).fit(data["rows"], data["texts_y"])


def sentiment_score():
    return float((data["closer"].predict(data["vectorizer"].transform(data["held"])) == data["held_y"]).mean())


def sentiment_best():
    vectorizer = CountVectorizer(ngram_range=(1, 3), binary=True, min_df=2, token_pattern=r"(?u)\b\w+(?:'\w+)*|[!?]", preprocessor=lambda text: text.replace("<br />", " ").lower())
    x = vectorizer.fit_transform(data["texts"]).astype(float)
    positive = data["texts_y"] == "pos"
    up, down = x[positive].sum(0) + 1, x[~positive].sum(0) + 1
    ratios = np.asarray(np.log(up / up.sum()) - np.log(down / down.sum())).ravel()
    data["best"] = (vectorizer, ratios, LogisticRegression(C=0.3).fit(x.multiply(ratios).tocsr(), data["texts_y"]))


def sentiment_best_score():
    vectorizer, ratios, model = data["best"]
    return float((model.predict(vectorizer.transform(data["held"]).multiply(ratios).tocsr()) == data["held_y"]).mean())


def memory():
    """Megabytes at most of a process of its own; the caller takes them for seconds."""
    return float(subprocess.run([sys.executable, __file__, "--memory", data["folder"]], capture_output=True, text=True, check=True).stdout)


def memory_job(folder):
    load(folder)
    tfidf()
    text_regression()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def reviews():
    if "text" not in data:
        text_regression()
    for text in data["held"][:100]:
        data["text"].predict_proba(data["vectorizer"].transform([text]))
    return None


def fit_table(make):
    def run():
        data["model"] = make().fit(data["table"], data["table_y"])
        return None

    return run


def auc():
    return float(roc_auc_score(data["tableHeld_y"], data["model"].predict_proba(data["tableHeld"])[:, 1]))


def forest(trees=300):
    return RandomForestClassifier(trees, min_samples_leaf=10, random_state=0, n_jobs=2)


def stack():
    parts = [("forest", forest()), ("boosting", HistGradientBoostingClassifier()), ("linear", LogisticRegression(max_iter=1000))]
    return StackingClassifier(parts, LogisticRegression(), cv=5)


def svc():
    data["svc"] = SVC().fit(data["vectors"], data["vectors_y"])
    return float((data["svc"].predict(data["vectorsHeld"]) == data["vectorsHeld_y"]).mean())


works = {
    "tfidf": (tfidf, None),
    "textRegression": (text_regression, text_score),
    "sentiment": (sentiment, sentiment_score),
    "sentimentBest": (sentiment_best, sentiment_best_score),
    "memory": (memory, None),
    "reviews": (reviews, None),
    "forest": (fit_table(forest), auc),
    "boosting": (fit_table(HistGradientBoostingClassifier), auc),
    "tableRegression": (fit_table(lambda: LogisticRegression(max_iter=1000)), auc),
    "stacking": (fit_table(stack), auc),
    "svc": (svc, None),
}

if sys.argv[1:2] == ["--memory"]:
    memory_job(sys.argv[2])
    sys.exit()

for line in sys.stdin:
    job = json.loads(line)
    if "load" in job:
        load(job["load"])
        print(json.dumps({"seconds": 0, "cpu": 0, "score": None}), flush=True)
        continue
    run, judge = works[job["work"]]
    start, busy = time.perf_counter(), time.process_time()
    score = run()
    seconds, cpu = time.perf_counter() - start, time.process_time() - busy
    if job["work"] == "memory":
        seconds, score = score, None
    print(json.dumps({"seconds": seconds, "cpu": cpu, "score": judge() if judge else score}), flush=True)
