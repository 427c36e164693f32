import { createResource, createSignal, For, Show } from "solid-js";
import { OTHER } from "../../../../protocol/limits";
import type { Dimension, StatsRow } from "../../../../protocol/stats";
import { loaded } from "../../state/loaded";
import { useSession } from "../../state/session";
import { Failure } from "../../ui/Failure";
import { shortNumber, wholeNumber } from "../../ui/format";
import { Tabs } from "../../ui/Tabs";

const ROWS = 10;

export interface BreakdownCardProps {
  label: string;
  tabs: readonly (readonly [Dimension, string])[];
  /** Site and days, as the calls take them. */
  query: Record<string, string>;
  nameOf?: (value: string) => string;
}

/** The ten most frequent values of a dimension, a bar behind each row. */
export function BreakdownCard(props: BreakdownCardProps) {
  const { api } = useSession();
  const [dimension, setDimension] = createSignal<Dimension>(firstOf(props.tabs));
  const [rows, { refetch }] = createResource(
    () => ({ ...props.query, dimension: dimension(), metrics: "visitors,page_views", limit: String(ROWS) }),
    async (query) => (await api.stats("breakdown", query)).data,
  );
  const known = (): StatsRow[] => loaded(rows) ?? [];
  const most = () => Math.max(1, ...known().map(({ visitors = 0 }) => visitors));
  const name = (value: string) => (value === OTHER ? "Others" : (props.nameOf?.(value) ?? value) || "(none)");

  return (
    <section class="breakdown" aria-label={props.label} aria-busy={rows.loading}>
      <Tabs label={props.label} tabs={props.tabs} value={dimension()} onChange={setDimension}>
        <Show when={!rows.error} fallback={<Failure error={rows.error} onRetry={() => void refetch()} />}>
          <table style={{ "--rows": ROWS }}>
            <thead>
              <tr>
                <th scope="col">
                  <span class="visually-hidden">{props.label}</span>
                </th>
                <th scope="col">Visitors</th>
                <th scope="col" class="views">
                  Page views
                </th>
              </tr>
            </thead>
            <tbody classList={{ stale: rows.loading }}>
              <For
                each={known()}
                fallback={
                  <Show
                    when={!rows.loading}
                    fallback={
                      <For each={[72, 54, 48, 31, 22]}>
                        {(share) => (
                          <tr>
                            <td colspan="3">
                              <span class="skeleton bone" style={{ width: `${share}%` }} />
                            </td>
                          </tr>
                        )}
                      </For>
                    }
                  >
                    <tr>
                      <td colspan="3" class="none">
                        Nothing in these days.
                      </td>
                    </tr>
                  </Show>
                }
              >
                {(row) => (
                  <tr>
                    <th scope="row" title={name(row.value ?? "")}>
                      <span class="bar" style={{ width: `${(((row.visitors ?? 0) / most()) * 100).toFixed(2)}%` }} />
                      <span class="bar-text">{name(row.value ?? "")}</span>
                    </th>
                    <td title={wholeNumber(row.visitors ?? 0)}>{shortNumber(row.visitors ?? 0)}</td>
                    <td class="views" title={wholeNumber(row.page_views ?? 0)}>
                      {shortNumber(row.page_views ?? 0)}
                    </td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </Show>
      </Tabs>
    </section>
  );
}

function firstOf(tabs: BreakdownCardProps["tabs"]): Dimension {
  return tabs[0]?.[0] ?? "page";
}
