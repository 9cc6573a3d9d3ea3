"""Golden values of @earshot/dsp's transforms, spectra, features and resampling, from SciPy, librosa and torchaudio.

    python tools/golden/dsp.py        writes packages/dsp/test/golden/{windows,transforms,spectra,features,config,resample}.json

Run by hand with tools/golden/requirements.txt; never in CI, never from our own output.
"""
import json
import platform
from pathlib import Path

import librosa
import numpy as np
import scipy
import scipy.signal
import scipy.stats
import soxr
import torch

torch.version.cuda = None  # the wheels on PyPI name different CUDA builds, which matters to no computation on the CPU
import torchaudio

SEED = 20260101
OUT = Path(__file__).resolve().parents[2] / "packages" / "dsp" / "test" / "golden"
rng = np.random.default_rng(SEED)
VERSIONS = {
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "librosa": librosa.__version__,
    "torchaudio": torchaudio.__version__,
    "soxr": soxr.__version__,
}


def rounded(values, digits=9):
    a = np.asarray(values, dtype=np.float64)
    if a.ndim == 0:
        return float(f"{float(a):.{digits}g}")
    return [rounded(v, digits) for v in a]


def write(name, content):
    OUT.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"header": {"versions": VERSIONS, "seed": SEED}, **content}, separators=(",", ":"))
    (OUT / f"{name}.json").write_text(text + "\n")
    print(name, len(text))


def speech_like(n, rate):
    """A gliding voice with harmonics, an onset, a pause and some noise."""
    t = np.arange(n) / rate
    phase = 2 * np.pi * np.cumsum(120 + 60 * t / t[-1]) / rate
    y = sum(np.sin(h * phase) / h ** 1.2 for h in range(1, 20))
    gate = np.where((t > 0.1 * t[-1]) & ((t < 0.55 * t[-1]) | (t > 0.7 * t[-1])), 1.0, 0.002)
    y = 0.2 * y * gate + 0.0005 * rng.standard_normal(n)
    return y.astype(np.float32)


SIGNALS = {
    "voice": speech_like(3000, 8000),
    "short": (0.5 * rng.standard_normal(300)).astype(np.float32),
    "one": np.array([0.75], dtype=np.float32),
    "silence": np.zeros(1200, dtype=np.float32),
}
signals = {k: rounded(v) for k, v in SIGNALS.items()}


def windows():
    cases = []
    specs = [(n, n) for n in ("hann", "hamming", "blackman", "nuttall", "bartlett", "triang", "boxcar", "cosine", "parzen", "bohman", "tukey")]
    specs += [("blackmanharris", "blackmanHarris"), ("flattop", "flatTop"), (("tukey", 0.3), {"name": "tukey", "alpha": 0.3}), (("tukey", 0), {"name": "tukey", "alpha": 0}), (("tukey", 1), {"name": "tukey", "alpha": 1})]
    specs += [(("kaiser", b), {"name": "kaiser", "beta": b}) for b in (0, 8.6, 14)]
    specs += [(("gaussian", 5), {"name": "gaussian", "std": 5}), (("general_hamming", 0.6), {"name": "generalHamming", "alpha": 0.6})]
    for theirs, ours in specs:
        for length in (1, 2, 16, 17):
            for periodic in (True, False):
                w = scipy.signal.get_window(theirs, length, fftbins=periodic)
                cases.append({"spec": ours, "length": length, "periodic": periodic, "values": rounded(w)})
    write("windows", {"cases": cases})


