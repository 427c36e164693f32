/** What every part of the bench is given. */
export interface Bench {
  /** For whatever lasts as long as the run; removed at its end. */
  folder: string;
  /** A glance instead of a measurement: fewer and shorter rounds. */
  short: boolean;
  /** Tells what is going on. */
  progress(line: string): void;
}
