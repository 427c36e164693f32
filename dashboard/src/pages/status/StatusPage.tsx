import "./status.css";
import { createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { POLL_INTERVAL } from "../../../../protocol/limits";
import type { Site } from "../../../../protocol/management";
import type { SocketStatus } from "../../../../protocol/status";
import { useSession } from "../../state/session";
import { DropReasons } from "../../ui/DropReasons";
import { Explain } from "../../ui/Explain";
import { Failure } from "../../ui/Failure";
import { shortNumber, wholeNumber } from "../../ui/format";
import { PageTitle } from "../../ui/PageTitle";
import { Pulse } from "../../ui/Pulse";
import { age, rateNumber } from "../live/words";
import { readStatus, type ShownStatus } from "./read-status";
import { bytesText, quantileText, verdictOf } from "./verdict";

const KINDS: Record<string, string> = { viewer: "Dashboards", visitor: "Visitors", counter: "Public counter" };

/** How the site's object is: what waits for the database, who is connected, what was left out, what went wrong. */
export default function StatusPage(props: { site: Site }) {
  const { api } = useSession();
  const [status, setStatus] = createSignal<ShownStatus>();
  const [failure, setFailure] = createSignal<unknown>();
  let gone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Reads, and again some time after the answer; nothing while nobody looks. */
  async function read(): Promise<void> {
    clearTimeout(timer);
    try {
      const next = document.hidden && status() ? undefined : await api.status(props.site.id, readStatus);
      if (gone) return;
      if (next) {
        setStatus(next);
        setFailure(undefined);
      }
    } catch (error) {
      if (gone) return;
      setFailure(error);
    }
    timer = setTimeout(() => void read(), POLL_INTERVAL);
  }
  void read();
  onCleanup(() => {
    gone = true;
    clearTimeout(timer);
  });

  return (
    <div class="page status">
      <header class="page-head">
        <PageTitle site={props.site.name}>Status</PageTitle>
        <Show when={status()} fallback={<p class="verdict">{failure() ? "\u00a0" : "Reading …"}</p>}>
          {(known) => (
            <p class="verdict" data-level={verdictOf(known()).level} role="status">
              <Pulse beat={() => known().at} />
              <span>{verdictOf(known()).text}</span>
            </p>
          )}
        </Show>
      </header>
      <Show when={failure()}>{(error) => <Failure error={error()} onRetry={() => void read()} />}</Show>
      <Show when={status() ?? (failure() ? undefined : EMPTY)}>
        {(known) => <Figures status={known()} site={props.site} empty={status() === undefined} />}
      </Show>
    </div>
  );
}

/** An age as a span of time: one that has just begun has a number too. */
const span = (milliseconds: number) => age(Math.max(1_000, milliseconds));

/** Keeps the places of what is not known yet. */
const EMPTY: ShownStatus = {
  at: 0,
  since: 0,
  ingest: {
    batches: 0,
    requests: 0,
    events: 0,
    leaves: 1,
    per_second: 0,
    latency: { le: [], counts: [], sum: 0 },
    last_event_at: null,
  },
  outbox: { batches: 0, events: 0, bytes: 0, oldest_at: null },
  flush: { batches: 0, last_at: null, failures: 0, retry_at: null, d1: { le: [], counts: [], sum: 0 } },
  sockets: {},
  sent: { messages: 0, bytes: 0, too_slow: 0 },
  drops: [],
  page_errors: 0,
  errors: { flush: 0, storage: 0, socket: 0 },
};

function Figures(props: { status: ShownStatus; site: Site; empty: boolean }) {
  const s = () => props.status;
  const since = (at: number | null) => (at === null ? "never" : span(s().at - at));
  const open = () => Object.values(s().sockets).reduce((sum, kind) => sum + kind.open, 0);
  const broken = () => s().errors.flush + s().errors.storage + s().errors.socket;
  const inMemory = () => `in memory for ${span(s().at - s().since)}`;
  return (
    <>
      <section class="facts" aria-label="Figures" aria-busy={props.empty} classList={{ unknown: props.empty }}>
        <Fact
          name="Waiting for the database"
          explain="Events that are safe in the site's object and not yet written to D1. A flush comes every ten seconds, under load each second."
          value={shortNumber(s().outbox.events)}
          whole={`${wholeNumber(s().outbox.events)} events`}
        >
          <Show when={s().outbox.oldest_at !== null} fallback="nothing waits">
            {bytesText(s().outbox.bytes)} · the oldest {span(s().at - (s().outbox.oldest_at ?? s().at))}
          </Show>
        </Fact>
        <Fact
          name="Last flush"
          explain="How long ago D1 last took a batch, and how long half of the batches took since the object is in memory."
          value={since(s().flush.last_at)}
          unit={s().flush.last_at === null ? "" : "ago"}
          whole={`${wholeNumber(s().flush.batches)} batches in all`}
          late={s().flush.failures > 0}
        >
          <Show when={s().flush.failures === 0} fallback={`${wholeNumber(s().flush.failures)} tries failed since`}>
            {quantileText(s().flush.d1, 0.5) && `half the writes ${quantileText(s().flush.d1, 0.5)}`}
          </Show>
        </Fact>
        <Fact
          name="Events a second"
          explain="Over the last ten seconds; and how long 95 of 100 requests take from their arrival to the journal. A busy site's requests go through leaves, objects in front of its own."
          value={rateNumber(s().ingest.per_second)}
          whole={`${wholeNumber(s().ingest.events)} events ${inMemory()}`}
        >
          {quantileText(s().ingest.latency, 0.95) ? `95 % ${quantileText(s().ingest.latency, 0.95)}` : "no request yet"}
          {s().ingest.leaves > 1 && ` · ${wholeNumber(s().ingest.leaves)} leaves`}
        </Fact>
        <Fact
          name="Open sockets"
          explain="Dashboards, visitors' sockets and counters that are connected to the site's object now."
          value={shortNumber(open())}
          whole={`${wholeNumber(open())} sockets`}
        >
          {shortNumber(s().sent.messages)} frames sent
        </Fact>
        <Fact
          name="Errors"
          explain="Writes to the database that failed, writes to the object's own storage that failed, and sockets that broke, since the object is in memory."
          value={shortNumber(broken())}
          whole={`${wholeNumber(broken())} errors`}
          late={s().errors.storage > 0}
        >
          {inMemory()}
        </Fact>
      </section>
      <div class="status-parts" classList={{ unknown: props.empty }}>
        <section class="status-part">
          <h2>Sockets</h2>
          <SocketTable sockets={s().sockets} />
          <p class="note">Opened, ended and messages are counted anew when the object leaves memory.</p>
        </section>
        <section class="status-part">
          <h2>What went wrong</h2>
          <dl class="counts">
            <Count name="Writes to the database" value={s().errors.flush} note="tried again until they pass" />
            <Count name="Writes to the object's storage" value={s().errors.storage} note="answered 503, sent again" />
            <Count name="Broken sockets" value={s().errors.socket} note="they connect again" />
            <Count name="Dashboards too slow" value={s().sent.too_slow} note="closed, they connect again" />
            <Count name="Errors on pages today" value={s().page_errors} note="of the site's own scripts" />
          </dl>
        </section>
        <section class="status-part">
          <Show
            when={s().drops.length > 0}
            fallback={
              <>
                <h2>Left out today</h2>
                <p class="note">Nothing was left out today.</p>
              </>
            }
          >
            <DropReasons drops={s().drops} site={props.site} />
          </Show>
        </section>
      </div>
    </>
  );
}

function Fact(props: {
  name: string;
  explain: string;
  value: string;
  /** Small behind the value. */
  unit?: string;
  /** The whole number, on hover. */
  whole: string;
  late?: boolean;
  children: JSX.Element;
}) {
  return (
    <div class="fact">
      <p class="fact-name">
        <Explain text={props.explain}>{props.name}</Explain>
      </p>
      <p class="fact-value num" classList={{ late: props.late ?? false }} title={props.whole}>
        {props.value} <small>{props.unit}</small>
      </p>
      <p class="fact-note num">{props.children}</p>
    </div>
  );
}

function SocketTable(props: { sockets: Readonly<Record<string, SocketStatus>> }) {
  const rows = () => Object.keys(KINDS).concat(Object.keys(props.sockets).filter((kind) => !(kind in KINDS)));
  const none: SocketStatus = { open: 0, opened: 0, closed: 0, messages: 0 };
  return (
    <table class="sockets">
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">Kind</span>
          </th>
          <th scope="col">Open</th>
          <th scope="col">Opened</th>
          <th scope="col">Ended</th>
          <th scope="col">Messages</th>
        </tr>
      </thead>
      <tbody>
        <For each={rows()}>
          {(kind) => {
            const counts = () => props.sockets[kind] ?? none;
            return (
              <tr>
                <th scope="row">{KINDS[kind] ?? kind}</th>
                <td class="num">{wholeNumber(counts().open)}</td>
                <td class="num">{wholeNumber(counts().opened)}</td>
                <td class="num">{wholeNumber(counts().closed)}</td>
                <td class="num">{wholeNumber(counts().messages)}</td>
              </tr>
            );
          }}
        </For>
      </tbody>
    </table>
  );
}

function Count(props: { name: string; value: number; note: string }) {
  return (
    <div>
      <dt>
        {props.name}
        <Show when={props.value > 0}>
          <small>{props.note}</small>
        </Show>
      </dt>
      <dd class="num" classList={{ some: props.value > 0 }}>
        {wholeNumber(props.value)}
      </dd>
    </div>
  );
}
