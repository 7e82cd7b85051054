/** Words by which senders mark a file that replaces an earlier one. */
const correctionMark = /更正|修正|修订|订正|重传|重发|补传|最新|correct(ed|ion)?|revised|resend/iu;

/**
 * The business order among deliveries of one sender: when it was sent, then whether its name says that it corrects, then name
 * and content. Compared as plain text. It never depends on when we saw the file, so any order of arrival ends the same (I7).
 */
export function orderKey(sentAt: Date, name: string, sha256: string): string {
  return [sentAt.toISOString(), correctionMark.test(name) ? '1' : '0', name, sha256].join('|');
}

/**
 * The name of a document without what changes when it is sent again: extension, correction marks, copy numbers, and how its
 * words are set apart. A number that may be the day of a date stays: files of two days are two documents.
 */
export function documentStem(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\.[a-z0-9]{2,5}$/iu, '')
    .replace(new RegExp(`(${correctionMark.source})[版稿后]?`, 'giu'), '')
    .replace(/副本|copy|\(\d+\)/giu, '')
    .replace(/[\s_\-()[\]【】]+/gu, '_')
    .replace(/(?<=\D|\d{8})_v?\d{1,2}$/iu, '')
    .replace(/^_|_$/gu, '');
}
