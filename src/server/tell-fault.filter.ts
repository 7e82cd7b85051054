import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type ErrorClass, HubError } from '../model/hub-error.js';
import { type Language, type Message, message, renderMessage } from '../model/message.js';

const statusOf: Record<ErrorClass, number> = { config: 400, auth: 502, transient: 503, 'source-data': 422, bug: 500 };

/** Every fault as `{ error: { class, code, message } }`, like the command line with `--json`, in the language of `Accept-Language`. */
@Catch()
export class TellFaultFilter implements ExceptionFilter {
  private readonly logger = new Logger('api');

  constructor(@Inject(HttpAdapterHost) private readonly adapter: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { headers, url } = http.getRequest<{ headers: Record<string, string | undefined>; url: string }>();
    const language: Language = /^\s*en\b/i.test(headers['accept-language'] ?? '') ? 'en' : 'zh';
    const { status, body } = answerTo(error, language);
    if (status >= 500) this.logger.error({ error, url: url.split('?')[0]?.replace(/\/(k|u)\/[^/]+/, '/$1/…') });
    this.adapter.httpAdapter.reply(http.getResponse(), body, status);
  }
}

function answerTo(error: unknown, language: Language): { status: number; body: unknown } {
  if (error instanceof HubError) return { status: statusOf[error.errorClass], body: bodyOf(error.errorClass, error.told, language) };
  if (!(error instanceof HttpException)) return { status: 500, body: bodyOf('bug', message('api.unexpected'), language) };
  const answer = error.getResponse();
  const status = error.getStatus();
  if (isMessage(answer)) return { status, body: bodyOf('request', answer, language) };
  // Of Nest itself (no such route, malformed JSON), or a body that a controller made on purpose, such as that of a failed health check.
  if (typeof answer === 'object' && !('statusCode' in answer)) return { status, body: answer };
  return { status, body: { error: { class: 'request', code: `http-${status}`, message: error.message } } };
}

function bodyOf(errorClass: string, told: Message, language: Language): object {
  return { error: { class: errorClass, code: told.code, message: renderMessage(told, language) } };
}

function isMessage(answer: object | string): answer is Message {
  return typeof answer === 'object' && 'code' in answer && 'values' in answer;
}
