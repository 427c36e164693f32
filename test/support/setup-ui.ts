import { configure } from "@solidjs/testing-library";
import { PATIENCE } from "./patience.ts";

configure({ asyncUtilTimeout: PATIENCE });
