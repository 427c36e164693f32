import "../../ui/form.css";
import { createSignal, createUniqueId, For, Show } from "solid-js";
import { type Days, PERIODS, type Period } from "./period";

const NAMES: Record<Period, readonly [short: string, long: string]> = {
  "7d": ["7 d", "7 days"],
  "30d": ["30 d", "30 days"],
  "90d": ["90 d", "90 days"],
  "12mo": ["12 mo", "12 months"],
  all: ["All", "All days"],
};

/** Which days are shown. `shown` are the first and last of them, for a start of own ones. */
export function PeriodPicker(props: {
  days: Days;
  shown: { from: string; to: string } | undefined;
  onChange: (days: Days) => void;
}) {
  const id = createUniqueId();
  const [problem, setProblem] = createSignal(false);
  let own: HTMLFormElement | undefined;

  function send(event: SubmitEvent): void {
    event.preventDefault();
    if (!own) return;
    const data = new FormData(own);
    const [from, to] = [String(data.get("from")), String(data.get("to"))];
    setProblem(!from || !to || from > to);
    if (problem()) return;
    own.hidePopover();
    props.onChange({ kind: "range", from, to });
  }

  return (
    <div class="period">
      <div class="segments" role="group" aria-label="Days">
        <For each={PERIODS}>
          {(period) => (
            <button
              type="button"
              aria-label={NAMES[period][1]}
              title={NAMES[period][1]}
              aria-pressed={props.days.kind === "period" && props.days.period === period}
              onClick={() => props.onChange({ kind: "period", period })}
            >
              {NAMES[period][0]}
            </button>
          )}
        </For>
        <button type="button" aria-pressed={props.days.kind === "range"} popovertarget={id}>
          Custom
        </button>
      </div>
      <form ref={own} id={id} popover class="menu own-days" onSubmit={send} novalidate>
        <label>
          From
          <input class="input" type="date" name="from" value={props.shown?.from} />
        </label>
        <label>
          To
          <input class="input" type="date" name="to" value={props.shown?.to} />
        </label>
        <Show when={problem()}>
          <p class="field-error" role="alert">
            Give a first day and a last day that is not before it.
          </p>
        </Show>
        <button type="submit" class="button">
          Show
        </button>
      </form>
    </div>
  );
}
