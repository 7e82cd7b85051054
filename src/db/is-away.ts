/**
 * Whether a fault says nothing about the work but only that the database is not there just now: restarting, a connection cut, no
 * connection free, its disk full. What was under way was rolled back or was committed; asking again later tells which.
 */
export function isAway(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code = '', name, message } = one as Error & { code?: string };
    if (awayCodes.test(code) || name === 'KnexTimeoutError' || awayTexts.test(message)) return true;
  }
  return false;
}

// Classes 08 (connection), 53 (resources), 57P0x (shutting down, crashed, starting), 25P03/57P05 (idle too long), and what the socket says.
const awayCodes = /^(08...|53...|57P0[1-5]|25P0[34]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;
// Knex puts the SQL before what the driver says.
const awayTexts =
  /(^| - )(Connection terminated|Connection ended|timeout expired|Client has encountered a connection error|Client was closed)[^\n]*$/;
