import { createSignal } from "solid-js";
import { ApiError, type FailureCode } from "../api/api-error";
import { failureText } from "./Failure";

export interface Submit {
  submit: (event: SubmitEvent) => void;
  busy: () => boolean;
  code: () => FailureCode | undefined;
  /** What is wrong, unless it is said at the fields. */
  problem: () => string | undefined;
  fields: () => Record<string, string>;
}

/** State of a form around the call it makes: one call at a time, and the first wrong field gets the focus. */
export function createSubmit(send: () => Promise<void>): Submit {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  const fields = () => {
    const error = failure();
    return error instanceof ApiError ? error.fields : {};
  };

  async function run(form: HTMLFormElement): Promise<void> {
    if (busy()) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await send();
    } catch (error) {
      setFailure(error);
      form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }
    setBusy(false);
  }

  return {
    busy,
    fields,
    code: () => {
      const error = failure();
      return error instanceof ApiError ? error.code : undefined;
    },
    problem: () => (failure() && Object.keys(fields()).length === 0 ? failureText(failure()) : undefined),
    submit: (event) => {
      event.preventDefault();
      if (event.currentTarget instanceof HTMLFormElement) void run(event.currentTarget);
    },
  };
}
