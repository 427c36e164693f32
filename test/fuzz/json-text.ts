/** A piece of a body that stands there as it is: numbers and texts that `JSON.stringify` would not write. */
export class Verbatim {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An object whose keys are written one after the other, the same one also twice. */
export class Pairs {
  readonly pairs: readonly (readonly [key: string, value: unknown])[];
  constructor(pairs: readonly (readonly [string, unknown])[]) {
    this.pairs = pairs;
  }
}

/** JSON of a value, with `-0` as such and `Verbatim` and `Pairs` as they say. */
export function jsonText(value: unknown): string {
  if (value instanceof Verbatim) return value.text;
  if (value instanceof Pairs) return objectText(value.pairs);
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item)).join(",")}]`;
  if (typeof value === "object" && value !== null) return objectText(Object.entries(value));
  return JSON.stringify(value) ?? "null";
}

function objectText(pairs: readonly (readonly [string, unknown])[]): string {
  return `{${pairs
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`)
    .join(",")}}`;
}

/** `[[[…]]]` or `{"a":{"a":…}}`, without recursion. */
export function nested(depth: number, kind: "array" | "object"): Verbatim {
  const [open, close] = kind === "array" ? ["[", "]"] : ['{"a":', "}"];
  return new Verbatim(open.repeat(depth) + (kind === "array" ? "" : "1") + close.repeat(depth));
}
