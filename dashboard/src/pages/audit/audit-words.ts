import type { AuditEntry } from "../../../../protocol/audit";
import { countryName } from "../../ui/format";

/** Words of a name such as `filter_applied` or `filterType`. */
const words = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_\s]+/g, " ")
    .trim();

/** `filter_applied` is “Filter applied”. */
export function actionText(action: string): string {
  const text = words(action).toLowerCase();
  return text === "" ? action : text[0]?.toUpperCase() + text.slice(1);
}

/** The parts of an action, each named in words. A filter is named by what it filters. */
export function detailsOf({ filterType, value, ...rest }: AuditEntry["details"]): [name: string, value: string][] {
  const details =
    typeof filterType === "string" && value !== undefined
      ? { [filterType]: value, ...rest }
      : { ...(filterType !== undefined && { filterType }), ...(value !== undefined && { value }), ...rest };
  return Object.entries(details).map(([name, value]) => [
    words(name).toLowerCase() || name,
    typeof value !== "string" ? JSON.stringify(value) : name === "country" ? countryName(value) : value,
  ]);
}

/** Who did it; a key says that it is one. */
export function whoText({ id, kind, name }: AuditEntry["by"]): string {
  if (name === null) return `Not known any more (${id})`;
  return kind === "key" ? `Key ${name}` : name;
}
