import type { AlertChannel, AlertTry } from "../../protocol/alerts";

/** Pauses after a failed try: the first ones for a hiccup, the later ones (by the cron) for an outage. Then it is given up. */
const PAUSES = [1_000, 5_000, 5 * 60_000, 20 * 60_000, 60 * 60_000] as const;

/** Who is to be told. */
export interface Target {
  webhook_url: string | null;
  email: string | null;
}

/** When each channel is due, in milliseconds since 1970; what was told or given up is absent. */
export function dueChannels(target: Target, tries: readonly AlertTry[], now: number): Map<AlertChannel, number> {
  const due = new Map<AlertChannel, number>();
  const wanted: AlertChannel[] = [];
  if (target.webhook_url !== null) wanted.push("webhook");
  if (target.email !== null) wanted.push("email");
  for (const channel of wanted) {
    const own = tries.filter((one) => one.channel === channel);
    if (own.some(({ ok, final }) => ok || final)) continue;
    const last = own.at(-1);
    const pause = last ? PAUSES[own.length - 1] : 0;
    if (pause === undefined) continue;
    due.set(channel, last ? Date.parse(last.at) + pause : now);
  }
  return due;
}
