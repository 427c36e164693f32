/** Answers kept in this isolate for a few seconds, negative ones too; bounded by forgetting everything. */
export class ShortCache<T> {
  readonly #life: number;
  readonly #most: number;
  #kept = new Map<string, { value: T; until: number }>();

  constructor(life: number, most: number) {
    this.#life = life;
    this.#most = most;
  }

  async get(key: string, now: number, load: () => Promise<T>): Promise<T> {
    const had = this.#kept.get(key);
    if (had && had.until > now) return had.value;
    const value = await load();
    if (this.#kept.size >= this.#most) this.#kept.clear();
    this.#kept.set(key, { value, until: now + this.#life });
    return value;
  }

  clear(): void {
    this.#kept.clear();
  }
}
