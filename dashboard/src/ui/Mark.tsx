/** Two offset dots: steps. */
export function Mark(props: { size?: number }) {
  return (
    <svg class="mark" width={props.size ?? 16} height={props.size ?? 16} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="5.25" cy="10.75" r="3.25" fill="var(--accent)" />
      <circle cx="11" cy="4.75" r="2.5" fill="var(--accent)" opacity="0.55" />
    </svg>
  );
}
