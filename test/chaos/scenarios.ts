import type { Scenario } from "./scenario.ts";
import { clock } from "./scenarios/clock.ts";
import { crash } from "./scenarios/crash.ts";
import { deploy } from "./scenarios/deploy.ts";
import { eviction } from "./scenarios/eviction.ts";
import { flood } from "./scenarios/flood.ts";
import { fullStorage } from "./scenarios/full-storage.ts";
import { kill } from "./scenarios/kill.ts";
import { leaves } from "./scenarios/leaves.ts";
import { lossyNetwork } from "./scenarios/lossy-network.ts";
import { lostAlarm } from "./scenarios/lost-alarm.ts";
import { lostAnswers } from "./scenarios/lost-answers.ts";
import { poison } from "./scenarios/poison.ts";
import { refusingD1 } from "./scenarios/refusing-d1.ts";
import { slowReaders } from "./scenarios/slow-readers.ts";
import { socketFlood } from "./scenarios/socket-flood.ts";
import { stream } from "./scenarios/stream.ts";

export const scenarios: readonly Scenario[] = [
  kill,
  refusingD1,
  lostAnswers,
  fullStorage,
  eviction,
  crash,
  leaves,
  lostAlarm,
  clock,
  stream,
  lossyNetwork,
  slowReaders,
  deploy,
  poison,
  flood,
  socketFlood,
];
