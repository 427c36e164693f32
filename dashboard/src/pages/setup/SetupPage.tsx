import "../../ui/form.css";
import "./setup.css";
import { useNavigate } from "@solidjs/router";
import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { Site } from "../../../../protocol/management";
import { settle } from "../../state/first-event";
import { CopyBox } from "../../ui/CopyBox";
import { DropReasons } from "../../ui/DropReasons";
import { failureText } from "../../ui/Failure";
import { snippetOf } from "../../ui/format";
import { Pulse } from "../../ui/Pulse";
import { Tabs } from "../../ui/Tabs";
import { createArrival } from "./create-arrival";
import { GUIDE_NAMES, type Guide, guideText } from "./guides";

/** The site that a local server begins with. */
const DEMO_SITE = "demo";
/** So long the beat of the first event is seen before the live page takes over, milliseconds. */
const ENJOY = 1_600;

/** Three steps to the first visit. */
export default function SetupPage(props: { site: Site }) {
  const navigate = useNavigate();
  const [guide, setGuide] = createSignal<Guide>("html");
  const arrival = createArrival(() => props.site.id);
  const live = () => `/sites/${encodeURIComponent(props.site.id)}/live`;
  const text = () => guideText(guide(), location.origin, props.site.id);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  createEffect(
    on(arrival.arrivedNow, (arrived) => {
      if (!arrived) return;
      settle(props.site.id);
      timer = setTimeout(() => navigate(live()), ENJOY);
    }),
  );

  return (
    <div class="page setup">
      <header class="page-head">
        <h1>Set up {props.site.name}</h1>
        <a href={live()} onClick={() => settle(props.site.id)}>
          Go to the live page
        </a>
      </header>
      <Show when={props.site.id === DEMO_SITE}>
        <p>
          This site has a shop to try everything with, which sends already.{" "}
          <a href="/demo/" target="_blank" rel="noopener">
            Open the demo shop
          </a>{" "}
          and come back here.
        </p>
      </Show>
      <ol class="steps">
        <li>
          <h2>Copy the snippet</h2>
          <CopyBox text={snippetOf(location.origin, props.site.id)} label="snippet" />
        </li>
        <li>
          <h2>
            Put it before <code>&lt;/head&gt;</code> of every page
          </h2>
          <Tabs label="Kind of site" tabs={GUIDE_NAMES} value={guide()} onChange={setGuide}>
            <ul class="guide">
              <For each={text().steps}>{(step) => <li>{step}</li>}</For>
            </ul>
            <CopyBox text={text().code} label="code" />
          </Tabs>
        </li>
        <li>
          <h2>Open a page of {props.site.domain}</h2>
          <div class="waiting" classList={{ arrived: arrival.events() > 0 }}>
            <Pulse beat={arrival.events} />
            <p role="status">
              <Show when={arrival.events() > 0} fallback="Waiting for the first visit">
                {arrival.arrivedNow() ? "The first visit is here. Opening the live page …" : "Visits are coming in."}
              </Show>
            </p>
            <Show when={arrival.events() > 0 && !arrival.arrivedNow()}>
              <a class="button" href={live()}>
                Open the live page
              </a>
            </Show>
          </div>
          <Show when={arrival.failure()}>
            {(error) => <p class="field-hint">{failureText(error())} This page goes on asking.</p>}
          </Show>
          <DropReasons drops={arrival.drops()} site={props.site} />
        </li>
      </ol>
    </div>
  );
}
