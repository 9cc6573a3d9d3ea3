"""Golden values of @earshot/datasets: WAV files of every coding as libsndfile writes and reads them.

Run by hand with tools/golden/requirements.txt: python tools/golden/datasets.py
Writes packages/datasets/test/golden/*.json. Never from our own output.
"""

import base64
import io
import json
import pathlib

import numpy as np
import soundfile

OUT = pathlib.Path(__file__).parents[2] / "packages" / "datasets" / "test" / "golden"
SEED = 1337


def header() -> dict:
    return {
        "generator": "tools/golden/datasets.py",
        "seed": SEED,
        "versions": {"numpy": np.__version__, "soundfile": soundfile.__version__, "libsndfile": soundfile.__libsndfile_version__},
    }


def wav() -> None:
    rng = np.random.default_rng(SEED)
    cases = []
    subtypes = ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW", "MS_ADPCM", "IMA_ADPCM"]
    for container, endian in [("WAV", "FILE"), ("WAVEX", "FILE"), ("RF64", "FILE"), ("WAV", "BIG")]:
        for subtype in subtypes:
            for channels in (1, 2):
                if not soundfile.check_format(container, subtype, endian) or (container != "WAV" and subtype.endswith("ADPCM")):
                    continue
                if endian == "BIG" and "ADPCM" in subtype:
                    continue
                frames = 1200 if subtype.endswith("ADPCM") else 23
                rate = 11025
                t = np.arange(frames)[:, None] / rate
                tone = 0.6 * np.sin(2 * np.pi * np.array([[440.0, 700.0]])[:, :channels] * t)
                samples = np.clip(tone + 0.2 * rng.standard_normal((frames, channels)), -1, 1)
                buffer = io.BytesIO()
                buffer.name = "x.wav"
                soundfile.write(buffer, samples, rate, subtype=subtype, format=container, endian=endian)
                data = buffer.getvalue()
                read, _ = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
                # libsndfile returns the filling of the last MS-ADPCM block too; the fact chunk says where the sound ends.
                fact = data.find(b"fact")
                if subtype == "MS_ADPCM" and fact > 0:
                    read = read[: int.from_bytes(data[fact + 8 : fact + 12], "little")]
                    frames = len(read)
                kept = read if frames < 100 else np.concatenate([read[:8], read[500:540], read[-8:]])
                cases.append(
                    {
                        "name": f"{container} {subtype} {channels} channel{'s' * (channels > 1)}{' big endian' * (endian == 'BIG')}",
                        "base64": base64.b64encode(data).decode(),
                        "sampleRate": rate,
                        "frames": int(read.shape[0]),
                        "kept": "all" if frames < 100 else "0-8, 500-540, last 8",
                        "sum": float(np.abs(read.astype(np.float64)).sum()),
                        "channels": [[float(f"{v:.9g}") for v in kept[:, c]] for c in range(channels)],
                    }
                )
    (OUT / "wav.json").write_text(json.dumps({"header": header(), "cases": cases}))


def compressed() -> None:
    rng = np.random.default_rng(SEED)
    cases = []
    for container, subtype, rate, channels, seconds in [
        ("FLAC", "PCM_16", 16000, 1, 0.3),
        ("FLAC", "PCM_24", 44100, 2, 0.05),
        ("FLAC", "PCM_S8", 8000, 1, 0.2),
        ("OGG", "VORBIS", 44100, 1, 0.4),
        ("OGG", "VORBIS", 16000, 2, 0.7),
        ("OGG", "OPUS", 48000, 1, 0.4),
        ("OGG", "OPUS", 48000, 2, 0.3),
        ("MP3", "MPEG_LAYER_III", 44100, 1, 0.4),
        ("MP3", "MPEG_LAYER_III", 16000, 2, 0.6),
    ]:
        frames = int(rate * seconds)
        t = np.arange(frames)[:, None] / rate
        chirp = 0.5 * np.sin(2 * np.pi * (300 + 500 * t) * t * np.array([[1.0, 1.4]])[:, :channels])
        samples = chirp + 0.02 * rng.standard_normal((frames, channels))
        buffer = io.BytesIO()
        buffer.name = "x." + container.lower()
        soundfile.write(buffer, samples, rate, subtype=subtype, format=container)
        data = buffer.getvalue()
        read, read_rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
        cases.append(
            {
                "name": f"{container} {subtype} {rate} Hz {channels} channel{'s' * (channels > 1)}",
                "base64": base64.b64encode(data).decode(),
                "sampleRate": read_rate,
                "frames": int(read.shape[0]),
                "rms": [float(np.sqrt((read[:, c].astype(np.float64) ** 2).mean())) for c in range(channels)],
                "start": 1000,
                "channels": [[float(f"{v:.9g}") for v in read[1000:1200, c]] for c in range(channels)],
            }
        )
    (OUT / "compressed.json").write_text(json.dumps({"header": header(), "cases": cases}))


def write(container: str, subtype: str, samples: np.ndarray, rate: int) -> bytes:
    buffer = io.BytesIO()
    buffer.name = "x." + container.lower()
    soundfile.write(buffer, samples, rate, subtype=subtype, format=container)
    return buffer.getvalue()


def parts() -> None:
    """Longer files, of which a part is wanted, and streams joined into one file."""
    rng = np.random.default_rng(SEED)

    def tone(seconds: float, rate: int, noise: float) -> np.ndarray:
        t = np.arange(int(rate * seconds)) / rate
        return (0.2 * np.sin(2 * np.pi * (200 + 60 * t) * t) + noise * rng.standard_normal(len(t)))[:, None]

    cases = []
    for name, container, subtype, rate, pieces, noise in [
        ("FLAC of 12 frames", "FLAC", "PCM_16", 8000, [6.0], 0.0005),
        ("FLAC of 12 frames, 8 bits", "FLAC", "PCM_S8", 8000, [6.0], 0.005),
        ("Opus of 3 s", "OGG", "OPUS", 48000, [3.0], 0.01),
        ("Vorbis, two streams in a chain", "OGG", "VORBIS", 16000, [0.5, 0.4], 0.01),
        ("Opus, two streams in a chain", "OGG", "OPUS", 48000, [0.5, 0.4], 0.01),
    ]:
        files = [write(container, subtype, tone(seconds, rate, noise), rate) for seconds in pieces]
        read = np.concatenate([soundfile.read(io.BytesIO(data), dtype="float32")[0] for data in files])
        # Near the end of one stream and the beginning of the next, or far inside.
        start = int(0.48 * rate) if len(files) > 1 else int(0.7 * len(read))
        cases.append(
            {
                "name": name,
                "base64": base64.b64encode(b"".join(files)).decode(),
                "sampleRate": rate,
                "frames": len(read),
                "start": start,
                "samples": [float(f"{v:.9g}") for v in read[start : start + int(0.05 * rate)]],
            }
        )
    (OUT / "parts.json").write_text(json.dumps({"header": header(), "cases": cases}))


OUT.mkdir(parents=True, exist_ok=True)
wav()
compressed()
parts()
