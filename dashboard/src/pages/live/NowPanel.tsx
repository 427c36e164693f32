import { createMemo, For } from "solid-js";
import { LIVE_SESSIONS_SHOWN } from "../../../../protocol/limits";
import { type LiveSession, WINDOW_LENGTHS, type WindowName, type WindowPoint } from "../../../../protocol/live";
import { errorRate, sumSince } from "../../charts/window-series";
import { Explain } from "../../ui/Explain";
import type { LiveView } from "./live-view";
import { Strip } from "./Strip";
import { percent, rateNumber, shortNumber, wholeNumber } from "./words";

const EVERYTHING = "Everything visitors did: page views, clicks, custom events, errors and the rest.";
const STEPS =
  "Page views, custom events, errors, forms, downloads and links out, by the journeys of the sessions that match.";

/** Full seconds that the rate of events is the mean of. */
const RATE_SECONDS = 5;

/**
 * Distinct visitors of the running window or of the one before, whichever saw more: exact for each, where counting the
 * listed sessions would end at the length of the list.
 */
export function usersLately(points: readonly WindowPoint[], length: number, now: number): number {
  const since = Math.floor(now / length) * length - length;
  return Math.max(0, ...points.filter((point) => point.at >= since).map((point) => point.users));
}

export function NowPanel(props: { view: LiveView; second: number; serverNow(): number }) {
  const seconds = () => props.view.windows["1s"];
  const minute = createMemo(() => sumSince(seconds(), props.second - 59_000));
  const rate = createMemo(() => {
    const from = props.second - RATE_SECONDS * 1000;
    const closed = seconds().filter((point) => point.at < props.second);
    return sumSince(closed, from).events / RATE_SECONDS;
  });
  const lately = (name: Exclude<WindowName, "1s">) => {
    const length = WINDOW_LENGTHS[name];
    return {
      ...sumSince(seconds(), props.second - length + 1000),
      visitors: usersLately(props.view.windows[name], length, props.second),
    };
  };
  const five = createMemo(() => lately("5s"));
  const sixty = createMemo(() => lately("60s"));

  return (
    <section class="now" aria-label="Now">
      <div class="now-number">
        <strong class="num" title={wholeNumber(props.view.now)}>
          {shortNumber(props.view.now)}
        </strong>
        <Explain text="Visitors with an open connection or a sign of life in the last 75 seconds.">
          {props.view.now === 1 ? "visitor now" : "visitors now"}
        </Explain>
      </div>
      <dl class="figures">
        <Figure
          label={props.view.connections === 1 ? "connection" : "connections"}
          explain="Open tabs and sockets of the visitors who are here now. One visitor can have several."
          value={props.view.connections === null ? "–" : shortNumber(props.view.connections)}
          whole={props.view.connections === null ? "Not known under a filter" : wholeNumber(props.view.connections)}
        />
        <Figure
          label={props.view.filtered ? "page views" : "page views today"}
          explain={
            props.view.filtered
              ? "Page views of the live sessions that match the filter."
              : "Page views since midnight in the site's time zone."
          }
          value={shortNumber(props.view.page_views)}
          whole={wholeNumber(props.view.page_views)}
        />
        <Figure
          label="events/s"
          explain="Events a second, the mean of the last five full seconds."
          value={rateNumber(rate())}
          whole={rate().toFixed(1)}
        />
        <Figure
          label="error rate"
          explain="Script errors among all events of the last 60 seconds."
          value={percent(errorRate(minute()))}
          whole={`${minute().errors} of ${minute().events} events`}
          bad={minute().errors > 0}
        />
      </dl>
      <Strip points={seconds()} serverNow={props.serverNow} second={props.second} />
      <table class="lately">
        <thead>
          <tr>
            <th>
              <span class="visually-hidden">Last</span>
            </th>
            <th scope="col">
              <Explain text={props.view.filtered ? STEPS : EVERYTHING}>events</Explain>
            </th>
            <th scope="col">
              <Explain text="Pages opened.">views</Explain>
            </th>
            <th scope="col">
              <Explain text="Distinct visitors of whom something came in the running window of this length or in the one before.">
                visitors
              </Explain>
            </th>
            <th scope="col">
              <Explain text="Script errors on the pages.">errors</Explain>
            </th>
          </tr>
        </thead>
        <tbody>
          <For
            each={
              [
                ["5 s", five],
                ["60 s", sixty],
              ] as const
            }
          >
            {([name, sums]) => (
              <tr>
                <th scope="row">last {name}</th>
                <td class="num">{shortNumber(sums().events)}</td>
                <td class="num">{shortNumber(sums().page_views)}</td>
                <td class="num">{shortNumber(sums().visitors)}</td>
                <td class="num" classList={{ bad: sums().errors > 0 }}>
                  {shortNumber(sums().errors)}
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
}

function Figure(props: { label: string; explain: string; value: string; whole: string; bad?: boolean }) {
  return (
    <div class="figure">
      <dt>
        <Explain text={props.explain}>{props.label}</Explain>
      </dt>
      <dd class="num" classList={{ bad: props.bad }} title={props.whole}>
        {props.value}
      </dd>
    </div>
  );
}
