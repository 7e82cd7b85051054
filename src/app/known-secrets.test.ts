import { expect, test } from 'vitest';
import { rememberSecret, withoutSecrets } from './known-secrets.js';

test('a secret is blotted out however it is quoted, also one that begins another', () => {
  const secret = `p@ss "w/ord"\\$1`;
  rememberSecret(secret);
  rememberSecret('p@ss');
  for (const quoted of [secret, encodeURIComponent(secret), JSON.stringify({ secret }), `${secret}${secret}`]) {
    const told = withoutSecrets(`530 login of ${quoted} failed`);
    expect(told).toContain('***');
    expect(told).not.toMatch(/ass|w\/ord/);
  }
});

test('what is too short to be a secret stays readable', () => {
  rememberSecret('');
  rememberSecret('abc');
  expect(withoutSecrets('abc')).toBe('abc');
});
