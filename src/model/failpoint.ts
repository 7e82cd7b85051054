/**
 * A named place where a test may kill this very process. Armed by `HUILIU_FAILPOINT=name` or `name:k` (the k-th time);
 * otherwise it costs one comparison.
 */
export function failpoint(name: string): void {
  if (armed === null || name !== armed.name) return;
  armed.passes -= 1;
  if (armed.passes <= 0) process.kill(process.pid, 'SIGKILL');
}

const armed = read(process.env['HUILIU_FAILPOINT']);

function read(setting: string | undefined): { name: string; passes: number } | null {
  if (!setting) return null;
  const [name = '', passes = '1'] = setting.split(':');
  return { name, passes: Number(passes) };
}
