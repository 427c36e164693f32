/** How the client stands to the server. `signed_out` and `refused` are final, the others change by themselves. */
export type LiveStatus = "connecting" | "live" | "polling" | "offline" | "signed_out" | "refused";

/** The words beside the pulse. `seen`: a picture was shown before, so this is a return. */
export function statusText(status: LiveStatus, seen: boolean): string {
  switch (status) {
    case "connecting":
      return seen ? "Reconnecting…" : "Connecting…";
    case "live":
      return "Live";
    case "polling":
      return "Polling every 2 s";
    case "offline":
      return "Offline: trying again";
    case "signed_out":
      return "Signed out";
    case "refused":
      return "No access";
    default:
      return status satisfies never;
  }
}
