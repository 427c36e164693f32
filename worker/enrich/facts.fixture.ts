/** One row of a table of facts. */
export interface Fact {
  cells: readonly string[];
  /** Why the enrichment cannot know it, empty where it must. */
  why: string;
}

/**
 * Reads a table with one fact a line, its cells parted by " | ", of which the last may hold anything. A line that
 * begins with "## " is a heading; one that begins with "~ " says why the row below it cannot be told.
 */
export function readFacts(table: string, columns: number): readonly Fact[] {
  const facts: Fact[] = [];
  let why = "";
  for (const line of table.split("\n")) {
    if (line === "" || line.startsWith("## ")) continue;
    if (line.startsWith("~ ")) {
      why = line.slice(2);
      continue;
    }
    const parts = line.split(" | ");
    facts.push({ cells: [...parts.slice(0, columns - 1), parts.slice(columns - 1).join(" | ")], why });
    why = "";
  }
  return facts;
}

export interface Verdict {
  /** "416 of 417 right (99.8 %)" */
  share: string;
  /** Rows that must be right and are not, and rows said to be out of reach that are right, with what came out. */
  wrong: string[];
}

/** Holds each fact against what `answer` makes of it; both are the expected cells parted by " | ". */
export function judge(
  facts: readonly Fact[],
  expected: (fact: Fact) => string,
  answer: (fact: Fact) => string,
): Verdict {
  const wrong: string[] = [];
  let right = 0;
  for (const fact of facts) {
    const wanted = expected(fact);
    const given = answer(fact);
    if (given === wanted) right++;
    if ((given === wanted) === (fact.why !== "")) wrong.push(`${fact.cells.join(" | ")}\n    gave ${given}`);
  }
  const percent = ((100 * right) / facts.length).toFixed(1);
  return { share: `${right} of ${facts.length} right (${percent} %)`, wrong };
}
