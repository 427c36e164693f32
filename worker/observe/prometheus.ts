import type { Histogram } from "../../protocol/status";

/** The text format of Prometheus, version 0.0.4. Times are in seconds, as is the custom there. */

export type Labels = Readonly<Record<string, string>>;

interface Sample {
  labels: Labels;
  value: number | Histogram;
}

export interface Family {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: Sample[];
}

export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Families without a sample are left out. */
export function prometheusText(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const lines = samples.flatMap(({ labels, value }) =>
        typeof value === "number" ? [line(name, labels, value)] : histogramLines(name, labels, value),
      );
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("\n")}\n`;
    })
    .join("");
}

function histogramLines(name: string, labels: Labels, { le, counts, sum }: Histogram): string[] {
  let below = 0;
  const buckets = counts.map((count, i) => {
    below += count;
    const bound = le[i];
    return line(`${name}_bucket`, { ...labels, le: bound === undefined ? "+Inf" : String(bound / 1_000) }, below);
  });
  return [...buckets, line(`${name}_sum`, labels, sum / 1_000), line(`${name}_count`, labels, below)];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
