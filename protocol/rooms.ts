/** What a viewer can watch. `org:ID` has all of the organization, `group:ID` a group and its sites, `heatmap:ID` (of an organization or a site) heatmaps alone. */
export interface Room {
  kind: "org" | "group" | "site" | "heatmap";
  id: string;
  /** As it stands in frames. */
  name: string;
}

/** Other names of rooms, which are accepted for them. */
const KINDS: Record<string, Room["kind"]> = {
  org: "org",
  group: "group",
  campus: "group",
  site: "site",
  building: "site",
  heatmap: "heatmap",
};

/** The name of a site's room. */
export const roomOf = (site_id: string): string => `site:${site_id}`;

/** Reads a room's name; null if no room can have it. */
export function readRoom(text: string): Room | null {
  const [, word = "", id = ""] = /^([a-z]+):([\w-]{1,64})$/.exec(text) ?? [];
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  return kind === undefined ? null : { kind, id, name: `${kind}:${id}` };
}

/** The site whose object holds a socket that asks for these rooms; null: the organization's does. */
export function siteOfRooms(rooms: readonly (Room | null)[]): string | null {
  const id = rooms.find((room) => room?.kind === "site")?.id;
  if (id === undefined) return null;
  const ofOne = rooms.every((room) => room?.id === id && (room.kind === "site" || room.kind === "heatmap"));
  return ofOne ? id : null;
}
