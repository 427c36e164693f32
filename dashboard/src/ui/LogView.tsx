import "./log-view.css";
import { For, type JSX, Show } from "solid-js";
import type { Log } from "../state/create-log";
import { Failure } from "./Failure";
import { dayName } from "./when";

export interface LogViewProps<Line> {
  log: Log<Line>;
  timeZone: string;
  /** Said where nothing is in it. */
  empty: string;
  /** On the button that reads on. */
  older: string;
  children: (line: Line) => JSX.Element;
}

/** A log by days, newest first, with what is to be said while, instead and behind it. */
export function LogView<Line extends { id: string; at: string }>(props: LogViewProps<Line>) {
  const days = () => [...Map.groupBy(props.log.lines() ?? [], ({ at }) => dayName(at, props.timeZone))];
  return (
    <Show when={!props.log.error()} fallback={<Failure error={props.log.error()} onRetry={() => props.log.retry()} />}>
      <Show
        when={props.log.lines()}
        fallback={
          <ul class="row-list" aria-busy="true">
            <For each={[1, 2, 3]}>{() => <li class="log-space" />}</For>
          </ul>
        }
      >
        <For each={days()} fallback={<p class="log-none">{props.empty}</p>}>
          {([day, list]) => (
            <section class="log-day" aria-label={day}>
              <h3>{day}</h3>
              <ul class="row-list">
                <For each={list}>{(line) => props.children(line)}</For>
              </ul>
            </section>
          )}
        </For>
        <Show when={props.log.failure()}>{(error) => <Failure error={error()} />}</Show>
        <Show when={props.log.hasMore()}>
          <div>
            <button
              type="button"
              class="button quiet"
              disabled={props.log.busy()}
              onClick={() => void props.log.more()}
            >
              {props.log.busy() ? "Loading …" : props.older}
            </button>
          </div>
        </Show>
      </Show>
    </Show>
  );
}
