import type { SiteFacts } from "../../protocol/ingest";
import { REPORT_INTERVAL } from "../../protocol/limits";
import type {
  PassedFrame,
  PassedMessage,
  Second,
  SiteNews,
  SiteReport,
  WatchReply,
  WatchRequest,
} from "../../protocol/org";
import { messageOf } from "../log-error";
import { Soonest } from "../soonest";
import type { LiveSite } from "./live-site";
import { expireTabs } from "./model/presence";
import { reportOf } from "./model/report";

/** What the link needs of the object. */
export interface LinkHost {
  live(): LiveSite;
  /** Null until the object knows its site. */
  facts(): SiteFacts | null;
  wakeAt(at: number): void;
  read(): string | null;
  /** Durable; null forgets it. */
  write(value: string | null): void;
  /** Tells the organization's object; calls arrive in their order. */
  tell(org_id: string, news: SiteNews): Promise<WatchReply>;
  /** Passes on the whole picture as it is now, for those who wait for one. */
  sendPicture(now: number): void;
  /** Other than was known so many are in this site's room there. */
  audience(now: number): void;
  log(message: string): void;
}

/** Who wants to hear of this site: kept through sleep, because nobody asks again while they watch. */
interface Watch {
  org_id: string;
  since: number;
  frames: boolean;
}

interface Told {
  /** Everything but times, as text. */
  numbers: string;
  last: Second | null;
}

/** A count that falls within this is told by a timer, a later one by the alarm: a timer keeps the object in memory. */
const TIMER = 2_000;
/** Frames that wait for an organization's object that does not answer, in characters: more of them is a picture to be sent anew. */
const WAITING = 2_000_000;
const RETRY_MOST = 30_000;

/** Frames that concern everybody who watches the organization, not its site's room alone. */
const isForAll = (type: string): boolean => type === "alert" || type.startsWith("issue:");

/** Of what a room is told, those. */
export function forAll(told: PassedFrame): PassedMessage[] {
  const messages = "parts" in told ? told.parts.map(({ type, head, tail }) => ({ type, text: head + tail })) : [told];
  return messages.filter(({ type }) => isForAll(type));
}

const sizeOf = (told: PassedFrame): number =>
  "parts" in told ? told.parts.reduce((sum, { head, tail }) => sum + head.length + tail.length, 0) : told.text.length;

const isPicture = (told: PassedFrame): boolean => "parts" in told && told.parts.at(-1)?.type === "snapshot";

/** Tells one of the organization's objects of this site, while somebody there watches. */
export class OrgLink {
  readonly #host: LinkHost;
  #watch: Watch | null;
  #frames: PassedFrame[] = [];
  #frameSize = 0;
  /** Frames are counted since the object started: under this name, and so many before those that wait. */
  readonly #run = crypto.randomUUID();
  #first = 0;
  /** A picture was given up, for which somebody waits, who is told nothing else before it. */
  #owesPicture = false;
  /** There may be something to report. */
  #dirty = false;
  /** Of the last report that arrived. */
  #told: Told | null = null;
  #reportedAt = 0;
  #pace = REPORT_INTERVAL;
  /** In this site's room there; after a wake-up, as many as the first answer says. */
  #viewers = 0;
  #busy = false;
  #failures = 0;
  readonly #next = new Soonest((now) => void this.#send(now));

  constructor(host: LinkHost) {
    this.#host = host;
    const kept = host.read();
    this.#watch = kept === null ? null : JSON.parse(kept);
  }

  get watched(): boolean {
    return this.#watch !== null;
  }

  get passing(): boolean {
    return this.#watch?.frames === true;
  }

  /** How many are in this site's room there, as that object last said. */
  get viewers(): number {
    return this.#viewers;
  }