def transforms():
    rffts, dcts = [], []
    for n in (1, 2, 3, 7, 16, 31, 60, 97, 501):
        x = SIGNALS["short"][:n] if n <= 300 else SIGNALS["voice"][500 : 500 + n]
        spectrum = scipy.fft.rfft(x.astype(np.float64))
        rffts.append({"samples": rounded(x), "re": rounded(spectrum.real, 13), "im": rounded(spectrum.imag, 13)})
    x = SIGNALS["short"][:36].reshape(3, 12)
    for kind in (1, 2, 3):
        for norm in ("ortho", None):
            dcts.append({"type": kind, "norm": norm or "none", "values": rounded(scipy.fft.dct(x.astype(np.float64), type=kind, norm=norm, axis=1))})
    mels = []
    for o in ({}, {"nMels": 20, "fMin": 100, "fMax": 3000}, {"nMels": 13, "melScale": "htk", "melNorm": "none"}, {"nMels": 26, "nFft": 501, "melScale": "htk"}, {"nMels": 10, "melNorm": "none", "nFft": 400}):
        o = {"sampleRate": 8000, "nFft": 512, "nMels": 24, **o}
        bank = librosa.filters.mel(sr=o["sampleRate"], n_fft=o["nFft"], n_mels=o["nMels"], fmin=o.get("fMin", 0), fmax=o.get("fMax"), htk=o.get("melScale") == "htk", norm=None if o.get("melNorm") == "none" else "slaney", dtype=np.float64)
        rows, cols = np.nonzero(bank)
        mels.append({"options": o, "rows": bank.shape[0], "cols": bank.shape[1], "cells": [[int(r), int(c), rounded(bank[r, c])] for r, c in zip(rows, cols)]})
    linear = torchaudio.functional.linear_fbanks(257, 300.0, 3500.0, 20, 8000).numpy().T
    write("transforms", {"signals": signals, "rfft": rffts, "dctInput": rounded(x), "dct": dcts, "mel": mels,
                         "linear": {"options": {"sampleRate": 8000, "nFft": 512, "nFilters": 20, "fMin": 300, "fMax": 3500}, "values": rounded(linear, 6)}})


WINDOWS = {"hann": "hann", "hamming": "hamming", "blackmanHarris": "blackmanharris", "boxcar": "boxcar"}


def stft_kwargs(o):
    kw = {"n_fft": o.get("nFft", 2048), "hop_length": o.get("hopLength"), "win_length": o.get("winLength"), "center": o.get("center", True), "pad_mode": o.get("padMode", "constant")}
    w = o.get("window", "hann")
    kw["window"] = WINDOWS[w] if isinstance(w, str) else (w["name"], w["beta"])
    return kw


def spectra():
    cases = []
    for signal, o in (
        ("voice", {"nFft": 256, "hopLength": 700}),
        ("voice", {"nFft": 501, "hopLength": 1000, "window": "hamming"}),
        ("voice", {"nFft": 512, "winLength": 301, "hopLength": 900, "padMode": "reflect"}),
        ("voice", {"nFft": 200, "hopLength": 600, "center": False, "window": "blackmanHarris"}),
        ("voice", {"nFft": 360, "hopLength": 1100, "padMode": "edge", "window": {"name": "kaiser", "beta": 6}}),
        ("short", {"nFft": 512, "hopLength": 128}),
        ("one", {"nFft": 64}),
        ("silence", {"nFft": 256, "hopLength": 600}),
    ):
        s = librosa.stft(SIGNALS[signal].astype(np.float64), **stft_kwargs(o))
        cases.append({"signal": signal, "options": o, "re": rounded(s.real.T), "im": rounded(s.imag.T)})
    inverse = []
    for o, length in (({"nFft": 256, "hopLength": 64}, None), ({"nFft": 501, "hopLength": 120, "winLength": 400, "window": "hamming"}, 1000), ({"nFft": 256, "hopLength": 100, "center": False}, None)):
        kw = {k: v for k, v in stft_kwargs(o).items() if k != "pad_mode"}
        bins = 1 + o["nFft"] // 2
        s = rng.standard_normal((bins, 6)) + 1j * rng.standard_normal((bins, 6))
        y = librosa.istft(s, **kw, length=length)
        inverse.append({"options": {**o, **({"length": length} if length else {})}, "re": rounded(s.real.T), "im": rounded(s.imag.T), "values": rounded(y)})
    write("spectra", {"signals": signals, "stft": cases, "istft": inverse})


def mel_kwargs(o):
    return {**stft_kwargs(o), "hop_length": o.get("hopLength", 512), "power": o.get("power", 2.0), "n_mels": o.get("nMels", 128), "fmin": o.get("fMin", 0.0), "fmax": o.get("fMax"),
            "htk": o.get("melScale") == "htk", "norm": None if o.get("melNorm") == "none" else "slaney"}


