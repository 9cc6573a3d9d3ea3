"""openSMILE's eGeMAPS v02 for packages/dsp. Run: EARSHOT_DATA=... python tools/golden/dspEgemaps.py

Writes descriptors of a made signal, and functionals of 24 recordings of RAVDESS (names and numbers only, no audio).
"""

import io
import os
import pathlib
import tarfile

import numpy as np
import opensmile
import soundfile
from dspEffects import HEADER, rounded, signal, write

HEADER["made by"] = "tools/golden/dspEgemaps.py"
HEADER["versions"].update(opensmile=opensmile.__version__)
RATE = 16000


def smile(level):
    return opensmile.Smile(feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level=level)


def main():
    functionals = smile(opensmile.FeatureLevel.Functionals)
    descriptors = smile(opensmile.FeatureLevel.LowLevelDescriptors)
    x = signal(24000, RATE)
    lld = descriptors.process_signal(x, RATE)
    speech = []
    archive = pathlib.Path(os.environ["EARSHOT_DATA"]) / "RAVDESS.tar.gz"
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = member.name.split("-")
            # Every emotion, strength, sentence and actor now and then: one file in about forty.
            wanted = len(parts) == 7 and parts[6][:2] > "02" and (sum(int(p) for p in parts[2:6]) + 3 * int(parts[6][:2])) % 11 == 0
            if not wanted or parts[5] != "01":
                continue
            samples, rate = soundfile.read(io.BytesIO(tar.extractfile(member).read()), dtype="float32")
            if rate == RATE and samples.ndim == 1 and len(speech) < 24:
                speech.append({"file": member.name, "values": rounded(functionals.process_signal(samples, rate).values[0], 7)})
    write("egemaps", {"names": list(functionals.feature_names), "descriptorNames": list(descriptors.feature_names), "step": 5,
                      "descriptors": rounded(lld.values[::5].astype(np.float64), 7), "functionals": rounded(functionals.process_signal(x, RATE).values[0], 7), "speech": speech})


if __name__ == "__main__":
    main()
