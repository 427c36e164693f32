/** One statement of a D1 batch. */
export type Statement = { sql: string; params: (string | number)[] };
