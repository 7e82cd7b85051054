/**
 * A text as it may stand in a table that other people open: what a spreadsheet program could take for a formula gets an
 * apostrophe in front. Plain numbers are left alone. `originalText` takes the apostrophe off again.
 */
export function safeText(text: string): string {
  return (looksLikeFormula.test(text) && !isNumber.test(text)) || guarded.test(text) ? `'${text}` : text;
}

export function originalText(text: string): string {
  return guarded.test(text) ? text.slice(1) : text;
}

const looksLikeFormula = /^[=+\-@\t\r\n]/;
const guarded = /^'+[=+\-@\t\r\n]/;
const isNumber = /^-?\d+(\.\d+)?$/;
