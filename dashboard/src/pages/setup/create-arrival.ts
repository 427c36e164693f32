import { type Accessor, createSignal, onCleanup, onMount } from "solid-js";
import { POLL_INTERVAL } from "../../../../protocol/limits";
import type { DropCount } from "../../../../protocol/live";
import { parsePoll } from "../../../live/parse-frame";
import { setLiveCount } from "../../state/live-count";
import { useSession } from "../../state/session";

export interface Arrival {
  /** Events of today; 0 while nothing ever came. */
  events: Accessor<number>;
  /** The first event came while this was asking. */
  arrivedNow: Accessor<boolean>;
  drops: Accessor<DropCount[]>;
  failure: Accessor<unknown>;
}

/** Asks every 2 s whether the site's first event came. Ends with its owner. */
export function createArrival(siteId: Accessor<string>): Arrival {
  const { api } = useSession();
  const [events, setEvents] = createSignal(0);
  const [arrivedNow, setArrivedNow] = createSignal(false);
  const [drops, setDrops] = createSignal<DropCount[]>([]);
  const [failure, setFailure] = createSignal<unknown>();
  const leaving = new AbortController();
  let waited = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    try {
      const picture = await api.detailed(siteId(), parsePoll, leaving.signal);
      setFailure(undefined);
      setDrops(picture.drops);
      setLiveCount(siteId(), picture.now);
      if (picture.first_event_at === null) waited = true;
      else {
        setEvents(Math.max(1, picture.today.events));
        if (waited) setArrivedNow(true);
      }
    } catch (error) {
      if (leaving.signal.aborted) return;
      setFailure(error);
    }
    timer = setTimeout(() => void ask(), POLL_INTERVAL);
  }

  onMount(() => void ask());
  onCleanup(() => {
    leaving.abort();
    clearTimeout(timer);
  });
  return { events, arrivedNow, drops, failure };
}
