/** Two offset dots: steps. */
export function Mark(props: { size?: number }) {
  return (
    <svg width={props.size ?? 18} height={props.size ?? 18} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="5" cy="11" r="4" fill="var(--accent)" />
      <circle cx="12" cy="4" r="3" fill="var(--accent)" opacity="0.55" />
    </svg>
  );
}
