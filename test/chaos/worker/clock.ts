/** The clock of the Worker under test: every `Date.now()` and `new Date()` of its isolate is ahead by so much. */
let ahead = 0;

const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...args: [] | [number | string | Date]) {
    if (args.length === 0) super(ShiftedDate.now());
    else super(args[0]);
  }

  static override now(): number {
    return RealDate.now() + ahead;
  }
}

Reflect.set(globalThis, "Date", ShiftedDate);

export const clock = {
  get ahead(): number {
    return ahead;
  },
  set(milliseconds: number): void {
    ahead = milliseconds;
  },
};
