import { createUniqueId, type JSX } from "solid-js";
import "./explain.css";

/** A label that tells its definition under the pointer and on focus. */
export function Explain(props: { text: string; children: JSX.Element }) {
  const id = createUniqueId();
  return (
    <span class="explained">
      <button type="button" aria-describedby={id}>
        {props.children}
      </button>
      <span class="definition" role="tooltip" id={id}>
        {props.text}
      </span>
    </span>
  );
}
