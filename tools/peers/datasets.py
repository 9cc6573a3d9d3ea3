"""The peers' side of packages/datasets/bench: reads jobs as JSON lines, answers with seconds.

{"load": {"wavs": [FILE …], "oggs": [FILE …]}} names the files; {"work": "soundfile.wavs"} runs one job.
"""

import json
import sys
import time

import joblib
import librosa
import numpy as np
import scipy.io.wavfile
import soundfile

files = {}


def features(paths):
    rows = []
    for path in paths:
        samples, rate = soundfile.read(path, dtype="float32")
        mfcc = librosa.feature.mfcc(y=samples, sr=rate, n_mfcc=13, n_fft=512, hop_length=160, n_mels=40)
        rows.append(np.concatenate([mfcc.mean(1), mfcc.std(1)]))
    return rows


parallel = joblib.Parallel(n_jobs=2)
works = {
    "soundfile.wavs": lambda: [soundfile.read(path, dtype="float32") for path in files["wavs"]],
    "scipy.wavs": lambda: [scipy.io.wavfile.read(path) for path in files["wavs"]],
    "soundfile.oggs": lambda: [soundfile.read(path, dtype="float32") for path in files["oggs"]],
    "librosa.mfcc2": lambda: parallel(joblib.delayed(features)(files["wavs"][i::20]) for i in range(20)),
}

for line in sys.stdin:
    job = json.loads(line)
    if "load" in job:
        files.update(job["load"])
        print("{}", flush=True)
        continue
    start = time.perf_counter()
    works[job["work"]]()
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
