import { describe, expect, it } from "vitest";
import { simulate } from "../simulation/simulate.js";

describe("commands, workers and the queue under virtual time", () => {
  it("end as if nobody had been disturbed, whoever dies, forgets, stands still or calls twice, and leave nothing behind", async () => {
    const { violations, ...told } = await simulate(7, 1);
    expect(violations, "replay: npx pnpm simulate --only queue --seed 7 --hours 1").toEqual([]);
    const { undertakings, jobs, workersKilled, killed, interrupted, calledOff, beside, standstills, cuts } = told;
    const disturbed = Math.min(workersKilled, killed + interrupted + calledOff + beside, standstills, cuts);
    expect(Math.min(undertakings, jobs, disturbed)).toBeGreaterThan(0);
  });

  it("goes the same way again from the same seed", async () => {
    const once = await simulate(3, 0.1);
    expect(await simulate(3, 0.1)).toEqual(once);
  });
});
