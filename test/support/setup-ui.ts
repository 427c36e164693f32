import { configure } from "@solidjs/testing-library";

// What is waited for comes within milliseconds, on a machine that does nothing else.
configure({ asyncUtilTimeout: 10_000 });
