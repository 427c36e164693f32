import { beforeEach } from "vitest";
import { clearOf } from "./clear-of.ts";

// What is counted by the day begins anew at midnight: a test that begins is over before.
beforeEach(() => clearOf(86_400_000, 60_000));
