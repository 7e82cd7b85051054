import { createHmac } from 'node:crypto';

/** The signature of our webhook: the receiver computes it over `timestamp + "." + body` and refuses old timestamps. */
export function signWebhook(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** 加签 of 钉钉: key is the secret, text is `timestamp\nsecret`; base64, to be put into the query. `timestamp` in milliseconds. */
export function signDingtalk(secret: string, timestamp: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}
