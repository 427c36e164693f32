import { createMemo, For } from "solid-js";
import type { JourneyStep } from "../../../../protocol/live";
import { clockTime, deedWord, markOf } from "./words";

/** What a row draws of a journey: pages by name, everything between them as marks. */
export type JourneyPiece =
  | { kind: "page"; path: string; at: number }
  | { kind: "event" | "error"; name: string; at: number };

/** Steps worth drawing in one line: a page once for each time it was opened, errors and custom events; the rest is left out. */
export function journeyPieces(journey: readonly JourneyStep[]): JourneyPiece[] {
  const pieces: JourneyPiece[] = [];
  for (const step of journey) {
    const mark = markOf(step.type);
    if (mark === "view") pieces.push({ kind: "page", path: step.path, at: step.at });
    else if (mark !== "small") pieces.push({ kind: mark, name: step.name ?? step.type, at: step.at });
  }
  return pieces;
}

/** A journey as small connected steps, the latest at the right. It stands first in the document: see `.journey`. */
export function JourneyStrip(props: { journey: JourneyStep[]; pieces: number; now: boolean }) {
  const pieces = createMemo(() => journeyPieces(props.journey));
  const here = createMemo(() => (props.now ? pieces().findLast((piece) => piece.kind === "page") : undefined));
  const left = () => Math.max(0, pieces().length - props.pieces);
  return (
    <span class="journey">
      <For each={pieces().slice(-props.pieces).reverse()}>
        {(piece) =>
          piece.kind === "page" ? (
            <span class="step" classList={{ current: piece === here() }}>
              {piece.path}
            </span>
          ) : (
            <span
              class={`mark mark-${piece.kind}`}
              role="img"
              title={piece.name}
              aria-label={piece.kind === "error" ? `Error: ${piece.name}` : piece.name}
            />
          )
        }
      </For>
      {left() > 0 ? <span class="journey-left num">+{left()}</span> : null}
    </span>
  );
}

/** The whole journey, one step a line, with the time since the session began. */
export function JourneyList(props: { journey: JourneyStep[]; from: number; onPage(path: string): void }) {
  return (
    <ol class="journey-list">
      <For each={props.journey}>
        {(step) => (
          <li class={`line mark-${markOf(step.type)}`}>
            <time class="num">{clockTime(step.at - props.from)}</time>
            <span>
              {deedWord(step)}{" "}
              <button type="button" class="page-link" onClick={() => props.onPage(step.path)}>
                {step.path}
              </button>
              {step.type === "error" && step.name ? <span class="error-text"> {step.name}</span> : null}
            </span>
          </li>
        )}
      </For>
    </ol>
  );
}
