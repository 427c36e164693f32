import type { Scenario } from "../scenario.ts";
import { checkSite, Violation } from "../support/invariants.ts";
import { Writer, whileWriting, writersFor } from "../support/writer.ts";

/** One process serves both sites here, and this client shares its two processors: far above what is seen, far below starving. */
const MOST = 40;
/** Below five times the target of a busy site nobody starves, milliseconds. */
const FINE = 1_250;

export const flood: Scenario = {
  name: "flood",
  title: "one site is flooded: another is still answered",
  alone: true,
  async run({ long, random, shared }) {
    const [calm, flooded] = [await shared.addSite("calm"), await shared.addSite("flooded")];
    const probe = async (name: string, requests = long ? 300 : 120) => {
      const writer = new Writer({ site: calm, key: shared.key, random, name, says: "tab", retries: false });
      for (let i = 0; i < requests; i++) await writer.sendOne(shared.url);
      if (writer.failures > 0) throw new Violation(`${writer.failures} requests of the calm site failed.`);
      return percentile(writer.times, 0.99);
    };
    await probe("warm", 30);
    const before = await probe("before");
    const writers = writersFor(flooded, shared.key, long ? 24 : 16, random);
    const during = await whileWriting(writers, shared.url, () => probe("during"));
    if (during > before * MOST && during > FINE) {
      throw new Violation(`p99 ${during.toFixed(1)} ms while another site is flooded, ${before.toFixed(1)} ms before.`);
    }
    const seen = [await checkSite(shared, calm), await checkSite(shared, flooded)];
    return `p99 ${before.toFixed(1)} ms, flooded ${during.toFixed(1)} ms; ${seen[1]}`;
  },
};

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
