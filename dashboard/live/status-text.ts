import { CLOSE } from "../../protocol/close-codes";
import { POLL_INTERVAL } from "../../protocol/limits";

/** How the client stands to the server. The last three are final, the others change by themselves. */
export type LiveStatus = "connecting" | "live" | "polling" | "offline" | FinalStatus;
export type FinalStatus = "signed_out" | "refused" | "outdated";

/** True if nothing more will come. */
export const isFinal = (status: LiveStatus): status is FinalStatus =>
  status === "signed_out" || status === "refused" || status === "outdated";

/** What a close code that is final means. */
export function statusOfClose(code: number): FinalStatus {
  if (code === CLOSE.notSignedIn) return "signed_out";
  return code === CLOSE.protocolVersion ? "outdated" : "refused";
}

/** The words beside the pulse. `seen`: a picture was shown before, so this is a return. `interval` of polling in milliseconds. */
export function statusText(status: LiveStatus, seen: boolean, interval = POLL_INTERVAL): string {
  switch (status) {
    case "connecting":
      return seen ? "Reconnecting…" : "Connecting…";
    case "live":
      return "Live";
    case "polling":
      return `Polling every ${interval / 1_000} s`;
    case "offline":
      return "Offline: trying again";
    case "signed_out":
      return "Signed out";
    case "refused":
      return "No access";
    case "outdated":
      return "Server updated: reload this page";
    default:
      return status satisfies never;
  }
}
