import { type Accessor, createEffect, on } from "solid-js";
import "./pulse.css";

/** The dot of what is live: beats once each time `beat` changes, and rests otherwise. */
export function Pulse(props: { beat: Accessor<unknown>; label?: string }) {
  let dot: HTMLSpanElement | undefined;
  createEffect(
    on(
      () => props.beat(),
      () => {
        if (!dot) return;
        // Two names of one animation: changing between them starts it anew without forcing a layout.
        dot.dataset["beat"] = dot.dataset["beat"] === "a" ? "b" : "a";
      },
      { defer: true },
    ),
  );
  return (
    <span
      ref={dot}
      class="pulse"
      role={props.label ? "img" : undefined}
      aria-label={props.label}
      aria-hidden={!props.label}
    />
  );
}
