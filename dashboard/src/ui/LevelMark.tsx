import "./level-mark.css";
import type { AlertLevel } from "../../../protocol/alerts";

/** The level of an alert: told apart by form as well as by colour, and named to screen readers. */
export function LevelMark(props: { level: AlertLevel }) {
  return (
    <span class={`level ${props.level}`} role="img" aria-label={props.level} title={props.level}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        {props.level === "info" && <circle cx="7" cy="7" r="4.25" />}
        {props.level === "warning" && <path d="M7 1.75L13 12.25H1z" />}
        {props.level === "critical" && <path d="M4.4 1h5.2L13 4.4v5.2L9.6 13H4.4L1 9.6V4.4z" />}
      </svg>
    </span>
  );
}
