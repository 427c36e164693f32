import { For } from "solid-js";
import type { LiveFilter } from "../../../../protocol/live";
import { FILTER_FIELDS, type FilterField } from "./live-filter";

/** The values the page is narrowed to; each can be taken away. */
export function FilterChips(props: {
  filter: LiveFilter;
  nameOf(field: FilterField, value: string): string;
  onRemove(field: FilterField): void;
}) {
  const set = () =>
    FILTER_FIELDS.flatMap((field) => {
      const value = props.filter[field];
      return value === undefined ? [] : [{ field, value }];
    });
  return (
    <ul class="chips" aria-label="Filters">
      <For each={set()}>
        {({ field, value }) => (
          <li>
            <button
              type="button"
              class="chip"
              aria-label={`Remove the filter ${field} ${props.nameOf(field, value)}`}
              onClick={() => props.onRemove(field)}
            >
              <span>{field}</span> {props.nameOf(field, value)} <i aria-hidden="true">×</i>
            </button>
          </li>
        )}
      </For>
    </ul>
  );
}
