import type { DropReason } from "../../protocol/drop-reasons";
import type { DropNotice, IngestBatch } from "../../protocol/ingest";
import type { EventError } from "../../protocol/refusals";
import type { SocketVisitor } from "../../protocol/visitor-socket";
import type { Env } from "../../worker/env";

/** What is not counted, for the site's owner. */
export type LeftOut = Pick<DropNotice, "reason" | "count" | "example">;

/** One message of a visitor's socket as the pipeline reads it. */
export type VisitorMessage =
  /** No JSON, or none of this protocol. */
  | { kind: "unreadable" }
  | { kind: "ping" }
  | {
      kind: "refused";
      code: "invalid" | "unknown_message";
      message: string;
      fields?: Record<string, string>;
      errors?: EventError[];
      left_out: LeftOut[];
    }
  | {
      kind: "events";
      /** How many there were in the message, whatever becomes of them. */
      events: number;
      /** Null: all of it was dropped on purpose. */
      batch: IngestBatch | null;
      errors: EventError[];
      dropped: DropReason | null;
      left_out: LeftOut[];
    };

/**
 * The pipeline that a beacon goes through in the Worker, for a message that came past it. The Worker hands it to the class
 * where that is exported, as nothing here may import the Worker.
 */
export type ReadVisitorMessage = (
  env: Env,
  visitor: SocketVisitor,
  text: string,
  received_at: number,
) => Promise<VisitorMessage>;
