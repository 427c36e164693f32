/** Waits for all of them, none of which holds up another, then throws what the first that failed did. */
export async function allSettled(tasks: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find((task) => task.status === "rejected");
  if (failed) throw failed.reason;
}
