/** The live channel, for any program; see README.md. */
export { connectLive, type LiveConnection, type LiveOptions } from "./connect-live";
export { connectOrg, type OrgConnection, type OrgOptions } from "./connect-org";
export {
  connectRooms,
  type RoomPicture,
  type RoomsConnection,
  type RoomsMessage,
  type RoomsOptions,
} from "./connect-rooms";
export type { LiveState } from "./live-state";
export type { OrgState } from "./org-state";
export { type FinalStatus, isFinal, type LiveStatus, statusText } from "./status-text";
