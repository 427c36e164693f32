/** Readers of replies. Each throws an `Unreadable` when the value is not what it reads. */

export class Unreadable extends Error {}

export type Fields = { readonly [field: string]: unknown };
export type Read<T> = (value: unknown) => T;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function fields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new Unreadable("an object was expected");
}

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new Unreadable("a text was expected");
}

export function number(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Unreadable("a number was expected");
}

export function flag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new Unreadable("true or false was expected");
}

export const list =
  <T>(read: Read<T>): Read<T[]> =>
  (value) => {
    if (Array.isArray(value)) return value.map((item) => read(item));
    throw new Unreadable("a list was expected");
  };

export const nullable =
  <T>(read: Read<T>): Read<T | null> =>
  (value) =>
    value === null || value === undefined ? null : read(value);

export const oneOf =
  <const T extends string>(values: readonly T[]): Read<T> =>
  (value) => {
    const found = values.find((known) => known === value);
    if (found !== undefined) return found;
    throw new Unreadable(`one of ${values.join(", ")} was expected`);
  };
