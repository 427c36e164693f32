import { flushBackoff } from "../pure/cadence";

/** An alarm that is this late will not come any more. */
const LATE = 10_000;
/** One that is set this much earlier than needed is left alone. */
const EARLY = 1_000;

/** What the platform has for alarms: one of each object, milliseconds since 1970. */
export type AlarmStorage = Pick<DurableObjectStorage, "getAlarm" | "setAlarm" | "deleteAlarm">;

/**
 * The alarm of a site's object. It is known in memory when it comes, since every change of it is a row written; one that was
 * lost is noticed. All times in milliseconds since 1970.
 */
export class Alarm {
  readonly #storage: AlarmStorage;
  #at: number | null = null;
  #failures = 0;
  #notBefore = 0;

  constructor(storage: AlarmStorage) {
    this.#storage = storage;
  }

  /** Runs that failed, one after another. */
  get failures(): number {
    return this.#failures;
  }

  /** No run before; of the past while none fails. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** When the platform will call, which is asked; null: it will not. */
  async read(): Promise<number | null> {
    this.#at = await this.#storage.getAlarm();
    return this.#at;
  }

  /** Sees to it that the object wakes at `wanted` or before; after a failure not before its time. */
  async arm(wanted: number, now: number): Promise<void> {
    // One that is long past was given up by the platform: what waits must not wait for the cron.
    const isLost = this.#at !== null && this.#at < now - LATE;
    const at = Math.max(isLost ? now : wanted, this.#heldUntil(now));
    if (this.#at !== null && !isLost && this.#at <= at) return;
    await this.#set(at);
  }

  /**
   * To be awaited first in a run: whatever happens in it, the object wakes again. Alarm retries of the platform run out. As
   * late as it will probably be due again, so that one alarm does for both.
   */
  async begun(now: number, again: number): Promise<void> {
    await this.#set(now + Math.max(again, flushBackoff(this.#failures + 1)));
  }

  /** The run did all it had to. */
  succeeded(): void {
    this.#failures = 0;
    this.#notBefore = 0;
  }

  /** The run failed: it is tried again after a while, which grows. Traffic must not make a refusing D1 be asked more often. */
  async failed(now: number): Promise<void> {
    this.#failures++;
    this.#notBefore = now + flushBackoff(this.#failures);
    await this.#set(this.#notBefore);
  }

  /** Nothing else is due than at `wanted`; null: nothing is. With `waits` one that is set may come long before. */
  async next(wanted: number | null, waits: boolean, now: number): Promise<void> {
    const had = this.#at;
    if (wanted === null) {
      this.#at = null;
      await this.#storage.deleteAlarm();
      return;
    }
    const isGood = had !== null && had > now && had <= wanted && (waits || wanted - had <= EARLY);
    if (!isGood) await this.#set(Math.max(wanted, this.#heldUntil(now)));
  }

  /** A clock that was set back must not put it off for longer than a failure does. */
  #heldUntil(now: number): number {
    return Math.min(this.#notBefore, now + flushBackoff(this.#failures));
  }

  async #set(at: number): Promise<void> {
    this.#at = at;
    await this.#storage.setAlarm(at);
  }
}
