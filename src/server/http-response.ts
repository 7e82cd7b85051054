/** What we use of an Express response. */
export interface HttpResponse {
  status(code: number): HttpResponse;
  set(headers: Readonly<Record<string, string>>): HttpResponse;
  send(body: string): void;
}
