/** Frequent English words that carry little meaning; negations are left in, since sentiment hangs on them. */
export const englishStopWords: readonly string[] = (
  "a about above after again all also am an and any are as at be because been before being below between both but by can could did do " +
  "does doing down during each else few for from further had has have having he hence her here hers herself him himself his how i if in " +
  "into is it its itself just me more most my myself of off on once one only or other our ours ourselves out over own per same she should " +
  "so some such than that the their theirs them themselves then there these they this those through thus to too under until up upon us " +
  "very was we were what when where which while who whom whose why will with would you your yours yourself yourselves"
).split(" ");
