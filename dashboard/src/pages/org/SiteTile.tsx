import { createMemo, Show } from "solid-js";
import { shortNumber, wholeNumber } from "../../ui/format";
import { Pulse } from "../../ui/Pulse";
import { age } from "../live/words";
import { sparkOf, type SiteTile as Tile } from "./org-view";

const DAY = 86_400_000;

const longAge = (milliseconds: number): string =>
  milliseconds < 2 * DAY ? age(milliseconds) : `${Math.floor(milliseconds / DAY)} d`;

/** One site: who is there, its last minute, and what is worth a look. Leads to its live page. */
export function SiteTile(props: { tile: Tile; second: number }) {
  const report = () => props.tile.report;
  const now = () => report()?.now ?? 0;
  const untouched = () => report() !== null && report()?.first_event_at === null && report()?.last_event_at === null;
  const quiet = () => now() === 0 && props.tile.events === 0;
  const spark = createMemo(() => sparkOf(report()?.seconds ?? [], props.second));
  const href = () => `/sites/${encodeURIComponent(props.tile.site.id)}/${untouched() ? "setup" : "live"}`;
  const lately = () => {
    const { events } = props.tile;
    if (report() === null) return "\u00a0";
    if (untouched()) return "no visits yet";
    if (events > 0) return `${shortNumber(events)}/min`;
    const last = report()?.last_event_at;
    return last ? `${longAge(Math.max(0, props.second - last))} ago` : "\u00a0";
  };
  const told = () => {
    const { site, events, errors, views } = props.tile;
    const wrong = errors > 0 ? `, ${wholeNumber(errors)} errors` : "";
    return `${site.name}: ${wholeNumber(now())} visitors now, ${wholeNumber(events)} events in the last minute${wrong}, ${wholeNumber(views)} page views today`;
  };

  return (
    <li class="tile" classList={{ quiet: quiet(), nobody: now() === 0 }}>
      <a href={href()} aria-label={report() ? told() : props.tile.site.name} title={props.tile.site.domain}>
        <span class="tile-name">{props.tile.site.name}</span>
        <span class="tile-now num">
          <Pulse beat={() => props.tile.events + now()} />
          <b>{report() ? shortNumber(now()) : "–"}</b>
        </span>
        <svg class="tile-spark" viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true">
          <path class="axis" d="M0 23.5H120" />
          <path class="events" d={spark().events} />
          <path class="errors" d={spark().errors} />
        </svg>
        <span class="tile-views num">
          <Show when={report() && !untouched()} fallback={"\u00a0"}>
            {shortNumber(props.tile.views)} <small>{props.tile.views === 1 ? "view today" : "views today"}</small>
          </Show>
        </span>
        <span class="tile-lately num" classList={{ bad: props.tile.errors > 0 }}>
          {props.tile.errors > 0
            ? `${shortNumber(props.tile.errors)} ${props.tile.errors === 1 ? "error" : "errors"}`
            : lately()}
        </span>
      </a>
    </li>
  );
}
