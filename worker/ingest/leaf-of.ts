import { hash53 } from "../../durable-objects/pure/hash";
import type { IngestBatch } from "../../protocol/ingest";

/**
 * Which of so many leaves takes a batch, from 0. One sender's batches take the same way, so that they stay in their order.
 */
export function leafOf(batch: Pick<IngestBatch, "sender" | "address" | "user_agent">, leaves: number): number {
  return leaves === 1 ? 0 : hash53(nameOf(batch)) % leaves;
}

/** Who sends, as the sender says it; without a word of its own, where it is and what it is. */
function nameOf({ sender, address, user_agent }: Pick<IngestBatch, "sender" | "address" | "user_agent">): string {
  const named =
    sender.kind === "visitor" ? (sender.tab ?? sender.session_id ?? sender.persistent_id ?? sender.user_id) : undefined;
  return named ?? `${address}\n${user_agent}`;
}
