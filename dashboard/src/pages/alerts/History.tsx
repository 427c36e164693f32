import { createResource, createSignal, For, onCleanup, Show, untrack } from "solid-js";
import type { AlertTry, LoggedAlert } from "../../../../protocol/alerts";
import type { AlertPage } from "../../api/alert-shapes";
import { Failure } from "../../ui/Failure";
import { LevelMark } from "../../ui/LevelMark";
import { clockTime, dayName } from "./when";

/** How often new alerts are asked for while the page is seen, milliseconds. */
const REFRESH = 10_000;

/** What was raised, newest first; it goes on as long as the page is open. */
export function History(props: { read: (cursor?: string) => Promise<AlertPage>; timeZone: string }) {
  const [first, { refetch, mutate }] = createResource(() => props.read());
  /** Alerts of the pages before, and where they go on; null: nothing was asked for yet. */
  const [older, setOlder] = createSignal<AlertPage | null>(null);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  async function refresh(): Promise<void> {
    if (document.hidden || first.state !== "ready") return;
    try {
      const page = await props.read();
      mutate(page);
    } catch {
      // What is shown stays, and is asked for again soon.
    }
  }
  const timer = setInterval(() => void refresh(), REFRESH);
  onCleanup(() => clearInterval(timer));

  const newest = () => (first.state === "ready" || first.state === "refreshing" ? first.latest : undefined);
  const alerts = () => {
    const page = newest()?.alerts ?? [];
    const known = new Set(page.map(({ id }) => id));
    return [...page, ...(older()?.alerts.filter(({ id }) => !known.has(id)) ?? [])];
  };
  const next = () => (older() ? older()?.next : newest()?.next) ?? null;

  async function more(): Promise<void> {
    const cursor = untrack(next);
    if (cursor === null) return;
    setBusy(true);
    setFailure(undefined);
    try {
      // What is on the screen stays there, also when newer alerts push it off the first page.
      const had = untrack(alerts);
      const page = await props.read(cursor);
      setOlder({ alerts: [...had, ...page.alerts], next: page.next });
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  const days = () => [...Map.groupBy(alerts(), ({ at }) => dayName(at, props.timeZone))];

  return (
    <Show when={!first.error} fallback={<Failure error={first.error} onRetry={() => void refetch()} />}>
      <Show
        when={newest()}
        fallback={
          <ul class="row-list" aria-busy="true">
            <For each={[1, 2, 3]}>{() => <li class="alert-row">{"\u00a0"}</li>}</For>
          </ul>
        }
      >
        <For
          each={days()}
          fallback={<p class="alerts-none">No alert yet. One appears here within a second of its rule being met.</p>}
        >
          {([day, list]) => (
            <section class="alert-day" aria-label={day}>
              <h3>{day}</h3>
              <ul class="row-list">
                <For each={list}>{(alert) => <AlertRow alert={alert} timeZone={props.timeZone} />}</For>
              </ul>
            </section>
          )}
        </For>
        <Show when={failure()}>{(error) => <Failure error={error()} />}</Show>
        <Show when={next() !== null}>
          <div>
            <button type="button" class="button quiet" disabled={busy()} onClick={() => void more()}>
              {busy() ? "Loading …" : "Older alerts"}
            </button>
          </div>
        </Show>
      </Show>
    </Show>
  );
}

function AlertRow(props: { alert: LoggedAlert; timeZone: string }) {
  return (
    <li class="alert-row">
      <LevelMark level={props.alert.level} />
      <div class="alert-what">
        <b>{props.alert.name}</b>
        <span>{props.alert.message}</span>
        <Show when={props.alert.tries.length > 0 || props.alert.next_try_at !== null}>
          <span class="alert-told">{toldText(props.alert, props.timeZone)}</span>
        </Show>
      </div>
      <time class="num" datetime={props.alert.at} title={props.alert.at}>
        {clockTime(props.alert.at, props.timeZone)}
      </time>
    </li>
  );
}

const CHANNEL_WORDS = { webhook: "Webhook", email: "E-mail" } as const;

/** Who was told, and what came back. */
function toldText({ tries, next_try_at }: LoggedAlert, timeZone: string): string {
  const by = Map.groupBy(tries, ({ channel }) => channel);
  const told = [...by].map(([channel, list]) => `${CHANNEL_WORDS[channel]}: ${outcome(list)}`);
  if (next_try_at !== null) told.push(`next try ${clockTime(next_try_at, timeZone)}`);
  return told.join(" · ");
}

function outcome(tries: AlertTry[]): string {
  const last = tries.at(-1);
  const count = tries.length === 1 ? "" : `, ${tries.length} tries`;
  return last?.ok ? `delivered${count}` : `${last?.result}${count}`;
}
