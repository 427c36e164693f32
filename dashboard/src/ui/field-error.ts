/** What is wrong with a field, also where the server named one of its items (`domains.1`). */
export function fieldError(fields: Record<string, string>, name: string): string | undefined {
  if (fields[name] !== undefined) return fields[name];
  const item = Object.entries(fields).find(([path]) => path.startsWith(`${name}.`));
  if (!item) return undefined;
  const index = Number(item[0].slice(name.length + 1));
  return Number.isInteger(index) ? `Line ${index + 1}: ${item[1]}` : item[1];
}
