import type { ViewerError } from "../../protocol/frame";

/** What a viewer is told that asked for more pictures than a second has for it. */
export function tooOften(now: number, about: Pick<ViewerError, "id" | "rooms">): ViewerError {
  return {
    code: "rate_limited",
    message: "Too many pictures were asked for. Ask again in a second.",
    retry_after_ms: 1_000 - (now % 1_000),
    ...about,
  };
}
