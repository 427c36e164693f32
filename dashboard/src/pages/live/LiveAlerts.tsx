import "./live-alerts.css";
import { createSignal, For, Show } from "solid-js";
import type { Alert, AlertLevel } from "../../../../protocol/alerts";
import { Icon } from "../../ui/Icon";
import { LevelMark } from "../../ui/LevelMark";

/** How long an alert is shown, unless it is closed, in milliseconds. */
const SHOWN = { info: 30_000, warning: 30_000, critical: 600_000 } as const satisfies Record<AlertLevel, number>;
const AT_ONCE = 3;

/** Alerts as they come: small, over the page, so that nothing below moves. `second` is the server's clock. */
export function LiveAlerts(props: { alerts: readonly Alert[]; second: number; siteId: string }) {
  const [closed, setClosed] = createSignal<readonly string[]>([]);
  const shown = () =>
    props.alerts
      .filter(({ id }) => !closed().includes(id))
      .filter(({ level, at }) => props.second - Date.parse(at) < SHOWN[level])
      .slice(0, AT_ONCE);
  return (
    <section class="live-alerts" role="status" aria-label="Alerts">
      <For each={shown()}>
        {(alert) => (
          <div class="live-alert">
            <LevelMark level={alert.level} />
            <a href={`/sites/${encodeURIComponent(props.siteId)}/alerts`}>
              <b>{alert.name}</b>
              <Show when={alert.message !== alert.name}>
                <span>{alert.message}</span>
              </Show>
            </a>
            <button
              type="button"
              class="icon-button"
              aria-label={`Close ${alert.name}`}
              onClick={() => setClosed((ids) => [...ids, alert.id])}
            >
              <Icon name="close" />
            </button>
          </div>
        )}
      </For>
    </section>
  );
}
