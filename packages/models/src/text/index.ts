export { stripAccents, stripHtml } from "./characters.js";
export { decidingNgrams, explainText, type NgramWeight } from "./explain.js";
export { type HashingVectorizer, type HashingVectorizerOptions, hashingVectorizer } from "./hashingVectorizer.js";
export { type NaiveBayesWeights, type NaiveBayesWeightsOptions, naiveBayesWeights } from "./naiveBayesWeights.js";
export { englishStopWords } from "./stopWords.js";
export { type TokenRule, tokenise } from "./tokenise.js";
export {
  type CountVectorizerOptions,
  countVectorizer,
  type TfidfVectorizerOptions,
  tfidfVectorizer,
  type Vectorizer,
} from "./vectorizer.js";
