/** What was thrown, in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One line for the owner's log: what went wrong by name, where, and the first 300 characters of why. */
export function logError(
  event: string,
  error: unknown,
  where: { site?: string | undefined; tries?: number } = {},
): void {
  console.error(JSON.stringify({ level: "error", event, ...where, message: messageOf(error).slice(0, 300) }));
}