def features():
    sr = 8000
    cases = []

    def add(fn, signal, options, values):
        values = np.atleast_2d(values)
        cases.append({"fn": fn, "signal": signal, "options": options, "values": rounded(values.T if fn not in PLAIN else values[0])})

    PLAIN = ("rms", "zeroCrossingRate", "spectralCentroid", "spectralBandwidth", "spectralRolloff", "spectralFlatness")
    y = {k: v.astype(np.float64) for k, v in SIGNALS.items()}
    small = {"nFft": 512, "hopLength": 700, "nMels": 40}
    for signal, o in (
        ("voice", {"allowEmptyFilters": True}), ("voice", small), ("voice", {**small, "melScale": "htk", "melNorm": "none", "fMin": 60, "fMax": 3600, "power": 1}),
        ("voice", {**small, "nFft": 501, "winLength": 400, "window": "hamming", "center": False}), ("short", small), ("one", small), ("silence", small),
    ):
        mel = librosa.feature.melspectrogram(y=y[signal], sr=sr, **mel_kwargs(o))
        add("melSpectrogram", signal, {"sampleRate": sr, **o}, mel)
    for signal, o in (("voice", small), ("voice", {**small, "ref": 0.5, "amin": 1e-6, "topDb": 30}), ("voice", {**small, "topDb": None}), ("silence", small)):
        mel = librosa.feature.melspectrogram(y=y[signal], sr=sr, **mel_kwargs(o))
        add("logMelSpectrogram", signal, {"sampleRate": sr, **o}, librosa.power_to_db(mel, ref=o.get("ref", 1.0), amin=o.get("amin", 1e-10), top_db=o.get("topDb", 80.0)))
    for signal, o in (
        ("voice", {"allowEmptyFilters": True}), ("voice", {**small, "nMfcc": 13}), ("voice", {**small, "nMfcc": 13, "lifter": 22}), ("voice", {**small, "nMfcc": 40, "dctType": 3, "dctNorm": "none"}),
        ("voice", {**small, "nMfcc": 12, "dctType": 1, "melScale": "htk"}), ("voice", {**small, "nFft": 501, "nMfcc": 13, "center": False}),
        ("voice", {"nFft": 256, "hopLength": 80, "nMels": 32, "nMfcc": 13}), ("short", {**small, "nMfcc": 13}), ("one", {**small, "nMfcc": 13}), ("silence", {**small, "nMfcc": 13}),
    ):
        log_mel = librosa.power_to_db(librosa.feature.melspectrogram(y=y[signal], sr=sr, **mel_kwargs(o)))
        c = librosa.feature.mfcc(S=log_mel, sr=sr, n_mfcc=o.get("nMfcc", 20), dct_type=o.get("dctType", 2), norm=None if o.get("dctNorm") == "none" else "ortho", lifter=o.get("lifter", 0))
        add("mfcc", signal, {"sampleRate": sr, **o}, c)
    for signal, o in (("voice", {"nFft": 512, "hopLength": 256}), ("voice", {"nFft": 400, "hopLength": 200, "nFilters": 24, "nLfcc": 20, "fMin": 200, "fMax": 3800, "window": "hamming"})):
        w = {"hann": torch.hann_window, "hamming": torch.hamming_window}[o.get("window", "hann")]
        t = torchaudio.transforms.LFCC(sr, n_filter=o.get("nFilters", 128), f_min=float(o.get("fMin", 0)), f_max=float(o.get("fMax", sr / 2)), n_lfcc=o.get("nLfcc", 40),
                                       speckwargs={"n_fft": o["nFft"], "hop_length": o["hopLength"], "window_fn": w, "center": True, "pad_mode": "reflect"}).double()
        add("lfcc", signal, {"sampleRate": sr, "padMode": "reflect", **o}, t(torch.from_numpy(y[signal])).numpy())
    for o in ({}, {"frameLength": 500, "hopLength": 130}, {"frameLength": 512, "hopLength": 128, "center": False}, {"frameLength": 333, "hopLength": 100, "padMode": "reflect"}):
        kw = {"frame_length": o.get("frameLength", 2048), "hop_length": o.get("hopLength", 512), "center": o.get("center", True)}
        for signal in ("voice", "one", "silence") if not o else ("voice",):
            add("rms", signal, o, librosa.feature.rms(y=y[signal], **kw, **({"pad_mode": o["padMode"]} if "padMode" in o else {})))
            if "padMode" not in o:
                add("zeroCrossingRate", signal, o, librosa.feature.zero_crossing_rate(SIGNALS[signal], **kw))
    add("zeroCrossingRate", "voice", {"frameLength": 512, "hopLength": 256, "threshold": 0.01}, librosa.feature.zero_crossing_rate(SIGNALS["voice"], frame_length=512, hop_length=256, threshold=0.01))
    for o in ({}, {"nFft": 512, "hopLength": 200, "window": "hamming"}, {"nFft": 501, "hopLength": 300, "center": False}):
        kw = {"sr": sr, **stft_kwargs(o), "hop_length": o.get("hopLength", 512)}
        for signal in ("voice", "silence") if not o else ("voice",):
            s, oo = y[signal], {"sampleRate": sr, **o}
            add("spectralCentroid", signal, oo, librosa.feature.spectral_centroid(y=s, **kw))
            add("spectralBandwidth", signal, oo, librosa.feature.spectral_bandwidth(y=s, **kw))
            add("spectralRolloff", signal, oo, librosa.feature.spectral_rolloff(y=s, **kw))
            add("spectralFlatness", signal, oo, librosa.feature.spectral_flatness(y=s, **{k: v for k, v in kw.items() if k != "sr"}))
            add("spectralContrast", signal, {**oo, "nBands": 4, "fMin": 100}, librosa.feature.spectral_contrast(y=s, n_bands=4, fmin=100.0, **kw))
    add("spectralBandwidth", "voice", {"sampleRate": sr, "nFft": 512, "p": 3}, librosa.feature.spectral_bandwidth(y=y["voice"], sr=sr, n_fft=512, hop_length=512, p=3))
    add("spectralRolloff", "voice", {"sampleRate": sr, "nFft": 512, "rollPercent": 0.1}, librosa.feature.spectral_rolloff(y=y["voice"], sr=sr, n_fft=512, hop_length=512, roll_percent=0.1))
    add("spectralFlatness", "voice", {"nFft": 512, "power": 1, "amin": 1e-6}, librosa.feature.spectral_flatness(y=y["voice"], n_fft=512, hop_length=512, power=1.0, amin=1e-6))
    add("spectralContrast", "voice", {"sampleRate": sr, "nFft": 512, "nBands": 4, "fMin": 100, "quantile": 0.1, "linear": True}, librosa.feature.spectral_contrast(y=y["voice"], sr=sr, n_fft=512, hop_length=512, n_bands=4, fmin=100.0, quantile=0.1, linear=True))
    matrix = librosa.feature.mfcc(y=y["voice"], sr=sr, n_mfcc=5, n_fft=256, hop_length=128, n_mels=32)
    deltas = [{"options": o, "values": rounded(librosa.feature.delta(matrix, width=o.get("width", 9), order=o.get("order", 1), mode=o.get("mode", "interp")).T)}
              for o in ({}, {"order": 2}, {"width": 5, "order": 3}, {"width": 3}, {"mode": "nearest", "width": 7}, {"mode": "nearest", "order": 2})]
    trims = []
    for signal in ("voice", "silence", "one"):
        for o in ({}, {"topDb": 20, "frameLength": 256, "hopLength": 64}, {"topDb": 35, "frameLength": 301, "hopLength": 100}, {"topDb": 30, "ref": 0.5}):
            ref = o.get("ref", np.max)
            _, edge = librosa.effects.trim(SIGNALS[signal], top_db=o.get("topDb", 60), ref=ref, frame_length=o.get("frameLength", 2048), hop_length=o.get("hopLength", 512))
            trims.append({"signal": signal, "options": o, "start": int(edge[0]), "end": int(edge[1])})
    power = np.abs(rng.standard_normal((3, 7))) ** 6
    decibels = [{"fn": f.__name__, "options": {k: ("max" if v is np.max else v) for k, v in o.items()}, "values": rounded(f(power, **{{"topDb": "top_db"}.get(k, k): v for k, v in o.items()}))}
                for f in (librosa.power_to_db, librosa.amplitude_to_db) for o in ({}, {"ref": 2.0, "topDb": 20.0}, {"ref": np.max, "topDb": None}, {"amin": 0.1, "topDb": None})]
    pre = librosa.effects.preemphasis(SIGNALS["short"], coef=0.9, zi=np.zeros(1))
    write("features", {"signals": signals, "cases": cases, "delta": {"input": rounded(matrix.T), "cases": deltas}, "trim": trims,
                       "decibel": {"input": rounded(power), "cases": decibels}, "preEmphasis": {"coefficient": 0.9, "values": rounded(pre)}})


