/**
 * A code as a key of the master: width (`Ｅ００３`) and spaces at its ends make no other one; case and leading zeros do. Codes that
 * records have and codes that refer to them go through here, so both sides always agree.
 */
export function foldCode(code: string): string {
  return code.normalize('NFKC').trim();
}
