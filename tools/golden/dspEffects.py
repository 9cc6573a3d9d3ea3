"""Golden values of packages/dsp: effects, filters, pitch, synthesis. Run: python tools/golden/dspEffects.py

Inputs are made by formula (see `signal`), the same in packages/dsp/test/testSignal.ts, so that files stay small.
"""

import json
import pathlib
import warnings

import librosa
import numpy as np
import scipy
import scipy.signal

warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).resolve().parents[2] / "packages/dsp/test/golden"
HEADER = {
    "made by": "tools/golden/dspEffects.py",
    "versions": {"librosa": librosa.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
}


def signal(n, sample_rate=8000, seed=1):
    """A gliding voice-like tone of five harmonics with an envelope, and noise of a linear congruential generator."""
    t = np.arange(n) / sample_rate
    phase = 2 * np.pi * (120 * t + 60 * t * t)
    x = sum(np.sin(h * phase) / h for h in range(1, 6))
    x = x * (0.3 + 0.2 * np.sin(2 * np.pi * 3 * t))
    state = seed
    noise = np.empty(n)
    for i in range(n):
        state = (1664525 * state + 1013904223) % 2**32
        noise[i] = state / 2**32 - 0.5
    return (x + 0.02 * noise).astype(np.float32)


def rounded(x, digits=9):
    x = np.asarray(x, dtype=np.float64)
    return [None if not np.isfinite(v) else float(f"{v:.{digits}g}") for v in x.ravel()]


def write(name, cases):
    text = json.dumps({**HEADER, **cases}, separators=(",", ":"))
    (OUT / f"{name}.json").write_text(text + "\n")
    print(name, len(text))


def effects():
    x = signal(6000)
    d = x.astype(np.float64)
    stretch = [
        {"rate": rate, "nFft": n_fft, "hopLength": hop, "step": 5,
         "y": rounded(librosa.effects.time_stretch(d, rate=rate, n_fft=n_fft, hop_length=hop)[::5], 7),
         "length": len(librosa.effects.time_stretch(d, rate=rate, n_fft=n_fft, hop_length=hop))}
        for rate, n_fft, hop in [(1.3, 512, 128), (0.7, 512, 128), (2.0, 501, 100)]
    ]
    shift = [
        {"nSteps": s, "binsPerOctave": b, "nFft": 512, "hopLength": 128, "step": 5,
         "y": rounded(librosa.effects.pitch_shift(d, sr=8000, n_steps=s, bins_per_octave=b, n_fft=512, hop_length=128)[::5], 7)}
        for s, b in [(3, 12), (-4.5, 24)]
    ]
    gaps = np.concatenate([np.zeros(3000, np.float32), x[:3000], np.zeros(4000, np.float32), 0.1 * x[:2000], np.zeros(2500, np.float32)])
    splits = [
        {"topDb": top_db, "frameLength": f, "hopLength": h, "ref": ref,
         "intervals": librosa.effects.split(gaps, top_db=top_db, frame_length=f, hop_length=h, ref=np.max if ref == "max" else ref).tolist(),
         "trim": librosa.effects.trim(gaps, top_db=top_db, frame_length=f, hop_length=h, ref=np.max if ref == "max" else ref)[1].tolist()}
        for top_db, f, h, ref in [(60, 2048, 512, "max"), (15, 512, 128, "max"), (30, 501, 77, 0.5), (20, 400, 160, "max")]
    ]
    grid = np.linspace(-1, 1, 41)
    mu = {
        "x": rounded(grid, 17),
        "compressed": librosa.mu_compress(grid, mu=255).tolist(),
        "compressed15": librosa.mu_compress(grid, mu=15).tolist(),
        "plain": rounded(librosa.mu_compress(grid, mu=255, quantize=False)),
        "expanded": rounded(librosa.mu_expand(librosa.mu_compress(grid, mu=255))),
    }
    kernel = signal(301, seed=7)
    convolution = {m: rounded(scipy.signal.convolve(d[:1000], kernel.astype(np.float64), mode=m)[::3], 7) for m in ["full", "same", "valid"]}
    s = np.abs(librosa.stft(d[:4000], n_fft=256, hop_length=64))
    gl = [
        {"nIter": n, "momentum": m, "step": 3,
         "y": rounded(librosa.griffinlim(s, n_iter=n, momentum=m, hop_length=64, init=None)[::3], 7)}
        for n, m in [(0, 0.99), (1, 0.99), (8, 0.99), (8, 0.0)]
    ]
    mel = librosa.feature.melspectrogram(y=d[:4000], sr=8000, n_fft=256, hop_length=64, n_mels=30)
    inverse = librosa.feature.inverse.mel_to_stft(mel, sr=8000, n_fft=256)
    basis = librosa.filters.mel(sr=8000, n_fft=256, n_mels=30)
    melinv = {"residual": float(np.linalg.norm(basis @ inverse**2 - mel) / np.linalg.norm(mel)),
              "distance": float(np.linalg.norm(inverse - s) / np.linalg.norm(s))}
    write("effects", {"stretch": stretch, "shift": shift, "splits": splits, "mu": mu, "convolution": convolution, "griffinLim": gl, "mel": melinv})


def filters():
    designs = []
    for kind, wn in [("lowpass", 1000.0), ("highpass", 300.0), ("bandpass", [300.0, 3400.0]), ("bandstop", [900.0, 1100.0]), ("lowpass", 3999.0), ("bandpass", [20.0, 60.0])]:
        for order in [1, 2, 3, 4, 5, 8]:
            sos = scipy.signal.butter(order, wn, btype=kind, fs=8000, output="sos")
            designs.append({"kind": kind, "order": order, "cutoff": wn, "sos": [rounded(r, 12) for r in sos]})
    x = signal(900)
    sos = scipy.signal.butter(5, [300, 2000], btype="bandpass", fs=8000, output="sos")
    filtered = rounded(scipy.signal.sosfilt(sos, x.astype(np.float64)), 8)
    zero_phase = [
        {"padType": p, "padLength": n, "y": rounded(scipy.signal.sosfiltfilt(sos, x.astype(np.float64), padtype=None if p == "none" else p, **({} if n is None else {"padlen": n}))[::2], 8)}
        for p, n in [("odd", None), ("even", 100), ("constant", 10), ("none", None)]
    ]
    low = scipy.signal.butter(3, 500, fs=8000, output="sos")
    zero_phase_low = rounded(scipy.signal.sosfiltfilt(low, x.astype(np.float64))[::2], 8)
    f = [0, 1, 20, 31.5, 100, 440, 1000, 2500, 8000, 20000]
    a = {"f": f, "db": rounded(librosa.A_weighting(np.array(f, float))), "free": rounded(librosa.A_weighting(np.array(f[1:], float), min_db=None))}
    write("filters", {"butterworth": designs, "sosfilt": filtered, "sosfiltfilt": zero_phase, "sosfiltfiltLow": zero_phase_low, "aWeighting": a})


def biquads():
    import torch

    torch.version.cuda = "13.0"  # torchaudio 2.11 refuses another minor version of CUDA, although nothing here uses it
    import torchaudio.functional as F

    HEADER["versions"].update(torch=torch.__version__, torchaudio="2.11.0")
    x = signal(400)
    t = torch.tensor(x.astype(np.float64))
    rows = [
        ("lowpass", dict(frequency=900, q=0.9), F.lowpass_biquad(t, 8000, 900, 0.9)),
        ("highpass", dict(frequency=500, q=0.707), F.highpass_biquad(t, 8000, 500, 0.707)),
        ("bandpass", dict(frequency=700, q=2), F.bandpass_biquad(t, 8000, 700, 2)),
        ("notch", dict(frequency=250, q=3), F.bandreject_biquad(t, 8000, 250, 3)),
        ("allpass", dict(frequency=600, q=0.8), F.allpass_biquad(t, 8000, 600, 0.8)),
        ("peaking", dict(frequency=1200, q=1.4, gainDb=6), F.equalizer_biquad(t, 8000, 1200, 6, 1.4)),
        ("lowshelf", dict(frequency=200, q=0.7, gainDb=-5), F.bass_biquad(t, 8000, -5, 200, 0.7)),
        ("highshelf", dict(frequency=2000, q=0.7, gainDb=4), F.treble_biquad(t, 8000, 4, 2000, 0.7)),
    ]
    write("biquads", {"rows": [{"kind": k, **o, "y": rounded(y.numpy()[::2], 8)} for k, o, y in rows]})


def loudnesses():
    import pyloudnorm

    HEADER["versions"].update(pyloudnorm="0.2.0")
    rows = []
    for rate in [8000, 16000, 44100, 48000]:
        x = signal(4 * rate, rate).astype(np.float64)
        x[rate : 2 * rate] = (x[rate : 2 * rate] * 0.01).astype(np.float32)
        rows.append({"sampleRate": rate, "mono": pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(x),
                     "stereo": pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(np.stack([x, 0.5 * x[::-1]], 1))})
    write("loudness", {"rows": rows})


def synthesis():
    tone = librosa.tone(440, sr=8000, length=200)
    phase = librosa.tone(123.4, sr=8000, duration=0.025, phi=0.3)
    chirp = librosa.chirp(fmin=110, fmax=880, sr=8000, duration=0.05)
    linear = librosa.chirp(fmin=880, fmax=110, sr=8000, duration=0.05, linear=True, phi=1.0)
    write("synthesis", {"tone": rounded(tone), "phase": rounded(phase), "chirp": rounded(chirp), "linear": rounded(linear)})


def pitch():
    from scipy.stats import beta

    x = signal(12000)
    x[5000:6500] = 0.001 * x[5000:6500]
    d = x.astype(np.float64)
    rows = []
    for o in [dict(fmin=65, fmax=600, frame_length=1024, hop_length=256),
              dict(fmin=80, fmax=500, frame_length=800, hop_length=100, trough_threshold=0.2),
              dict(fmin=65, fmax=600, frame_length=1024, hop_length=256, center=False),
              dict(fmin=90, fmax=400, frame_length=501, hop_length=77, pad_mode="reflect")]:
        rows.append({"options": o, "f0": rounded(librosa.yin(d, sr=8000, **o), 8)})
    prob = []
    for o in [dict(fmin=65, fmax=600, frame_length=1024, hop_length=256),
              dict(fmin=80, fmax=400, frame_length=512, hop_length=128, resolution=0.2, switch_prob=0.05, n_thresholds=50, beta_parameters=(1, 18), boltzmann_parameter=1.5, no_trough_prob=0.1, max_transition_rate=20, fill_na=0.0)]:
        f0, voiced, p = librosa.pyin(d, sr=8000, **o)
        prob.append({"options": o, "f0": rounded(f0), "voiced": voiced.astype(int).tolist(), "prob": rounded(p, 7)})
    cdf = [[q, a, b, float(beta.cdf(q, a, b))] for q in [0.01, 0.2, 0.5, 0.93] for a, b in [(2, 18), (1, 18), (2.5, 0.7)]]
    lpc = [{"order": n, "a": rounded(librosa.lpc(d[1000:1400], order=n))} for n in [1, 4, 16]]
    r = librosa.autocorrelate(d[1000:1400], max_size=17)
    toeplitz = rounded(scipy.linalg.solve_toeplitz(r[:-1], r[1:]))
    write("pitch", {"yin": rows, "pyin": prob, "betaCdf": cdf, "burg": lpc, "autocorrelation": rounded(r), "toeplitz": toeplitz})


def voice():
    import parselmouth
    from parselmouth.praat import call

    HEADER["versions"].update(parselmouth=parselmouth.VERSION, praat=parselmouth.PRAAT_VERSION)
    rate = 11000
    sound = parselmouth.Sound(signal(6600, rate).astype(np.float64), sampling_frequency=rate)
    formant = call(sound, "To Formant (burg)", 0.01, 5, 5500, 0.025, 50)
    times = [call(formant, "Get time from frame number", i) for i in range(1, call(formant, "Get number of frames") + 1)]
    values = [[call(formant, "Get value at time", k, t, "Hertz", "Linear") for k in (1, 2, 3)] for t in times]
    widths = [[call(formant, "Get bandwidth at time", k, t, "Hertz", "Linear") for k in (1, 2, 3)] for t in times]
    harmonicity = call(sound, "To Harmonicity (ac)", 0.01, 75, 0.1, 4.5)
    points = call(sound, "To PointProcess (periodic, cc)", 75, 600)
    pulses = [call(points, "Get time from index", i) for i in range(1, call(points, "Get number of points") + 1)]
    limits = (0, 0, 0.0001, 0.02, 1.3)
    jitter = {n: call(points, f"Get jitter ({p})", *limits) for n, p in [("local", "local"), ("absoluteSec", "local, absolute"), ("rap", "rap"), ("ppq5", "ppq5")]}
    shimmer = {n: call([sound, points], f"Get shimmer ({p})", *limits, 1.6) for n, p in [("local", "local"), ("localDb", "local_dB"), ("apq3", "apq3"), ("apq5", "apq5")]}
    write("voice", {"times": rounded(times), "formants": [rounded(v) for v in values], "bandwidths": [rounded(v) for v in widths],
                    "hnr": rounded(harmonicity.values, 7), "hnrTimes": rounded(harmonicity.xs()), "pulses": rounded(pulses, 10), "jitter": jitter, "shimmer": shimmer})


if __name__ == "__main__":
    effects()
    filters()
    synthesis()
    pitch()
    biquads()
    loudnesses()
    voice()
