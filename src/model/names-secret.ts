/** Whether a field of this name may hold a secret: its value is never told. */
export function namesSecret(name: string): boolean {
  return /passw|passphrase|secret|token|credential|authori[sz]ation|cookie|private|(^|_)key$|口令|密码/iu.test(name);
}
