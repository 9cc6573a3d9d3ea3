"""The shortest files that are legal, of every compressed coding and in rare shapes, with the samples that libsndfile or ffmpeg decode.

Run by hand: python tools/golden/datasetsTiny.py. Needs ffmpeg with libmp3lame, libopus and libvorbis.
"""

import base64
import io
import json
import pathlib
import subprocess
import tempfile

import numpy as np
import soundfile

OUT = pathlib.Path(__file__).parents[2] / "packages/datasets/test/golden"


def tones(channels: int, rate: int, frames: int) -> np.ndarray:
    """A pitch of its own for each channel, so that a swapped one is heard."""
    t = np.arange(frames)[:, None] / rate
    return 0.4 * np.sin(2 * np.pi * (300 + 170 * np.arange(channels)) * t)


def ffmpeg(name: str, channels: int, rate: int, frames: int, *options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder) / "in.wav", pathlib.Path(folder) / name
        soundfile.write(source, tones(channels, rate, frames), rate, subtype="PCM_16")
        plain = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
        subprocess.run(["ffmpeg", "-v", "error", "-i", source, *plain, *options, target], check=True)
        return target.read_bytes()


def bare(flac: bytes) -> bytes:
    """A FLAC file with its stream information alone."""
    at, kept = 4, b""
    while True:
        head, size = flac[at], int.from_bytes(flac[at + 1 : at + 4], "big")
        if head & 0x7F == 0:
            kept = bytes([0x80]) + flac[at + 1 : at + 4 + size]
        at += 4 + size
        if head & 0x80:
            return flac[:4] + kept + flac[at:]


def sndfile(container: str, subtype: str, channels: int, rate: int, frames: int) -> bytes:
    buffer = io.BytesIO()
    buffer.name = "x." + container.lower()
    soundfile.write(buffer, tones(channels, rate, frames), rate, subtype=subtype, format=container)
    return buffer.getvalue()


def decoded(data: bytes, by: str) -> tuple[np.ndarray, int]:
    if by:
        out = subprocess.run(
            ["ffmpeg", "-v", "error", "-c:a", by, "-i", "-", "-f", "wav", "-c:a", "pcm_f32le", "-"],
            input=data,
            capture_output=True,
            check=True,
        ).stdout
        at = out.find(b"data") + 8
        channels, rate = int.from_bytes(out[22:24], "little"), int.from_bytes(out[24:28], "little")
        return np.frombuffer(out[at : at + (len(out) - at) // (4 * channels) * 4 * channels], "<f4").reshape(-1, channels), rate
    return soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)


mp3 = ["-c:a", "libmp3lame"]
files = [
    ("FLAC, 1 channel, 8 bits, one frame", sndfile("FLAC", "PCM_S8", 1, 8000, 40), ""),
    ("FLAC, 2 channels, three frames of 64", bare(ffmpeg("x.flac", 2, 8000, 170, "-frame_size", "64")), ""),
    ("FLAC, 1 channel, rate of its own", bare(ffmpeg("x.flac", 1, 12345, 60, "-frame_size", "32")), ""),
    ("FLAC, 1 channel at 37 kHz", bare(ffmpeg("x.flac", 1, 37000, 60, "-frame_size", "32")), ""),
    ("FLAC, 6 channels", bare(ffmpeg("x.flac", 6, 8000, 60, "-frame_size", "32")), ""),
    ("FLAC in Ogg", ffmpeg("x.oga", 1, 8000, 100, "-c:a", "flac", "-frame_size", "64"), "flac"),
    ("MP3 at 8 kHz, 1 channel", ffmpeg("x.mp3", 1, 8000, 900, *mp3, "-b:a", "8k", "-write_xing", "0", "-id3v2_version", "0"), ""),
    ("MP3 at 22 kHz, 2 channels, with tags", ffmpeg("x.mp3", 2, 22050, 900, *mp3, "-b:a", "16k", "-metadata", "title=t", "-write_id3v1", "1"), ""),
    ("MP3 at 16 kHz, 1 channel, with an information frame", ffmpeg("x.mp3", 1, 16000, 900, *mp3, "-q:a", "9"), ""),
    ("MP3 at 32 kHz, 1 channel", ffmpeg("x.mp3", 1, 32000, 2000, *mp3, "-b:a", "32k"), ""),
    ("MP3 at 48 kHz, 2 channels", ffmpeg("x.mp3", 2, 48000, 1500, *mp3, "-b:a", "32k"), ""),
    ("MPEG layer 2 at 16 kHz", ffmpeg("x.mp2", 1, 16000, 2000, "-b:a", "16k"), ""),
    ("MPEG layer 2 at 48 kHz", ffmpeg("x.mp2", 1, 48000, 1200, "-b:a", "32k"), ""),
    ("Opus, 1 channel, 20 ms", ffmpeg("x.opus", 1, 48000, 960, "-b:a", "8k"), ""),
    ("Opus, 2 channels, frames of 60 ms", ffmpeg("x.opus", 2, 48000, 6000, "-b:a", "16k", "-frame_duration", "60"), ""),
    ("Opus, 1 channel, speech at 8 kHz", ffmpeg("x.opus", 1, 8000, 960, "-b:a", "8k", "-application", "voip", "-frame_duration", "40"), "libopus"),
    ("Opus, 1 channel, packets of 120 ms", ffmpeg("x.opus", 1, 48000, 12000, "-b:a", "12k", "-application", "voip", "-frame_duration", "120"), ""),
    ("Opus, 1 channel, frames of 2.5 ms", ffmpeg("x.opus", 1, 48000, 960, "-b:a", "24k", "-application", "lowdelay", "-frame_duration", "2.5"), ""),
    ("Opus, 3 channels", ffmpeg("x.opus", 3, 48000, 1200, "-af", "pan=3.0|c0=c0|c1=c1|c2=c2", "-b:a", "48k", "-mapping_family", "1"), "libopus"),
    ("Vorbis, 1 channel at 8 kHz", ffmpeg("x.ogg", 1, 8000, 300, "-c:a", "libvorbis", "-q:a", "-1"), ""),
    ("Vorbis, 1 channel, a page a packet", ffmpeg("x.ogg", 1, 8000, 4000, "-c:a", "libvorbis", "-q:a", "-1", "-page_duration", "1000"), ""),
    ("Vorbis, 2 channels at 8 kHz", ffmpeg("x.ogg", 2, 8000, 1500, "-c:a", "libvorbis", "-q:a", "-1"), ""),
]
cases = []
for name, data, by in files:
    samples, rate = decoded(data, by)
    # ffmpeg orders as WAV does, left, right, centre; the coding has left, centre, right.
    if samples.shape[1] == 3:
        samples = samples[:, [0, 2, 1]]
    shown = samples[: min(len(samples), 30)] if len(samples) < 200 else samples[100:130]
    cases.append(
        {
            "name": name,
            "base64": base64.b64encode(data).decode(),
            "sampleRate": rate,
            "frames": len(samples),
            "start": 0 if len(samples) < 200 else 100,
            "channels": [[float(f"{v:.7g}") for v in shown[:, c]] for c in range(samples.shape[1])],
        }
    )
    print(name, len(data), rate, samples.shape)
versions = {"soundfile": soundfile.__version__, "libsndfile": soundfile.__libsndfile_version__}
versions["ffmpeg"] = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True).stdout.split()[2]
(OUT / "tiny.json").write_text(json.dumps({"header": versions, "cases": cases}))
