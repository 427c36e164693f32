import { EVENT_BYTES } from "../../protocol/limits";
import type { EventError, RefusalCode } from "../../protocol/refusals";
import type { LeftOut } from "./drop-tally";

/** What a site's owner is told of what was refused. Examples name our own fields and limits, never what somebody sent. */

/** A body that could not be read, by the error that answered it; `most` bytes were allowed. */
export function refusedBody(code: RefusalCode, message: string, most: number): LeftOut {
  return code === "too_large"
    ? { reason: "too_large", count: 1, example: `a request of more than ${most / 1_024} KB` }
    : { reason: "unreadable", count: 1, example: message };
}

/** A request of which a field is wrong. */
export function refusedFields(fields: Record<string, string>): LeftOut {
  return { reason: "invalid", count: 1, example: exampleOf(fields) };
}

/** Single events of a batch, by reason. */
export function refusedEvents(errors: readonly EventError[]): LeftOut[] {
  const large = errors.filter(({ code }) => code === "too_large").length;
  const invalid = errors.filter(({ code }) => code !== "too_large");
  const all: LeftOut[] = [
    { reason: "too_large", count: large, example: `an event of more than ${EVENT_BYTES / 1_024} KB` },
    { reason: "invalid", count: invalid.length, example: exampleOf(invalid.at(-1)?.fields ?? {}) },
  ];
  return all.filter(({ count }) => count > 0);
}

/** The first field and what is wrong with it. Below the first level names may be the sender's own. */
function exampleOf(fields: Record<string, string>): string {
  const [[path, message] = ["", ""]] = Object.entries(fields);
  const [name = ""] = path.split(".", 1);
  return name === "" ? "" : `${name}: ${message.replace(/^Invalid input: |\.$/g, "")}`;
}
