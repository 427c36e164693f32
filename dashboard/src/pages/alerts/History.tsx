import { Show, untrack } from "solid-js";
import type { AlertTry, LoggedAlert } from "../../../../protocol/alerts";
import { createLog, type LogPage } from "../../state/create-log";
import { LevelMark } from "../../ui/LevelMark";
import { LogView } from "../../ui/LogView";
import { clockTime } from "../../ui/when";

/** What was raised, newest first; it goes on as long as the page is open. */
export function History(props: { read: (cursor?: string) => Promise<LogPage<LoggedAlert>>; timeZone: string }) {
  const log = createLog(untrack(() => props.read));
  return (
    <LogView
      log={log}
      timeZone={props.timeZone}
      empty="No alert yet. One appears here within a second of its rule being met."
      older="Older alerts"
    >
      {(alert) => <AlertRow alert={alert} timeZone={props.timeZone} />}
    </LogView>
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
