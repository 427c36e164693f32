import "./form.css";
import { createUniqueId, type JSX, Show } from "solid-js";

export interface SwitchProps {
  label: string;
  name?: string;
  checked: boolean;
  hint?: JSX.Element;
  disabled?: boolean;
  onChange?: (checked: boolean) => void;
}

export function Switch(props: SwitchProps) {
  const id = createUniqueId();
  return (
    <div class="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        name={props.name}
        checked={props.checked}
        disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onChange?.(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
      <Show when={props.hint}>
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      </Show>
    </div>
  );
}
