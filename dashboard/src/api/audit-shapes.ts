import type { AuditEntry } from "../../../protocol/audit";
import type { LogPage } from "../state/create-log";
import { type Fields, fields, list, nullable, oneOf, text } from "./read";

function readEntry(value: unknown): AuditEntry {
  const o = fields(value);
  const by = fields(o["by"]);
  return {
    id: text(o["id"]),
    at: text(o["at"]),
    by: { id: text(by["id"]), kind: oneOf(["member", "key", "unknown"])(by["kind"]), name: nullable(text)(by["name"]) },
    site: nullable(readSite)(o["site"]),
    action: text(o["action"]),
    details: fields(o["details"]),
  };
}

function readSite(value: unknown): NonNullable<AuditEntry["site"]> {
  const o = fields(value);
  return { id: text(o["id"]), name: nullable(text)(o["name"]) };
}

export function readAuditPage(o: Fields): LogPage<AuditEntry> {
  return { lines: list(readEntry)(o["data"]), next: nullable(text)(o["next_before"]) };
}
