import type { Checksum } from "./downloadFile.js";

/** A file of a corpus on its official server. */
export interface CorpusFile {
  url: string;
  /** Name that it gets here. */
  name: string;
  /** Sum that its publisher or its established readers give; where there is none, the first download's is written down. */
  checksum?: Checksum;
}

const md5 = (value: string): Checksum => ({ algorithm: "md5", value });
const sha256 = (value: string): Checksum => ({ algorithm: "sha256", value });
const mnistFile = (name: string, sum: string): CorpusFile => ({
  url: `https://ossci-datasets.s3.amazonaws.com/mnist/${name}`,
  name,
  checksum: md5(sum),
});

/** Corpora that may be had without a form; all others say on their page how. */
export const corpusSources: Readonly<Record<string, readonly CorpusFile[]>> = {
  freeSpokenDigits: [
    {
      url: "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.tar.gz",
      name: "free-spoken-digit-dataset.tar.gz",
    },
  ],
  audioMnist: [{ url: "https://github.com/soerenab/AudioMNIST/archive/refs/heads/master.zip", name: "AudioMNIST.zip" }],
  ravdess: [
    {
      url: "https://zenodo.org/records/1188976/files/Audio_Speech_Actors_01-24.zip",
      name: "RAVDESS-Audio_Speech_Actors_01-24.zip",
    },
  ],
  emoDb: [{ url: "http://emodb.bilderbar.info/download/download.zip", name: "EmoDB.zip" }],
  esc50: [{ url: "https://github.com/karolpiczak/ESC-50/archive/refs/heads/master.zip", name: "ESC-50.zip" }],
  speechCommands: [
    {
      url: "http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
      name: "speech_commands_v0.02.tar.gz",
      checksum: sha256("af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58"),
    },
  ],
  asvSpoof: [{ url: "https://datashare.ed.ac.uk/bitstream/handle/10283/3336/LA.zip", name: "ASVspoof2019_LA.zip" }],
  waveFake: [{ url: "https://zenodo.org/records/5642694/files/generated_audio.zip", name: "WaveFake.zip" }],
  imdb: [
    {
      url: "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
      name: "aclImdb_v1.tar.gz",
      checksum: md5("7c2ac02c03563afcf9b574c7e56c153a"),
    },
  ],
  mnist: [
    mnistFile("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
    mnistFile("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
    mnistFile("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
    mnistFile("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"),
  ],
  emnist: [
    {
      url: "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
      name: "emnist.zip",
      checksum: md5("58c8d27c78d21e728a6bc7b3cc06412e"),
    },
  ],
  omniglot: [
    {
      url: "https://raw.githubusercontent.com/brendenlake/omniglot/master/python/images_background.zip",
      name: "images_background.zip",
      checksum: md5("68d2efa1b9178cc56df9314c21c6e718"),
    },
    {
      url: "https://raw.githubusercontent.com/brendenlake/omniglot/master/python/images_evaluation.zip",
      name: "images_evaluation.zip",
      checksum: md5("6b91aef0f799c5bb55b94e3f2daec811"),
    },
  ],
  germanCredit: [
    { url: "https://archive.ics.uci.edu/static/public/144/statlog+german+credit+data.zip", name: "german-credit.zip" },
  ],
};
