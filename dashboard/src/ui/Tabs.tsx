import "./tabs.css";
import { createUniqueId, For, type JSX } from "solid-js";

export interface TabsProps<T extends string> {
  label: string;
  tabs: readonly (readonly [value: T, text: string])[];
  value: T;
  onChange: (value: T) => void;
  children: JSX.Element;
}

/** Tabs with their panel; arrow keys move between them. */
export function Tabs<T extends string>(props: TabsProps<T>) {
  const id = createUniqueId();
  let bar: HTMLDivElement | undefined;

  function move(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = props.tabs.findIndex(([value]) => value === props.value);
    const next = (at + step + props.tabs.length) % props.tabs.length;
    const tab = props.tabs[next];
    if (!tab) return;
    props.onChange(tab[0]);
    bar?.querySelectorAll("button")[next]?.focus();
  }

  return (
    <>
      <div ref={bar} class="tabs" role="tablist" aria-label={props.label} onKeyDown={move}>
        <For each={props.tabs}>
          {([value, text]) => (
            <button
              type="button"
              role="tab"
              id={`${id}-${value}`}
              aria-selected={props.value === value}
              aria-controls={`${id}-panel`}
              tabindex={props.value === value ? 0 : -1}
              onClick={() => props.onChange(value)}
            >
              {text}
            </button>
          )}
        </For>
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.value}`}>
        {props.children}
      </div>
    </>
  );
}
