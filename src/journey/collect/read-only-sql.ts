const writing =
  /\b(insert|update|delete|merge|upsert|truncate|replace|drop|alter|create|grant|revoke|rename|exec|execute|call|do|copy|into|lock|unlock|set|begin|commit|rollback|savepoint|attach|vacuum|shutdown|kill|reconfigure|waitfor|outfile|dumpfile|load_file|xp_\w+|sp_\w+|openrowset|opendatasource|openquery|pg_read_\w+|pg_ls_\w+|lo_import|lo_export|dblink\w*|pg_sleep\w*|sleep|benchmark|dbms_\w+|utl_\w+)\b/iu;

/**
 * What in a statement is more than one SELECT, as found; null when it is one. Words inside literals, quoted names and comments do not
 * count. Where servers disagree on what is quoted (`#`, `$$`, `\'`, `--x`, comments in comments), the statement is refused. This is the
 * first of three fences: the session refuses to write, and the login should have no right to.
 */
export function writesIn(sql: string): string | null {
  const dollar = /\$\w*\$/u.exec(sql);
  if (dollar) return dollar[0];
  const { bare, odd } = withoutLiterals(sql);
  if (odd !== null) return odd;
  if (!/^\s*\(*\s*(select|with)\b/iu.test(bare)) return bare.trim().slice(0, 20) || "''";
  const semicolon = /;/u.exec(bare);
  if (semicolon) return ';';
  let depth = 0;
  for (const char of bare) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (depth < 0) return ')';
  }
  if (depth > 0) return '(';
  // The functions replace(…) and truncate(…) of several servers read only.
  return writing.exec(bare.replace(/\b(replace|truncate)\s*\(/giu, '('))?.[0] ?? null;
}

/** The statement with everything quoted or commented out blanked; `odd` is what is not closed, or not the same at all servers. */
function withoutLiterals(sql: string): { readonly bare: string; readonly odd: string | null } {
  let bare = '';
  for (let at = 0; at < sql.length; ) {
    const two = sql.slice(at, at + 2);
    const char = two[0]!;
    if (char === '#') return { bare, odd: '#' };
    if (two === '--') {
      if (!/^--(\s|$)/u.test(sql.slice(at, at + 3))) return { bare, odd: '--' };
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end;
      bare += ' ';
    } else if (two === '/*') {
      const end = sql.indexOf('*/', at + 2);
      const inside = end < 0 ? '/*' : sql.slice(at + 2, end);
      // MySQL and MariaDB execute what stands in /*! … */ and /*M! … */.
      if (end < 0 || inside.includes('/*') || /^M?!/u.test(inside)) return { bare, odd: `/*${inside.slice(0, 5)}` };
      at = end + 2;
      bare += ' ';
    } else if (char in closing) {
      const end = sql.indexOf(closing[char]!, at + 1);
      if (end < 0 || sql[end - 1] === '\\') return { bare, odd: char };
      if (char === '[' && sql.slice(at, end).includes(';')) return { bare, odd: ';' };
      at = end + 1;
      bare += 'x';
    } else {
      bare += char;
      at += 1;
    }
  }
  return { bare, odd: null };
}

const closing: Readonly<Record<string, string>> = { "'": "'", '"': '"', '`': '`', '[': ']' };
