import { For } from "solid-js";
import type { Place } from "./commands";

/** The list of keys. */
export function KeysDialog(props: { places: readonly Place[]; ref: (dialog: HTMLDialogElement) => void }) {
  const rows = () => [
    ...props.places.map((place) => [place.keys, place.name] as const),
    ["t", "Next theme"] as const,
    ["Ctrl K", "Find a page or a site"] as const,
    ["?", "This list"] as const,
    ["Esc", "Close"] as const,
  ];
  return (
    <dialog ref={props.ref} class="dialog keys-dialog" aria-labelledby="keys-title" closedby="any">
      <h2 id="keys-title">Keys</h2>
      <dl>
        <For each={rows()}>
          {([keys, name]) => (
            <div>
              <dt>{name}</dt>
              <dd>
                <For each={keys.split(" ")}>{(key) => <kbd>{key}</kbd>}</For>
              </dd>
            </div>
          )}
        </For>
      </dl>
    </dialog>
  );
}
