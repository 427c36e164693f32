/** What a run of `npm run load` has seen so far. Counts are events, unless they say requests. */
export class Tally {
  sent = 0;
  acknowledged = 0;
  requests = 0;
  retries = 0;
  readonly dropped = new Map<string, number>();
  /** By status, or by the code of an event that was refused, or by the name of a network failure. */
  readonly errors = new Map<string, number>();
  readonly latencies: number[] = [];

  summary(seconds: number): string {
    const lines: [string, string][] = [
      ["sent", `${this.sent} events in ${this.requests} requests, ${(this.sent / seconds).toFixed(0)} events/s`],
      ["acknowledged", String(this.acknowledged)],
      ...[...this.dropped].map(([reason, count]): [string, string] => [`dropped: ${reason}`, String(count)]),
      ...[...this.errors].map(([code, count]): [string, string] => [`error: ${code}`, String(count)]),
      ["sent again", `${this.retries} requests`],
      ["latency", `p50 ${this.#latency(0.5)}, p95 ${this.#latency(0.95)}, p99 ${this.#latency(0.99)}`],
    ];
    return lines.map(([name, text]) => `  ${name.padEnd(22)}${text}`).join("\n");
  }

  #latency(share: number): string {
    const value = percentile(this.latencies, share);
    return value === null ? "none" : `${value.toFixed(1)} ms`;
  }
}

export function count(map: Map<string, number>, name: string, more: number): void {
  map.set(name, (map.get(name) ?? 0) + more);
}

/** The smallest value that at least `share` of all do not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? null;
}
