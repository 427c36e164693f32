/** What is not urgent waits for the full minute: there the sessions of a busy site come together, or a flush comes before. */
export function fullMinute(at: number | null): number | null {
  return at === null ? null : Math.ceil(at / 60_000) * 60_000;
}
