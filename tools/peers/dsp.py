"""The peers' side of packages/dsp/bench: reads jobs as JSON lines, answers with seconds.

{"load": {"voice": FILE, "wide": FILE, "clips": FILE, "lengths": FILE}} reads float32 (lengths: uint32) files; {"work": "librosa.mfcc"} runs one job; with "cpu": true seconds are those
of the process, not of the clock.
"""

import json
import sys
import time
import warnings

import librosa
import numpy as np
import scipy.fft
import soxr

warnings.filterwarnings("ignore")
try:
    import torch

    torch.version.cuda = None  # the wheels on PyPI name different CUDA builds, which matters to no computation on the CPU
    import torchaudio

    torch.set_num_threads(1)
except ImportError:
    torch = None

data = {}
works = {}


def prepare():
    voice, wide = data["voice"], data["wide"]
    edges = np.cumsum(data["lengths"])[:-1]
    clips = np.split(data["clips"], edges)
    mfcc = dict(n_fft=512, hop_length=160, n_mels=40)
    spectrum = librosa.stft(voice, n_fft=512, hop_length=160)
    amplitude = np.abs(spectrum)
    batch = {n: np.random.default_rng(0).standard_normal((2000, n)).astype(np.float32) for n in (512, 2048)}
    works.update({
        "librosa.mfcc": lambda: librosa.feature.mfcc(y=voice, sr=16000, n_mfcc=13, **mfcc),
        "librosa.logMel": lambda: librosa.power_to_db(librosa.feature.melspectrogram(y=voice, sr=16000, **mfcc)),
        "librosa.stft": lambda: librosa.stft(voice, n_fft=512, hop_length=160),
        "librosa.istft": lambda: librosa.istft(spectrum, n_fft=512, hop_length=160),
        "librosa.timeStretch": lambda: librosa.effects.time_stretch(voice, rate=1.1),
        "librosa.pitchShift": lambda: librosa.effects.pitch_shift(voice, sr=16000, n_steps=2),
        "librosa.griffinLim": lambda: librosa.griffinlim(amplitude, n_iter=32, n_fft=512, hop_length=160, random_state=0),
        "librosa.yin": lambda: librosa.yin(voice, fmin=65, fmax=600, sr=16000),
        "librosa.clips": lambda: [librosa.feature.mfcc(y=c, sr=8000, n_mfcc=13, **mfcc) for c in clips],
        "librosa.levels": lambda: (librosa.feature.rms(y=voice), librosa.feature.zero_crossing_rate(voice), librosa.feature.spectral_centroid(y=voice, sr=16000)),
        "librosa.trim": lambda: librosa.effects.trim(voice),
        "soxr.resample": lambda: soxr.resample(wide, 48000, 16000, "HQ"),
        "scipy.rfft512": lambda: scipy.fft.rfft(batch[512], workers=1),
        "scipy.rfft2048": lambda: scipy.fft.rfft(batch[2048], workers=1),
    })
    if torch is None:
        return
    tensor, wide_tensor = torch.from_numpy(voice), torch.from_numpy(wide)
    tensors = [torch.from_numpy(c.copy()) for c in clips]
    window = torch.hann_window(512)
    to_complex = torchaudio.transforms.Spectrogram(512, hop_length=160, power=None)
    from_complex = torchaudio.transforms.InverseSpectrogram(512, hop_length=160)
    complex_tensor = to_complex(tensor)
    mel = dict(n_fft=512, hop_length=160, n_mels=40)
    to_mfcc = torchaudio.transforms.MFCC(16000, 13, melkwargs=mel)
    to_mfcc8 = torchaudio.transforms.MFCC(8000, 13, melkwargs=mel)
    to_mel = torchaudio.transforms.MelSpectrogram(16000, **mel)
    to_db = torchaudio.transforms.AmplitudeToDB("power", 80)
    resample = torchaudio.transforms.Resample(48000, 16000)
    inverse = torchaudio.transforms.GriffinLim(512, 32, hop_length=160, power=1)
    magnitude = complex_tensor.abs()
    works.update({
        "torchaudio.mfcc": lambda: to_mfcc(tensor),
        "torchaudio.logMel": lambda: to_db(to_mel(tensor)),
        "torchaudio.stft": lambda: to_complex(tensor),
        "torchaudio.istft": lambda: from_complex(complex_tensor),
        "torch.stft": lambda: torch.stft(tensor, 512, 160, window=window, return_complex=True, pad_mode="constant"),
        "torchaudio.resample": lambda: resample(wide_tensor),
        "torchaudio.griffinLim": lambda: inverse(magnitude),
        "torchaudio.clips": lambda: [to_mfcc8(t) for t in tensors],
    })


for line in sys.stdin:
    job = json.loads(line)
    if "load" in job:
        data = {k: np.fromfile(path, dtype=np.uint32 if k == "lengths" else np.float32) for k, path in job["load"].items()}
        prepare()
        print(json.dumps({"ready": True}), flush=True)
        continue
    run = works.get(job["work"])
    if run is None:
        print(json.dumps({}), flush=True)
        continue
    clock = time.process_time if job.get("cpu") else time.perf_counter
    begin = clock()
    with torch.no_grad() if torch is not None else warnings.catch_warnings():
        run()
    print(json.dumps({"seconds": clock() - begin}), flush=True)
