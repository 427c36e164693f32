import { Match, Show, Switch } from "solid-js";
import { isFinal, type LiveStatus } from "../../live/status-text";

/** Why a live page goes on no more, and what to do. Nothing while it does. */
export function LiveEnd(props: { status: LiveStatus; signInTo: string; noAccess: string }) {
  return (
    <Show when={isFinal(props.status)}>
      <p class="notice" role="alert">
        <Switch>
          <Match when={props.status === "signed_out"}>
            You are signed out. What was counted is safe. <a href={props.signInTo}>Sign in again</a>
          </Match>
          <Match when={props.status === "outdated"}>
            The server was updated and this page is of the version before. Nothing is lost.{" "}
            <button type="button" class="button small quiet" onClick={() => location.reload()}>
              Reload the page
            </button>
          </Match>
          <Match when={props.status === "refused"}>{props.noAccess}</Match>
        </Switch>
      </p>
    </Show>
  );
}
