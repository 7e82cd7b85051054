import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type ErrorClass, HubError } from '../model/hub-error.js';
import { type Language, type Message, message, renderMessage } from '../model/message.js';
import { languageOf } from './language-of.js';

const statusOf: Record<ErrorClass, number> = { config: 400, auth: 502, transient: 503, 'source-data': 422, bug: 500 };

/** Every fault as `{ error: { class, code, message } }`, like the command line with `--json`, in the language of `Accept-Language`. */
@Catch()
export class TellFaultFilter implements ExceptionFilter {
  private readonly logger = new Logger('api');

  constructor(@Inject(HttpAdapterHost) private readonly adapter: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<{ method: string; headers: Record<string, string | undefined>; url: string }>();
    const { method, url } = request;
    const { status, body } = answerTo(error, { method, language: languageOf(request) });
    if (status >= 500) this.logger.error({ error, url: url.split('?')[0]?.replace(/\/(k|u)\/[^/]+/, '/$1/…') });
    this.adapter.httpAdapter.reply(http.getResponse(), body, status);
  }
}

function answerTo(error: unknown, { method, language }: { method: string; language: Language }): { status: number; body: unknown } {
  if (error instanceof HubError) return { status: statusOf[error.errorClass], body: bodyOf(error.errorClass, error.told, language) };
  const status = error instanceof HttpException ? error.getStatus() : refusalOf(error);
  if (status === null) return { status: 500, body: bodyOf('bug', message('api.unexpected'), language) };
  const answer = error instanceof HttpException ? error.getResponse() : '';
  if (isMessage(answer)) return { status, body: bodyOf('request', answer, language) };
  if (isToldWith(answer)) {
    const { told, ...more } = answer;
    return { status, body: { ...bodyOf('request', told, language), ...more } };
  }
  // A body that a controller made on purpose, such as that of a failed health check.
  if (typeof answer === 'object' && !('statusCode' in answer)) return { status, body: answer };
  // Of Nest or Express itself: no such route, malformed JSON.
  const told = ofTheFramework[status]?.({ method }) ?? message('api.refused', { status });
  return { status, body: { error: { class: 'request', code: `http-${status}`, message: renderMessage(told, language) } } };
}

const ofTheFramework: Readonly<Record<number, (request: { method: string }) => Message>> = {
  400: () => message('api.not-json'),
  404: ({ method }) => message('api.no-route', { method }),
  413: () => message('api.too-large'),
};

/** What parsers of bodies throw carries the status of whoever sent the wrong thing. */
function refusalOf(error: unknown): number | null {
  const status = error instanceof Error ? (error as { status?: unknown }).status : null;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

function bodyOf(errorClass: string, told: Message, language: Language): { error: { class: string; code: string; message: string } } {
  return { error: { class: errorClass, code: told.code, message: renderMessage(told, language) } };
}

function isMessage(answer: object | string): answer is Message {
  return typeof answer === 'object' && 'code' in answer && 'values' in answer;
}

/** A message with more that programs read, such as candidates. */
function isToldWith(answer: object | string): answer is { readonly told: Message } {
  return typeof answer === 'object' && 'told' in answer;
}
