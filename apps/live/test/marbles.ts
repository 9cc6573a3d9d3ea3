import { TestScheduler } from "rxjs/testing";
import { expect } from "vitest";

/** A scheduler of virtual time: marbles are compared as vitest compares values. */
export const marbles = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
