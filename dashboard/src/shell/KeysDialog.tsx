import "./keys-dialog.css";
import { For, onMount } from "solid-js";
import { Icon } from "../ui/Icon";
import type { Place } from "./commands";

const MODIFIER = /Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘" : "Ctrl";

/** The list of keys. */
export default function KeysDialog(props: { places: readonly Place[]; onClose: () => void }) {
  let dialog: HTMLDialogElement | undefined;
  onMount(() => dialog?.showModal());
  const rows = () => [
    ...props.places.map((place) => [place.keys, place.name] as const),
    ["t", "Next theme"] as const,
    [`${MODIFIER} K`, "Find a page or a site"] as const,
    ["?", "This list"] as const,
    ["Esc", "Close"] as const,
  ];
  return (
    <dialog
      ref={dialog}
      onClose={() => props.onClose()}
      class="dialog keys-dialog"
      aria-labelledby="keys-title"
      closedby="any"
    >
      <header class="dialog-head">
        <h2 id="keys-title">Keyboard</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={() => dialog?.close()}>
          <Icon name="close" />
        </button>
      </header>
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
