/** For addresses that lead nowhere. */
export function NotFound(props: { what?: string }) {
  return (
    <div class="page">
      <h1>{props.what ?? "There is no such page."}</h1>
      <p class="lead">
        The address may be mistyped, or what it led to is gone. <a href="/sites">See all sites</a>
      </p>
    </div>
  );
}
