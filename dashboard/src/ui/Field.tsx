import "./form.css";
import { createUniqueId, type JSX, Show } from "solid-js";

/** What a control needs to belong to its label, hint and error. */
export interface ControlProps {
  id: string;
  name: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
}

export interface FieldProps {
  label: string;
  name: string;
  hint?: JSX.Element;
  error?: string | undefined;
  children: (control: ControlProps) => JSX.Element;
}

/** A labelled control with its hint, and with what is wrong with it. */
export function Field(props: FieldProps) {
  const id = createUniqueId();
  const control: ControlProps = {
    id,
    get name() {
      return props.name;
    },
    get "aria-describedby"() {
      const ids = [props.error && `${id}-error`, props.hint && `${id}-hint`].filter(Boolean).join(" ");
      return ids || undefined;
    },
    get "aria-invalid"() {
      return props.error !== undefined;
    },
  };
  return (
    <div class="field" classList={{ wrong: props.error !== undefined }}>
      <label for={id}>{props.label}</label>
      {props.children(control)}
      <Show when={props.error}>
        {(error) => (
          <p class="field-error" id={`${id}-error`}>
            {error()}
          </p>
        )}
      </Show>
      <Show when={props.hint}>
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      </Show>
    </div>
  );
}
