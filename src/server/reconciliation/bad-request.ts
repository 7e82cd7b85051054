/** A request the service cannot answer: the client is told the status and, in English, what is wrong with it. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';

  constructor(
    readonly status: 400 | 404 | 405 | 413,
    told: string,
  ) {
    super(told);
  }
}
