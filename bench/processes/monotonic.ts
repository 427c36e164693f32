import process from "node:process";

/** Milliseconds of the machine's own clock, the same in all of its processes. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;
