/** Memory that several threads can look at without copying; zeroed. Everything an index consists of lies in such memory. */
export function shareBytes(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}
