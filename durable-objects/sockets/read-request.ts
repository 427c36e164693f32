import type { ViewerError } from "../../protocol/frame";
import { VIEWER_MESSAGE_BYTES } from "../../protocol/limits";
import { MessageId, ViewerRequest } from "../../protocol/viewer-request";

/** Reads a viewer's message, whose fields stand at the top level or in `data`. Answers the error where it is none. */
export function readRequest(message: string | ArrayBuffer): ViewerRequest | "unreadable" | ViewerError {
  if (typeof message !== "string" || message.length > VIEWER_MESSAGE_BYTES) return "unreadable";
  let raw: unknown;
  try {
    raw = JSON.parse(message);
  } catch {
    // Not JSON.
    return "unreadable";
  }
  if (typeof raw !== "object" || raw === null || !("type" in raw)) return "unreadable";
  const data = "data" in raw && typeof raw.data === "object" ? raw.data : {};
  const given: Record<string, unknown> = { ...data, ...raw };
  const parsed = ViewerRequest.safeParse(given);
  if (parsed.success) return parsed.data;
  // Whoever asked knows by it which of its messages was wrong.
  const id = MessageId.safeParse(given).data ?? {};
  const fields = Object.fromEntries(parsed.error.issues.map(({ path, message: problem }) => [path.join("."), problem]));
  if ("type" in fields) return { code: "unknown_message", message: "This server does not know such a message.", ...id };
  return { code: "invalid_message", message: "A field of the message is wrong.", fields, ...id };
}
