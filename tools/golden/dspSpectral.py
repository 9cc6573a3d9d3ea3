"""Golden values of packages/dsp: constant-Q, chroma, gammatone, PCEN, onsets, sliding CMVN. Run: python tools/golden/dspSpectral.py"""

import librosa
import numpy as np
import scipy.signal
import torch

torch.version.cuda = "13.0"  # torchaudio 2.11 refuses another minor version of CUDA, although nothing here uses it
import torchaudio.functional as F  # noqa: E402
from dspEffects import HEADER, rounded, signal, write  # noqa: E402

HEADER["made by"] = "tools/golden/dspSpectral.py"
HEADER["versions"].update(torch=torch.__version__, torchaudio="2.11.0")
RATE = 16000


def main():
    x = signal(12000, RATE)
    d = x.astype(np.float64)
    cases = {}
    cases["cqt"] = []
    for o in [dict(hop_length=512, fmin=65.4, n_bins=60, bins_per_octave=12), dict(hop_length=256, fmin=110.0, n_bins=50, bins_per_octave=24, filter_scale=0.5)]:
        c = np.abs(librosa.cqt(d, sr=RATE, tuning=0.0, **o)).T
        cases["cqt"].append({"options": o, "rows": c.shape[0], "max": float(c.max()), "values": rounded(c[::3], 6)})
    cases["chromaBank"] = rounded(librosa.filters.chroma(sr=RATE, n_fft=512, n_chroma=12, tuning=0.2)[::3], 7)
    cases["chroma"] = rounded(librosa.feature.chroma_stft(y=d, sr=RATE, n_fft=1024, hop_length=400, tuning=0.0).T, 7)
    b, a = scipy.signal.gammatone(440, "iir", fs=RATE)
    impulse = np.zeros(300)
    impulse[0] = 1
    cases["gammatone"] = rounded(scipy.signal.lfilter(b, a, impulse), 8)
    mel = librosa.feature.melspectrogram(y=d * 2**15, sr=RATE, n_fft=512, hop_length=160, n_mels=8)
    cases["mel"] = rounded(mel.T.astype(np.float32), 9)
    cases["pcen"] = [{"options": o, "values": rounded(librosa.pcen(mel.astype(np.float32).astype(np.float64), sr=RATE, hop_length=160, **o).T[::2], 7)} for o in [{}, dict(gain=0.8, bias=10, power=0.25, time_constant=0.06, eps=1e-3), dict(power=0), dict(bias=0)]]
    cases["onset"] = [{"options": o, "values": rounded(librosa.onset.onset_strength(y=d, sr=RATE, n_fft=1024, hop_length=256, n_mels=40, **o), 7)} for o in [{}, dict(lag=2, max_size=3), dict(detrend=True)]]
    t = torch.tensor(np.log(mel.T + 1)[:60].astype(np.float32).astype(np.float64))
    cases["cmvnInput"] = rounded(t.numpy(), 9)
    cases["cmvn"] = [{"options": dict(windowFrames=w, minWindowFrames=m, center=c, variance=v), "values": rounded(F.sliding_window_cmn(t, w, m, c, v).numpy(), 7)} for w, m, c, v in [(20, 10, False, False), (20, 10, False, True), (15, 10, True, True), (100, 80, False, True), (7, 1, False, True)]]
    write("timbre", cases)


if __name__ == "__main__":
    main()
