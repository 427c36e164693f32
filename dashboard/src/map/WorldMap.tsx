import { createEffect, createMemo, createSignal, For, on, onMount, Show, untrack } from "solid-js";
import type { CountRow, FeedItem } from "../../../protocol/live";
import { HEIGHT, SHAPE_LIST, SPOT_LIST, spotOf, WIDTH } from "./world-map";

/** Beats shown at once; more would only be noise. */
const BEATS = 24;

/** A little wider than the drawing: some islands lie beyond it. */
const VIEW = { x: -4, width: WIDTH + 40 };

export interface WorldMapProps {
  countries: CountRow[];
  feed: FeedItem[];
  selected: string | undefined;
  nameOf(country: string): string;
  onPick(country: string): void;
}

interface Beat {
  n: number;
  x: number;
  y: number;
  error: boolean;
}

/** How strongly a country is tinted, in per cent of the accent: by the root, so that the few are not lost to the many. */
export const tint = (visitors: number, most: number): number =>
  visitors <= 0 ? 0 : Math.round(14 + 66 * Math.sqrt(visitors / most));

/** Feed items that can be shown on the map and came after `last`, oldest first. */
export function beatsAfter(feed: readonly FeedItem[], last: number): Beat[] {
  const beats: Beat[] = [];
  for (const item of feed) {
    if (item.n <= last) break;
    const spot = spotOf(item);
    if (spot) beats.unshift({ n: item.n, ...spot, error: item.type === "error" });
  }
  return beats;
}

export default function WorldMap(props: WorldMapProps) {
  const elements = new Map<string, SVGElement>();
  const tinted = new Map<string, number>();
  const [hovered, setHovered] = createSignal<{ country: string; x: number; y: number } | null>(null);
  const [beats, setBeats] = createSignal<Beat[]>([]);
  let frame!: HTMLDivElement;
  // What was there when the page opened has happened already.
  let last = untrack(() => props.feed[0]?.n ?? Number.NEGATIVE_INFINITY);

  const visitors = createMemo(() => new Map(props.countries.map((row) => [row.value, row.visitors])));
  const places = createMemo(() => {
    const found = new Map<string, { x: number; y: number; count: number }>();
    for (const item of props.feed) {
      const spot = spotOf(item);
      if (!spot) continue;
      const key = `${spot.x},${spot.y}`;
      const place = found.get(key) ?? { ...spot, count: 0 };
      place.count++;
      found.set(key, place);
    }
    return [...found.values()];
  });

  function paint(): void {
    const most = Math.max(1, ...visitors().values());
    for (const [country, element] of elements) {
      const share = tint(visitors().get(country) ?? 0, most);
      if (tinted.get(country) === share) continue;
      tinted.set(country, share);
      element.style.fill = share === 0 ? "" : `color-mix(in oklab, var(--accent) ${share}%, var(--map-land))`;
    }
  }
  onMount(() => createEffect(paint));

  createEffect(
    on(
      () => props.feed,
      (feed) => {
        const arrived = beatsAfter(feed, last);
        // A filter set or taken away brings older items, which have had their beat.
        last = Math.max(last, feed[0]?.n ?? last);
        if (arrived.length > 0) setBeats((shown) => [...shown, ...arrived].slice(-BEATS));
      },
      { defer: true },
    ),
  );

  function hover(event: PointerEvent): void {
    const country = event.target instanceof SVGElement ? event.target.dataset.country : undefined;
    const box = frame.getBoundingClientRect();
    setHovered(country ? { country, x: event.clientX - box.left, y: event.clientY - box.top } : null);
  }

  const summary = () => {
    const shown = props.countries.filter((row) => row.visitors > 0);
    const named = shown.slice(0, 5).map((row) => `${props.nameOf(row.value)} ${row.visitors}`);
    return shown.length === 0 ? "World map: nobody is here now" : `World map of visitors now: ${named.join(", ")}`;
  };

  return (
    // The list of countries beside the map offers the same by keyboard.
    <div class="map" ref={frame} onPointerMove={hover} onPointerLeave={() => setHovered(null)}>
      <svg viewBox={`${VIEW.x} 0 ${VIEW.width} ${HEIGHT}`} role="img" aria-label={summary()}>
        <g
          classList={{ picking: props.selected !== undefined }}
          onClick={(event) => {
            const country = event.target instanceof SVGElement ? event.target.dataset.country : undefined;
            if (country) props.onPick(country);
          }}
        >
          <For each={SHAPE_LIST}>
            {(shape) => (
              <path
                ref={(element) => elements.set(shape.country, element)}
                d={shape.path}
                data-country={shape.country}
                classList={{ chosen: props.selected === shape.country }}
              />
            )}
          </For>
          <For each={SPOT_LIST}>
            {(spot) => (
              <circle
                ref={(element) => elements.set(spot.country, element)}
                cx={spot.x}
                cy={spot.y}
                r={2.2}
                data-country={spot.country}
                classList={{ chosen: props.selected === spot.country }}
              />
            )}
          </For>
        </g>
        <g class="map-places">
          <For each={places()}>
            {(place) => <circle cx={place.x} cy={place.y} r={2.4 + Math.min(2.6, Math.sqrt(place.count) * 0.6)} />}
          </For>
        </g>
      </svg>
      {/* Outside the drawing, so that a beat does not have the whole map painted again. */}
      <div class="map-beats" aria-hidden="true">
        <For each={beats()}>
          {(beat) => (
            <i
              style={{
                left: `${((beat.x - VIEW.x) / VIEW.width) * 100}%`,
                top: `${(beat.y / HEIGHT) * 100}%`,
              }}
              classList={{ error: beat.error }}
              onAnimationEnd={() => setBeats((shown) => shown.filter((other) => other !== beat))}
            />
          )}
        </For>
      </div>
      <Show when={hovered()}>
        {(at) => (
          <div class="map-tip" style={{ left: `${at().x}px`, top: `${at().y}px` }}>
            {props.nameOf(at().country)} <b class="num">{visitors().get(at().country) ?? 0}</b>
          </div>
        )}
      </Show>
    </div>
  );
}
