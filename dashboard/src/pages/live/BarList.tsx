import { createMemo, createSignal, For, type JSX, on, Show } from "solid-js";
import type { CountRow, LiveFilter } from "../../../../protocol/live";
import { Explain } from "../../ui/Explain";
import { focusLeft } from "../../ui/focus-left";
import { createGlide } from "./glide";
import { shortNumber, wholeNumber } from "./words";

export interface BarListProps {
  title: string;
  explain: string;
  rows: CountRow[];
  limit: number;
  /** Changes once a second: the order is settled then, and not in between. */
  second: number;
  selected: string | undefined;
  /** A change of it settles the order too. */
  filter: LiveFilter;
  empty: string;
  nameOf(value: string): string;
  detailOf?(value: string): string;
  onPick(value: string): void;
}

/** Counts as rows with a bar behind them. Numbers change at once, the order once a second and never under the pointer. */
export function BarList(props: BarListProps) {
  const [held, setHeld] = createSignal(false);
  const [focused, setFocused] = createSignal(false);
  let list: HTMLUListElement | undefined;
  const visitors = createMemo(() => new Map(props.rows.map((row) => [row.value, row.visitors])));
  const most = createMemo(() => Math.max(1, ...visitors().values()));
  const some = createMemo(() => props.rows.length > 0);
  const order = createMemo(
    on([() => props.second, () => props.filter, held, focused, some], (_, __, values: string[] = []) => {
      if ((held() || focused()) && values.length > 0) return values;
      return props.rows
        .filter((row) => row.visitors > 0)
        .slice(0, props.limit)
        .map((row) => row.value);
    }),
    [],
    { equals: (a, b) => a.length === b.length && a.every((value, index) => value === b[index]) },
  );
  createGlide(() => list, order);
  const more = () => Math.max(0, props.rows.length - props.limit);

  return (
    <section class="bars" classList={{ detailed: props.detailOf !== undefined }}>
      <header class="section-head">
        <h2>
          <Explain text={props.explain}>{props.title}</Explain>
        </h2>
        <span class="section-unit">now</span>
      </header>
      <ul
        ref={list}
        style={{ "--rows": props.limit }}
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        onFocusIn={() => setFocused(true)}
        onFocusOut={(event) => focusLeft(event) && setFocused(false)}
      >
        <For each={order()} fallback={<li class="empty">{props.empty}</li>}>
          {(value): JSX.Element => {
            const count = () => visitors().get(value) ?? 0;
            return (
              <li>
                <button
                  type="button"
                  class="bar"
                  aria-pressed={props.selected === value}
                  title={props.nameOf(value)}
                  onClick={() => props.onPick(value)}
                >
                  <span class="bar-fill" style={{ transform: `scaleX(${(count() / most()).toFixed(4)})` }} />
                  <span class="bar-name">
                    <span>{props.nameOf(value)}</span>
                    <Show when={props.detailOf}>{(detail) => <small>{detail()(value)}</small>}</Show>
                  </span>
                  <span class="bar-count num" title={wholeNumber(count())}>
                    {shortNumber(count())}
                  </span>
                </button>
              </li>
            );
          }}
        </For>
      </ul>
      <Show when={more() > 0}>
        <p class="bars-more num">and {more()} more</p>
      </Show>
    </section>
  );
}
