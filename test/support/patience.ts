/**
 * How long a test waits for what comes, milliseconds. It comes within milliseconds; this only finds what hangs, also on a
 * machine that does much else beside the tests. No test that passes waits so long.
 */
export const PATIENCE = 60_000;
