/** One family of figures, as a scraper keeps it. */
export interface Family {
  type: string;
  help: string;
  samples: { name: string; labels: ReadonlyMap<string, string>; value: number }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const HELP = new RegExp(`^# HELP (${NAME}) (.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE = new RegExp(String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)?\})? (\S+)$`);
const ONE_LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/g;
const NUMBER = /^(?:[+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

const numberOf = (text: string) => Number(text.replace(/Inf$/, "Infinity"));

/**
 * Reads the text format 0.0.4 of Prometheus as strictly as its specification is written: throws at a line that is none, at a
 * sample outside its family, at a family or sample that comes twice, and at a histogram that does not add up.
 */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("The last line has no end.");
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: [name: string, family: Family] | null = null;
  let help: [name: string, text: string] | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const helped = HELP.exec(line);
    const typed = TYPE.exec(line);
    const sampled = SAMPLE.exec(line);
    if (helped) help = [helped[1] ?? "", helped[2] ?? ""];
    else if (typed) {
      const [, name = "", type = ""] = typed;
      if (families.has(name)) throw new Error(`${name} comes twice.`);
      if (help?.[0] !== name) throw new Error(`${name} has no help.`);
      if (type === "counter" && !name.endsWith("_total")) throw new Error(`${name} is a counter without _total.`);
      current = [name, { type, help: help[1], samples: [] }];
      families.set(...current);
    } else if (sampled) {
      const [, name = "", labels = "", value = ""] = sampled;
      if (!current || !belongs(name, ...current)) throw new Error(`${name} stands in a foreign family.`);
      if (!NUMBER.test(value)) throw new Error(`Not a number: ${line}`);
      const read = new Map([...labels.matchAll(ONE_LABEL)].map(([, label = "", of = ""]) => [label, of]));
      const key = `${name} ${JSON.stringify([...read].sort())}`;
      if (seen.has(key)) throw new Error(`${line} comes twice.`);
      seen.add(key);
      current[1].samples.push({ name, labels: read, value: numberOf(value) });
    } else throw new Error(`Not a line of this format: ${line}`);
  }
  for (const [name, family] of families) if (family.type === "histogram") checkHistogram(name, family);
  return families;
}

function belongs(sample: string, name: string, { type }: Family): boolean {
  return type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample) : sample === name;
}

function checkHistogram(name: string, { samples }: Family): void {
  const series = Map.groupBy(samples, ({ labels }) =>
    JSON.stringify([...labels].filter(([label]) => label !== "le").sort()),
  );
  for (const [of, all] of series) {
    const buckets = all.filter((sample) => sample.name.endsWith("_bucket"));
    const bounds = buckets.map(({ labels }) => numberOf(labels.get("le") ?? "NaN"));
    const counts = buckets.map(({ value }) => value);
    const count = all.find((sample) => sample.name.endsWith("_count"))?.value;
    const rises = (list: number[], strictly: boolean) =>
      list.every((one, i) => i === 0 || one > (list[i - 1] ?? 0) || (!strictly && one === list[i - 1]));
    if (!rises(bounds, true) || bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`Bounds of ${name} ${of}`);
    if (!rises(counts, false) || counts.at(-1) !== count) throw new Error(`Counts of ${name} ${of}`);
    if (!all.some((sample) => sample.name.endsWith("_sum"))) throw new Error(`${name} ${of} has no sum.`);
  }
}
