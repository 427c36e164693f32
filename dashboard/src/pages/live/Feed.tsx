import { createEffect, createMemo, createSignal, For, Show } from "solid-js";
import type { FeedItem, LiveFilter } from "../../../../protocol/live";
import { focusLeft } from "../../ui/focus-left";
import { createKeyed } from "./create-keyed";
import { createPaced } from "./create-paced";
import { calm } from "./glide";
import { isFiltered } from "./live-filter";
import { age, deedWord, deviceWord, fromWord, markOf, placeWord } from "./words";

const SLIDE = 300;
/** More lines at once than this are not slid in: nobody could follow, and measuring costs a layout. */
const SLID_LINES = 3;
/** Lines drawn while the feed runs; all of it stands there once it is held. */
const RUNNING_LINES = 16;
/** The feed is drawn anew at most this often, milliseconds. */
const PACE = 250;

/** Items that came after `last`; null counts nothing. */
export const newSince = (feed: readonly FeedItem[], last: number | null): number =>
  last === null ? 0 : feed.filter((item) => item.n > last).length;

/** What just happened, newest first. It stands still under the pointer and while something in it has focus. */
export function Feed(props: { feed: FeedItem[]; second: number; filter: LiveFilter }) {
  const [held, setHeld] = createSignal<FeedItem[] | null>(null);
  const [running, catchUp] = createPaced(
    () => props.feed,
    PACE,
    () => props.filter,
  );
  const shown = createMemo(() => held() ?? running().slice(0, RUNNING_LINES));
  const waiting = createMemo(() => {
    const items = held();
    return newSince(props.feed, items === null ? null : (items[0]?.n ?? 0));
  });
  const entries = createKeyed(shown, (item) => item.n);
  let list: HTMLOListElement | undefined;

  // The lines below slide down by what was put above them. Slides that overlap add up.
  createEffect((before: Element | null) => {
    entries();
    const first = list?.firstElementChild ?? null;
    const added = before === null ? -1 : [...(list?.children ?? [])].slice(0, SLID_LINES + 1).indexOf(before);
    if (added > 0 && before instanceof HTMLElement && first instanceof HTMLElement && !calm()) {
      const room = before.offsetTop - first.offsetTop;
      list?.animate([{ transform: `translateY(${-room}px)` }, { transform: "none" }], {
        duration: SLIDE,
        easing: "cubic-bezier(.2, 0, 0, 1)",
        composite: "add",
      });
    }
    return first;
  }, null);

  const hold = () => setHeld((items) => items ?? running());
  const resume = () => {
    setHeld(null);
    catchUp();
  };

  return (
    <section
      class="feed"
      aria-label="What just happened"
      onPointerEnter={(event) => event.pointerType === "mouse" && hold()}
      onPointerLeave={resume}
      onFocusIn={hold}
      onFocusOut={(event) => focusLeft(event) && resume()}
    >
      <header class="section-head">
        <h2>Just now</h2>
        <Show when={held() !== null}>
          <button type="button" class="resume num" onClick={() => setHeld(props.feed)} disabled={waiting() === 0}>
            {waiting() === 0 ? "Paused" : `${waiting()} new`}
          </button>
        </Show>
      </header>
      <div class="feed-lines" tabindex="0" role="region" aria-label="Latest events">
        <ol ref={list}>
          <For
            each={entries()}
            fallback={
              <li class="empty">
                {isFiltered(props.filter) ? "Nothing that matches the filter yet." : "Nothing happened yet."}
              </li>
            }
          >
            {(entry) => (
              <li class={`line mark-${markOf(entry.item().type)}`}>
                <span class="line-text">
                  <span title={entry.item().path}>
                    {deedWord(entry.item())} <b>{entry.item().path}</b>
                  </span>
                  <span class="line-rest">
                    <Show when={entry.item().type === "error" && entry.item().name}>{(name) => <>{name()} · </>}</Show>
                    {placeWord(entry.item())} · {fromWord(entry.item().source)} · {deviceWord(entry.item().device)}
                  </span>
                </span>
                <time class="num">{age(props.second - entry.item().at)}</time>
              </li>
            )}
          </For>
        </ol>
      </div>
    </section>
  );
}
