import { connect, merge, type Observable, type OperatorFunction } from "rxjs";

/**
 * Runs several operators on one stream, which is subscribed to once, and merges what they give. One alone is run as it is: sharing costs a hop for
 * every item.
 *
 * @param operators at least one
 */
export function shareAmong<T, R>(operators: readonly OperatorFunction<T, R>[]): OperatorFunction<T, R> {
  if (operators.length === 1) return operators[0];
  return connect((shared$: Observable<T>) => merge(...operators.map((operator) => shared$.pipe(operator))));
}
