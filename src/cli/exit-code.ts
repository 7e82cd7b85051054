/** How the program ends; documented in docs/cli.md and in `huiliu --help`. */
export const exitCode = {
  ok: 0,
  /** Something broke: the database is away, a program error, figures that disagree. */
  fault: 1,
  /** Wrong usage, settings or input (a workbook with mistakes): a person has to change something before trying again. */
  usage: 2,
  /** The work is done, but something is held, failed or missing. */
  attention: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
