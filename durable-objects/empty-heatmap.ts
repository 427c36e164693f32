import type { OrgFrame } from "../protocol/org";

/** The picture of a heatmap's room as long as nothing makes heatmaps. */
export function emptyHeatmap(room: string, now: number): OrgFrame {
  return { type: "snapshot", room, seq: now * 100, data: { at: now, cells: [] } };
}
