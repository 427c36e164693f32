import type { Scenario } from "./scenario.ts";
import { crash } from "./scenarios/crash.ts";
import { eviction } from "./scenarios/eviction.ts";
import { fullStorage } from "./scenarios/full-storage.ts";
import { kill } from "./scenarios/kill.ts";
import { lossyNetwork } from "./scenarios/lossy-network.ts";
import { lostAlarm } from "./scenarios/lost-alarm.ts";
import { lostAnswers } from "./scenarios/lost-answers.ts";
import { poison } from "./scenarios/poison.ts";

export const scenarios: readonly Scenario[] = [
  kill,
  lostAnswers,
  fullStorage,
  eviction,
  crash,
  lostAlarm,
  lossyNetwork,
  poison,
];
