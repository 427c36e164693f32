/** What reports and imports ask of the book of record. */
export interface Database {
  rows(sql: string, params: Param[]): Promise<unknown[]>;
  /** All of them or none. Rejects with the database's message. */
  write(statements: readonly Statement[]): Promise<void>;
}

export type Param = string | number;
export interface Statement {
  sql: string;
  params: Param[];
}
