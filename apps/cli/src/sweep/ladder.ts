/** A candidate that has earned the next rung. */
export interface Climb {
  candidate: number;
  rung: number;
}

interface Rung {
  /** Candidates in the order in which they came. */
  order: number[];
  scores: Map<number, number | undefined>;
  /** How many of them, from the first on, are judged. */
  seen: number;
  /** Those, the best first; failed ones are left out. */
  ranked: number[];
  climbed: Set<number>;
}

/**
 * Asynchronous successive halving: a candidate climbs to the next rung, with a larger budget, as soon as it is among the best 1/eta of those
 * judged on its rung.
 *
 * Results are taken in the order in which candidates came to a rung, not in which they arrive: who climbs is the same for one worker or
 * twenty, while nobody waits for a rung to be full. Where too few came for anybody to climb, the best one does.
 *
 * Source: Li et al. 2020 (ASHA), with that order.
 */
export class Ladder {
  private readonly rungs: Rung[];

  /** @param candidates how many there are @param count rungs @param eta one in so many climbs */
  constructor(
    candidates: number,
    count: number,
    private readonly eta: number,
  ) {
    this.rungs = Array.from({ length: count }, (_, rung) => ({
      order: rung === 0 ? Array.from({ length: candidates }, (_, i) => i) : [],
      scores: new Map(),
      seen: 0,
      ranked: [],
      climbed: new Set(),
    }));
  }

  /**
   * Takes a result.
   *
   * @param score higher is better; undefined if the trial failed
   * @returns who climbs because of it
   */
  tell(rung: number, candidate: number, score: number | undefined): Climb[] {
    this.rungs[rung].scores.set(candidate, score);
    const climbs: Climb[] = [];
    for (let r = rung; r < this.rungs.length - 1; r++) this.settle(r, climbs);
    return climbs;
  }

  private settle(r: number, climbs: Climb[]): void {
    const own = this.rungs[r];
    while (own.seen < own.order.length && own.scores.has(own.order[own.seen])) {
      this.rank(own, own.order[own.seen++]);
      for (const candidate of own.ranked.slice(0, Math.floor(own.seen / this.eta))) this.climb(r, candidate, climbs);
    }
    if (own.climbed.size === 0 && own.ranked.length > 0 && this.isFull(r)) this.climb(r, own.ranked[0], climbs);
  }

  private rank({ ranked, scores }: Rung, candidate: number): void {
    const score = scores.get(candidate);
    if (score === undefined) return;
    // Behind its equals: who came first stays first.
    const at = ranked.findIndex((other) => (scores.get(other) as number) < score);
    ranked.splice(at < 0 ? ranked.length : at, 0, candidate);
  }

  private climb(r: number, candidate: number, climbs: Climb[]): void {
    const { climbed } = this.rungs[r];
    if (climbed.has(candidate)) return;
    climbed.add(candidate);
    this.rungs[r + 1].order.push(candidate);
    climbs.push({ candidate, rung: r + 1 });
  }

  /** Nobody else comes to this rung, and all who came are judged. */
  private isFull(r: number): boolean {
    const { seen, order } = this.rungs[r];
    return seen === order.length && (r === 0 || this.isFull(r - 1));
  }
}
