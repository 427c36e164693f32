import { clock } from "./clock";
import { faultsOf, happens } from "./fault-state";

const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE)/i;

/** The object's state with storage that can be full, and alarms on the shifted clock. Changes the given one. */
export function faultyState(ctx: DurableObjectState, site: string): DurableObjectState {
  const real = ctx.storage;
  const sql = over(real.sql, {
    exec: (query: string, ...params: unknown[]) => {
      if (WRITES.test(query) && happens(faultsOf(site).storage_full)) {
        throw new Error("database or disk is full: SQLITE_FULL");
      }
      return real.sql.exec(query, ...params);
    },
  });
  const storage = over(real, {
    sql,
    setAlarm: (at: number | Date) => real.setAlarm(Number(at) - clock.ahead),
    getAlarm: async () => {
      const at = await real.getAlarm();
      return at === null ? null : at + clock.ahead;
    },
  });
  Object.defineProperty(ctx, "storage", { value: storage });
  return ctx;
}

/** The same object with some members replaced; methods keep their own `this`. */
export function over<T extends object>(target: T, replaced: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(target, {
    get(real, name) {
      if (Object.hasOwn(replaced, name)) return Reflect.get(replaced, name);
      const value: unknown = Reflect.get(real, name, real);
      return typeof value === "function" ? value.bind(real) : value;
    },
  });
}
