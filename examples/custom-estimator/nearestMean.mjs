import { defineClassifier, tensor } from "@earshot/models";

/** The class whose mean is nearest: an estimator of one's own, with the contract of all others. */
export const nearestMean = defineClassifier({
  kind: "nearestMean",
  // A reader gives the value of an option, or says what it must be.
  options: { power: (value = 2, fail) => (typeof value === "number" && value > 0 ? value : fail("a positive number")) },
  learn({ x, codes, classes }) {
    const means = new Float64Array(classes.length * x.cols);
    const counts = new Float64Array(classes.length);
    for (const code of codes) counts[code]++;
    for (let i = 0; i < x.rows; i++)
      for (let j = 0; j < x.cols; j++) means[codes[i] * x.cols + j] += x.data[i * x.cols + j] / counts[codes[i]];
    return { means: tensor(means, [classes.length, x.cols]) };
  },
  probabilities(x, { means }, { power }, k) {
    const out = new Float64Array(x.rows * k);
    for (let i = 0; i < x.rows; i++) {
      let sum = 0;
      for (let c = 0; c < k; c++) {
        let distance = 1e-12;
        for (let j = 0; j < x.cols; j++) distance += (x.data[i * x.cols + j] - means.data[c * x.cols + j]) ** 2;
        sum += out[i * k + c] = distance ** (-power / 2);
      }
      for (let c = 0; c < k; c++) out[i * k + c] /= sum;
    }
    return out;
  },
});
