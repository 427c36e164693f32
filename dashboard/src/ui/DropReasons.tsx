import "./drops.css";
import { createSignal, For, Show, useContext } from "solid-js";
import type { DropCount } from "../../../protocol/live";
import type { Site } from "../../../protocol/management";
import { SessionContext } from "../state/session";
import { dropText } from "./drop-text";
import { Failure } from "./Failure";
import { wholeNumber } from "./format";

/** What was dropped or refused today and why, with what to do about it. */
export function DropReasons(props: { drops: readonly DropCount[]; site: Site }) {
  const session = useContext(SessionContext);
  const [failure, setFailure] = createSignal<unknown>();
  const [adding, setAdding] = createSignal(false);

  async function addDomain(domain: string): Promise<void> {
    if (!session) return;
    setAdding(true);
    setFailure(undefined);
    try {
      session.keepSite(await session.api.changeSite(props.site.id, { domains: [...props.site.domains, domain] }));
    } catch (error) {
      setFailure(error);
    }
    setAdding(false);
  }

  return (
    <Show when={props.drops.length > 0}>
      <section
        class="drops"
        classList={{ warn: props.drops.some((drop) => !dropText(drop, props.site).wanted) }}
        aria-label="Left out today"
      >
        <h3>Left out today</h3>
        <ul>
          <For each={props.drops}>
            {(drop) => {
              const words = () => dropText(drop, props.site);
              return (
                <li>
                  <span class="num" title={`${wholeNumber(drop.count)} ${words().unit}`}>
                    {wholeNumber(drop.count)}
                  </span>
                  <p>
                    <b>{words().what}</b> {words().todo}
                    <Show when={session?.canManage() && words().domain}>
                      {(domain) => (
                        <button
                          type="button"
                          class="button small quiet"
                          disabled={adding()}
                          onClick={() => void addDomain(domain())}
                        >
                          Add {domain()}
                        </button>
                      )}
                    </Show>
                  </p>
                </li>
              );
            }}
          </For>
        </ul>
        <Show when={failure()}>{(error) => <Failure error={error()} />}</Show>
      </section>
    </Show>
  );
}
