import { createEffect, onCleanup, Show } from "solid-js";
import { ApiError } from "../api/api-error";
import { PartError } from "../state/load-part";

/** A part that could not be fetched is tried again this often, milliseconds. */
const AGAIN = 5_000;

/** What happened, in a sentence that can be shown. */
export function failureText(error: unknown): string {
  return isExpected(error) ? error.message : "Something went wrong on this page. What was counted is safe.";
}

const isExpected = (error: unknown) => error instanceof ApiError || error instanceof PartError;

/** A failure in the place of what could not be shown, with another try. */
export function Failure(props: { error: unknown; onRetry?: () => void }) {
  const part = () => (props.error instanceof PartError ? props.error.reason : null);
  const timer = setInterval(() => part() === "away" && props.onRetry?.(), AGAIN);
  onCleanup(() => clearInterval(timer));
  createEffect(() => {
    if (!isExpected(props.error)) console.error(props.error);
  });
  return (
    <div class="notice error" role="alert">
      <p>{failureText(props.error)}</p>
      <Show
        when={part() === null || part() === "away"}
        fallback={
          <button type="button" class="button quiet" onClick={() => location.reload()}>
            Reload the page
          </button>
        }
      >
        <Show when={props.onRetry}>
          {(retry) => (
            <button type="button" class="button quiet" onClick={() => retry()()}>
              Try again
            </button>
          )}
        </Show>
      </Show>
    </div>
  );
}