def config():
    """The whole way of a clip as a user of librosa would write it."""
    y, sr = SIGNALS["voice"].astype(np.float64), 8000
    cut, _ = librosa.effects.trim(y, top_db=30, frame_length=256, hop_length=64)
    lifted = np.append(cut[0], cut[1:] - 0.97 * cut[:-1])
    fixed = librosa.util.fix_length(lifted, size=3200)
    c = librosa.feature.mfcc(y=fixed, sr=sr, n_mfcc=6, n_fft=256, hop_length=80, n_mels=32)
    full = np.vstack([c, librosa.feature.delta(c), librosa.feature.delta(c, order=2)])
    z = (full - full.mean(axis=1, keepdims=True)) / full.std(axis=1, keepdims=True)
    plain = librosa.feature.mfcc(y=y, sr=sr, n_mfcc=4, n_fft=256, hop_length=80, n_mels=32)
    parts = [plain[:, s * plain.shape[1] // 3 : (s + 1) * plain.shape[1] // 3] for s in range(3)]
    stats = {"mean": lambda a: a.mean(1), "std": lambda a: a.std(1), "min": lambda a: a.min(1), "max": lambda a: a.max(1), "range": lambda a: np.ptp(a, axis=1), "median": lambda a: np.median(a, 1),
             "q25": lambda a: np.quantile(a, 0.25, axis=1), "q75": lambda a: np.quantile(a, 0.75, axis=1), "skew": lambda a: scipy.stats.skew(a, axis=1), "kurtosis": lambda a: scipy.stats.kurtosis(a, axis=1)}
    pooled = np.concatenate([f(p) for p in parts for f in stats.values()])
    base = {"kind": "mfcc", "sampleRate": sr, "nFft": 256, "hopLength": 80, "nMels": 32}
    write("config", {"signals": {"voice": signals["voice"]}, "cases": [
        {"config": {**base, "nMfcc": 6, "trim": {"topDb": 30, "frameLength": 256, "hopLength": 64}, "preEmphasis": 0.97, "durationSec": 0.4, "deltas": 2, "normalize": "meanVariance"}, "values": rounded(z.T)},
        {"config": {**base, "nMfcc": 4, "pool": {"statistics": list(stats), "segments": 3}}, "values": [rounded(pooled)]},
    ]})


def resampling():
    cases = []
    for a, b, n in ((48000, 16000, 2400), (16000, 48000, 600), (8000, 16000, 700), (16000, 8000, 1001), (44100, 16000, 2000), (16000, 22050, 700), (22050, 16000, 900)):
        spectrum = np.fft.rfft(rng.standard_normal(n))
        spectrum[np.fft.rfftfreq(n, 1 / a) > 0.85 * min(a, b) / 2] = 0
        x = np.fft.irfft(spectrum, n) * np.hanning(n)
        x = (0.9 * x / np.abs(x).max()).astype(np.float32)
        cases.append({"from": a, "to": b, "samples": rounded(x), "values": rounded(librosa.resample(x, orig_sr=a, target_sr=b))})
    write("resample", {"cases": cases})


for section in (windows, transforms, spectra, features, config, resampling):
    section()