  /** Somebody begins to watch. Answers the whole report; null as long as the object does not know its site. */
  watch({ org_id, since, frames, viewers = 0 }: WatchRequest, now: number): SiteReport | null {
    const watch = { org_id, since, frames: frames || (this.#watch?.org_id === org_id && this.#watch.frames) };
    if (JSON.stringify(watch) !== JSON.stringify(this.#watch)) this.#keep(watch);
    this.#viewers = viewers;
    const facts = this.#host.facts();
    if (!facts) return null;
    this.#watchPresence(now);
    return reportOf(this.#host.live().state, now, facts.time_zone, 0);
  }

  #keep(watch: Watch | null): void {
    this.#watch = watch;
    this.#host.write(watch && JSON.stringify(watch));
    if (watch?.frames) return;
    this.#drop();
    this.#owesPicture = false;
  }

  /** Gives up the frames that wait. Whoever has none yet is owed a picture. */
  #drop(): void {
    this.#owesPicture ||= this.#frames.some(isPicture);
    this.#first += this.#frames.length;
    this.#frames = [];
    this.#frameSize = 0;
  }

  /** Something may have changed. Costs nothing while nobody watches. */
  changed(now: number): void {
    if (!this.#watch) return;
    this.#dirty = true;
    this.#plan(now);
  }

  /** The site's room was told something. */
  passOn(told: PassedFrame, now: number): void {
    if (!this.#watch) return;
    const wanted = this.#watch.frames ? [told] : forAll(told);
    if (wanted.length === 0) return;
    // Whoever misses frames sees it by their numbers, and asks for the picture.
    if (this.#frameSize > WAITING) this.#drop();
    this.#frames.push(...wanted);
    for (const one of wanted) this.#frameSize += sizeOf(one);
    this.#plan(now);
  }

  /** Frames leave at once, a report not before its time; nothing while a call is under way. */
  #plan(now: number): void {
    if (this.#busy || !(this.#dirty || this.#frames.length > 0)) return;
    const pause = Math.min(RETRY_MOST, REPORT_INTERVAL * 2 ** this.#failures);
    const earliest = this.#failures > 0 ? now + pause : 0;
    const reportAt = Math.min(this.#reportedAt, now) + this.#pace;
    this.#sendAt(Math.max(earliest, this.#frames.length > 0 ? now : reportAt), now);
  }

  #sendAt(at: number, now: number): void {
    if (at <= now) {
      void this.#send(now);
      return;
    }
    this.#next.at(at, now);
  }

  async #send(now: number): Promise<void> {
    const facts = this.#host.facts();
    const watch = this.#watch;
    if (this.#busy || !watch || !facts) return;
    if (watch.org_id !== facts.org_id) {
      // The site went to another organization, which asks for itself.
      this.#keep(null);
      this.#count(0, now);
      return;
    }
    const frames = this.#frames;
    const size = this.#frameSize;
    const first = this.#first;
    const made =
      this.#dirty && now >= Math.min(this.#reportedAt, now) + this.#pace ? this.#makeReport(facts, now) : null;
    if (frames.length === 0 && made === null) return this.#plan(now);
    this.#frames = [];
    this.#frameSize = 0;
    this.#first += frames.length;
    this.#busy = true;
    try {
      const { site_id } = facts;
      const news = { site_id, since: watch.since, report: made?.report ?? null, frames, run: this.#run, first };
      const reply = await this.#host.tell(watch.org_id, news);
      this.#failures = 0;
      if (made) this.#told = made.told;
      this.#follow(reply, watch, now);
      if (this.#owesPicture) {
        this.#owesPicture = false;
        this.#host.sendPicture(now);
      }
    } catch (error) {
      // The site goes on whatever becomes of this; what was not told is told later.
      if (this.#failures++ === 0) this.#host.log(messageOf(error));
      this.#dirty ||= made !== null;
      this.#takeBack(frames, size, first);
    } finally {
      this.#busy = false;
    }
    this.#plan(Date.now());
  }

  /** Frames that may not have arrived wait again, in front of those that came meanwhile, unless some of these were given up. */
  #takeBack(frames: readonly PassedFrame[], size: number, first: number): void {
    if (!this.#watch) return;
    if (this.#first === first + frames.length) {
      this.#first = first;
      this.#frames.unshift(...frames);
      this.#frameSize += size;
    } else this.#owesPicture ||= frames.some(isPicture);
  }

  #follow({ stop, frames, pace, viewers = 0 }: WatchReply, asked: Watch, now: number): void {
    this.#pace = pace;
    if (this.#watch?.since !== asked.since) return;
    this.#count(viewers, now);
    if (stop) this.#keep(null);
    else if (frames !== this.#watch.frames) this.#keep({ ...this.#watch, frames });
  }

  #count(viewers: number, now: number): void {
    const before = this.#viewers;
    this.#viewers = viewers;
    if (viewers !== before) this.#host.audience(now);
  }

  /** Null where the last one still holds. */
  #makeReport(facts: SiteFacts, now: number): { report: SiteReport; told: Told } | null {
    this.#dirty = false;
    this.#reportedAt = now;
    this.#watchPresence(now);
    const { numbers, last } = this.#told ?? { numbers: "", last: null };
    const report = reportOf(this.#host.live().state, now, facts.time_zone, last?.[0] ?? 0);
    const told = { numbers: JSON.stringify({ ...report, at: 0, seconds: [] }), last: report.seconds.at(-1) ?? last };
    report.seconds = report.seconds.filter((second) => second.join() !== last?.join());
    return report.seconds.length === 0 && told.numbers === numbers ? null : { report, told };
  }

  /** Sees to it that the next count that falls is told. */
  #watchPresence(now: number): void {
    const next = expireTabs(this.#host.live().state.tabs, now);
    if (next === null) return;
    if (next - now > TIMER) this.#host.wakeAt(next);
    else {
      this.#dirty = true;
      this.#sendAt(next + 1, now);
    }
  }
}
