import process from "node:process";
import fc from "fast-check";

// The same cases in each run: what was not changed does not fail. FOOTFALL_SEED looks at others.
fc.configureGlobal({ seed: Number(process.env.FOOTFALL_SEED ?? 20_261_121) });
