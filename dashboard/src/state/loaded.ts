import type { Resource } from "solid-js";

/** The value of a resource, also while it is read anew; undefined before and after a failure. Never suspends or throws. */
export function loaded<T>(resource: Resource<T>): T | undefined {
  return resource.state === "ready" || resource.state === "refreshing" ? resource.latest : undefined;
}
