import { ApiError } from "../api/api-error";

/** Throws, like a refusal of the server, when a field that has a sentence here is empty. Spares the way there. */
export function requireFields<T extends object>(values: T, sentences: { readonly [K in keyof T]?: string }): void {
  const wrong: Record<string, string> = {};
  for (const name in sentences) {
    const sentence = sentences[name];
    if (sentence !== undefined && String(values[name] ?? "").trim() === "") wrong[name] = sentence;
  }
  if (Object.keys(wrong).length > 0) throw new ApiError("invalid", "Some fields are empty.", wrong);
}
