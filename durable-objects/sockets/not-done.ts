import type { ViewerError } from "../../protocol/frame";
import type { ViewerRequest } from "../../protocol/viewer-request";

/** What a viewer is told whose request came to nothing: the database was away, or storage is full. */
export function notDone(request: ViewerRequest): ViewerError {
  const rooms =
    request.type === "subscribe" ? request.rooms : request.type === "resume" ? Object.keys(request.rooms) : undefined;
  return {
    code: "unavailable",
    message: "This could not be done now. Send it again in a moment.",
    ...(rooms && { rooms }),
    ...("id" in request && request.id !== undefined && { id: request.id }),
  };
}
