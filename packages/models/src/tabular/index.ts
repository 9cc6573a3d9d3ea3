export {
  type ColumnChoice,
  type ColumnPart,
  type ColumnTransformer,
  columnTransformer,
  tableToMatrix,
} from "./columnTransformer.js";
export { type Correlations, correlationMatrix } from "./correlationMatrix.js";
export { dropDuplicates } from "./dropDuplicates.js";
export { oneHotEncoder, ordinalEncoder, targetEncoder } from "./encoders.js";
export { type IterativeImputerOptions, iterativeImputer } from "./iterativeImputer.js";
export { type KnnImputerOptions, knnImputer } from "./knnImputer.js";
export {
  type ColumnProfile,
  duplicateRows,
  type NumberProfile,
  type ProfileOptions,
  profileTable,
  type TableProfile,
  type TextProfile,
} from "./profileTable.js";
export { type CsvOptions, guessSeparator, readCsv, typeColumn } from "./readCsv.js";
export { randomOverSampler, randomUnderSampler, type SmoteOptions, type SyncResampler, smote } from "./resample.js";
export { type SimpleImputerOptions, simpleImputer } from "./simpleImputer.js";
export type { SmoteVariant } from "./smoteSamples.js";
