import { describe, expect, it } from "vitest";
import { simulate } from "../simulation/simulate.js";

describe("the server under virtual time and a bad network", () => {
  it("predicts or counts every window of everybody, mixes nobody up, bounds what waits, and leaves nothing behind", async () => {
    const { violations, sessions, verified, faults } = await simulate(20, 1);
    expect(violations, "replay: pnpm simulate --seed 20 --hours 1").toEqual([]);
    expect({ sessions: sessions > 5, verified: verified > 50, faults: faults > 5 }).toEqual({
      sessions: true,
      verified: true,
      faults: true,
    });
  });

  it("goes the same way again from the same seed", async () => {
    const once = await simulate(7, 0.3);
    expect(await simulate(7, 0.3)).toEqual(once);
  });
});
