/**
 * Kinds of messages that follow what happens in a room; a viewer may choose among them. All other messages
 * come to everybody in the room, a `snapshot` too.
 */
export const ROOM_MESSAGES = ["delta", "visitor_update", "session_activity", "stats:updated", "aggregates"] as const;
export type RoomMessage = (typeof ROOM_MESSAGES)[number];
