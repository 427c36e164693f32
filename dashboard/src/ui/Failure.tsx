import { Show } from "solid-js";
import { ApiError } from "../api/api-error";

/** What happened, in a sentence that can be shown. */
export function failureText(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong on this page. What was counted is safe.";
}

/** A failure in the place of what could not be shown, with another try. */
export function Failure(props: { error: unknown; onRetry?: () => void }) {
  return (
    <div class="notice error" role="alert">
      <p>{failureText(props.error)}</p>
      <Show when={props.onRetry}>
        {(retry) => (
          <button type="button" class="button quiet" onClick={() => retry()()}>
            Try again
          </button>
        )}
      </Show>
    </div>
  );
}
