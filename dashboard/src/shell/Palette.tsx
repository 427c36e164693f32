import "./palette.css";
import { useNavigate } from "@solidjs/router";
import { createSignal, For, onMount, Show } from "solid-js";
import type { Site } from "../../../protocol/management";
import { useSession } from "../state/session";
import { Icon, type IconName } from "../ui/Icon";
import type { Place } from "./commands";
import { matching } from "./matching";

interface Choice {
  text: string;
  detail: string;
  icon: IconName;
  href: string;
}

/** Finds pages and sites by typing. */
export default function Palette(props: { places: readonly Place[]; sites: readonly Site[]; onClose: () => void }) {
  const navigate = useNavigate();
  const { canManage } = useSession();
  const [query, setQuery] = createSignal("");
  const [at, setAt] = createSignal(0);
  let dialog: HTMLDialogElement | undefined;
  onMount(() => dialog?.showModal());
  const all = (): Choice[] => [
    ...props.places.map(({ name, icon, href, keys }) => ({ text: name, detail: keys, icon, href })),
    ...props.sites.map((site) => ({
      text: site.name,
      detail: site.domain,
      icon: "live" as const,
      href: `/sites/${encodeURIComponent(site.id)}/live`,
    })),
    ...(canManage() ? [{ text: "Audit log", detail: "", icon: "account" as const, href: "/audit" }] : []),
    { text: "Add a site", detail: "", icon: "plus" as const, href: "/sites/new" },
  ];
  const found = () => matching(all(), query(), (choice) => `${choice.text} ${choice.detail}`);

  function go(choice: Choice | undefined): void {
    if (!choice) return;
    dialog?.close();
    navigate(choice.href);
  }

  function move(event: KeyboardEvent): void {
    const count = found().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      event.preventDefault();
      go(found()[at()]);
    } else if (step !== undefined && count > 0) {
      event.preventDefault();
      setAt((at() + step + count) % count);
    }
  }

  return (
    <dialog
      ref={dialog}
      class="dialog palette"
      aria-label="Find a page or a site"
      closedby="any"
      onClose={() => props.onClose()}
    >
      <input
        type="text"
        class="palette-input"
        placeholder="Find a page or a site"
        aria-label="Find a page or a site"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found().length > 0 ? `palette-${at()}` : undefined}
        autocomplete="off"
        value={query()}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={move}
      />
      <div id="palette-list" role="listbox" aria-label="Found">
        <For each={found()} fallback={<p class="palette-empty">Nothing of that name.</p>}>
          {(choice, index) => (
            <button
              type="button"
              role="option"
              tabindex={-1}
              id={`palette-${index()}`}
              class="menu-item"
              aria-selected={index() === at()}
              onPointerMove={() => setAt(index())}
              onClick={() => go(choice)}
            >
              <Icon name={choice.icon} />
              <span>{choice.text}</span>
              <Show when={choice.detail}>
                <small>{choice.detail}</small>
              </Show>
            </button>
          )}
        </For>
      </div>
    </dialog>
  );
}
