import { type Language, type Message, renderMessage } from '../model/message.js';
import { shanghaiMoment } from '../model/shanghai-moment.js';

export type Severity = 'warning' | 'fault';

/** What a channel is to tell, as data: written down once, worded when it is sent. */
export interface Notice {
  readonly occasion: 'opened' | 'grown' | 'recovered' | 'test';
  /** Null for a test. */
  readonly incident: string | null;
  readonly severity: Severity;
  readonly told: Message;
  /** What suffers from it: sources, files. */
  readonly members: readonly string[];
  /** ISO moments. */
  readonly openedAt: string;
  readonly recoveredAt: string | null;
}

export interface WordedNotice {
  readonly title: string;
  /** The first line repeats nothing of the title. */
  readonly lines: readonly string[];
}

/** So many members are named; the rest is a count, so that a thousand sources are one short text. */
const named = 20;

const words = {
  zh: {
    opened: '故障',
    grown: '扩大',
    recovered: '恢复',
    test: '测试',
    warning: '注意',
    more: (count: number) => `……等共 ${count} 项`,
    since: '自',
    until: '至',
  },
  en: {
    opened: 'fault',
    grown: 'spread',
    recovered: 'recovered',
    test: 'test',
    warning: 'warning',
    more: (count: number) => `... ${count} in all`,
    since: 'since',
    until: 'until',
  },
} as const;

export function wordNotice(notice: Notice, language: Language): WordedNotice {
  const word = words[language];
  const kind = notice.occasion === 'opened' && notice.severity === 'warning' ? word.warning : word[notice.occasion];
  const number = notice.incident === null ? '' : ` #${notice.incident}`;
  const time = `${word.since} ${shanghaiMoment(new Date(notice.openedAt))}${notice.recoveredAt ? ` ${word.until} ${shanghaiMoment(new Date(notice.recoveredAt))}` : ''}`;
  const list = notice.members.slice(0, named).map((member) => `- ${member}`);
  return {
    title: `[Huiliu ${kind}${number}] ${firstSentence(renderMessage(notice.told, language))}`,
    lines: [
      renderMessage(notice.told, language),
      time,
      ...list,
      ...(notice.members.length > named ? [word.more(notice.members.length)] : []),
    ],
  };
}

/** A title is one line: a subject must not carry line breaks, and a phone shows 60 characters. */
function firstSentence(text: string): string {
  const first = text.split(/[。；\n]|[.;:] /u)[0]!.replace(/[\p{Cc}\s]+/gu, ' ');
  return first.length > 60 ? `${first.slice(0, 59)}…` : first;
}
