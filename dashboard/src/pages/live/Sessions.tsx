import { createMemo, createSignal, For, on, Show } from "solid-js";
import type { LiveFilter, LiveSession } from "../../../../protocol/live";
import { Explain } from "../../ui/Explain";
import { focusLeft } from "../../ui/focus-left";
import { createKeyed } from "./create-keyed";
import { createGlide } from "./glide";
import { JourneyList, JourneyStrip } from "./Journey";
import { isFiltered } from "./live-filter";
import { agoWord, clockTime, deviceWord, fromWord, placeWord, whoLine, wholeNumber } from "./words";

const PAGE = 20;
const PIECES = 7;

/** A list longer than this settles its order less often: on a busy site every second would put everybody elsewhere. */
const CALM_LENGTH = 12;
const CALM_PACE = 4_000;

/** The second at which the order of so many sessions was settled last, milliseconds since 1970. */
export const settledAt = (second: number, sessions: number): number =>
  sessions > CALM_LENGTH ? Math.floor(second / CALM_PACE) * CALM_PACE : second;

/** Those who are here first, then those who did something last. */
export const byPresence = (a: LiveSession, b: LiveSession): number =>
  Number(b.now) - Number(a.now) || b.last_activity - a.last_activity || (a.session_id < b.session_id ? -1 : 1);

export interface SessionsProps {
  sessions: LiveSession[];
  active: number;
  second: number;
  filter: LiveFilter;
  onPage(path: string): void;
}

/** Live sessions with their journeys; arrow keys move, Enter opens the whole journey. */
export function Sessions(props: SessionsProps) {
  const [limit, setLimit] = createSignal(PAGE);
  const [open, setOpen] = createSignal<string | null>(null);
  const [held, setHeld] = createSignal(false);
  let list: HTMLOListElement | undefined;

  const byId = createMemo(() => new Map(props.sessions.map((session) => [session.session_id, session])));
  const some = createMemo(() => props.sessions.length > 0);
  const settled = createMemo(() => settledAt(props.second, props.sessions.length));
  const order = createMemo(
    on([settled, () => props.filter, limit, held, some], (_, __, ids: string[] = []) => {
      // Who comes while somebody points at the list stands below those who were there.
      const kept = new Set(held() ? ids.filter((id) => byId().has(id)) : []);
      const others = props.sessions.filter((session) => !kept.has(session.session_id)).sort(byPresence);
      return [...kept, ...others.map((session) => session.session_id)].slice(0, limit());
    }),
    [],
    { equals: (a, b) => a.length === b.length && a.every((id, index) => id === b[index]) },
  );
  const shown = createMemo(() => order().flatMap((id) => byId().get(id) ?? []));
  const entries = createKeyed(shown, (session) => session.session_id);
  createGlide(() => list, order);

  function move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const rows = [...(list?.querySelectorAll<HTMLElement>(".session") ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
  }

  return (
    <section class="sessions" aria-label="Live sessions">
      <header class="section-head">
        <h2>
          <Explain text="Sessions that have not ended: a visitor's events with no gap of 30 minutes.">
            Live sessions
          </Explain>
        </h2>
        <span class="section-unit num">
          {wholeNumber(props.active)} active
          <Show when={!isFiltered(props.filter) && props.active > props.sessions.length}>
            , the {props.sessions.length} most recent are listed
          </Show>
        </span>
      </header>
      <ol
        ref={list}
        onKeyDown={move}
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        onFocusIn={() => setHeld(true)}
        onFocusOut={(event) => focusLeft(event) && setHeld(false)}
      >
        <For
          each={entries()}
          fallback={
            <li class="empty">{isFiltered(props.filter) ? "No session matches the filter." : "No live session."}</li>
          }
        >
          {(entry) => {
            const id = String(entry.key);
            const isOpen = () => open() === id;
            return (
              <li>
                <button
                  type="button"
                  class="session"
                  classList={{ away: !entry.item().now }}
                  aria-expanded={isOpen()}
                  aria-label={`${whoLine(entry.item())}, on ${entry.item().current_page}, ${entry.item().page_views} page views`}
                  onClick={() => setOpen(isOpen() ? null : id)}
                >
                  <span class="who">
                    <b>{placeWord(entry.item())}</b>
                    <small>
                      {deviceWord(entry.item().device)} · {entry.item().browser} · {fromWord(entry.item().source)}
                    </small>
                  </span>
                  <JourneyStrip journey={entry.item().journey} pieces={PIECES} now={entry.item().now} />
                  <span class="lasting num">
                    <b>
                      {clockTime(
                        (entry.item().now ? props.second : entry.item().last_activity) - entry.item().started_at,
                      )}
                    </b>
                    <small>{entry.item().now ? "here" : agoWord(props.second - entry.item().last_activity)}</small>
                  </span>
                </button>
                <Show when={isOpen()}>
                  <JourneyList
                    journey={entry.item().journey}
                    from={entry.item().started_at}
                    onPage={(path) => props.onPage(path)}
                  />
                </Show>
              </li>
            );
          }}
        </For>
      </ol>
      <Show when={props.sessions.length > limit()}>
        <button type="button" class="more" onClick={() => setLimit((count) => count + PAGE * 2)}>
          Show more
        </button>
      </Show>
    </section>
  );
}
