import type { Alert } from "../../../protocol/alerts";

/** Where alerts are handed in: the part of the Worker that logs them and tells whoever is to be told. */
export interface AlertDesk {
  /** Resolves when the log has them; the same ones may come again. */
  take(site_id: string, alerts: readonly Alert[]): Promise<void>;
}

/** The Worker's desk, reached from its own object; throws where the Worker has none. */
export function deskOf(ctx: DurableObjectState): AlertDesk {
  const desk: unknown = Reflect.get(ctx.exports, "AlertDesk");
  if (desk === undefined) throw new Error("The Worker has no desk for alerts.");
  // The Worker's entry exports it under this name; the platform knows exports by name alone.
  return desk as AlertDesk;
}
