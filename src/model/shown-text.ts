/** Text that somebody else wrote, to be told: a character that moves the cursor or the direction of writing would change what else is read. */
export function shownText(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, '�');
}
