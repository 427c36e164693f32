import type { OrgStatus } from "../../protocol/status";

/** Several objects of one organization as if they were one; null: none. */
export function sumStatuses([first, ...more]: readonly OrgStatus[]): OrgStatus | null {
  return first ? more.reduce(sumOf, first) : null;
}

const sumOf = (one: OrgStatus, other: OrgStatus): OrgStatus => ({
  at: Math.max(one.at, other.at),
  since: Math.max(one.since, other.since),
  full: other.full,
  sockets: {
    open: one.sockets.open + other.sockets.open,
    opened: one.sockets.opened + other.sockets.opened,
    closed: one.sockets.closed + other.sockets.closed,
    messages: one.sockets.messages + other.sockets.messages,
  },
  sent: {
    messages: one.sent.messages + other.sent.messages,
    bytes: one.sent.bytes + other.sent.bytes,
    too_slow: one.sent.too_slow + other.sent.too_slow,
  },
  rooms: Object.entries(other.rooms).reduce(
    (rooms, [room, count]) => ({ ...rooms, [room]: (rooms[room] ?? 0) + count }),
    one.rooms,
  ),
});
