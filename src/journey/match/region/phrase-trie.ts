/** Phrases → numbers, looked up at a position of a text. Typed arrays throughout: 200,000 nodes take about 5 MB. */
export class PhraseTrie {
  private mask = (1 << 16) - 1;
  private keyNode = new Uint32Array(1 << 16);
  private keyChar = new Uint16Array(1 << 16);
  private child = new Uint32Array(1 << 16);
  /** The children of the root by character: most look-ups end here. */
  private readonly first = new Uint32Array(1 << 16);
  private nodes = 1;
  private readonly values: (number[] | undefined)[] = [undefined];

  add(phrase: string, value: number): void {
    let node = 0;
    for (let i = 0; i < phrase.length; i++) node = this.step(node, phrase.charCodeAt(i)) || this.grow(node, phrase.charCodeAt(i));
    const values = this.values[node];
    if (!values) this.values[node] = [value];
    else if (!values.includes(value)) values.push(value);
  }

  /** Calls back for every phrase that starts at `from`, shortest first. */
  each(text: string, from: number, found: (end: number, values: readonly number[]) => void): void {
    let node = 0;
    for (let i = from; i < text.length; i++) {
      node = this.step(node, text.charCodeAt(i));
      if (node === 0) return;
      const values = this.values[node];
      if (values) found(i + 1, values);
    }
  }

  get(phrase: string): readonly number[] {
    let node = 0;
    for (let i = 0; i < phrase.length; i++) {
      node = this.step(node, phrase.charCodeAt(i));
      if (node === 0) return [];
    }
    return this.values[node] ?? [];
  }

  /** The node behind `node` by a character, 0 when no phrase goes on so. The root is 0: `each` step by step, without a call per phrase. */
  step(node: number, char: number): number {
    if (node === 0) return this.first[char]!;
    const { keyNode, keyChar, child, mask } = this;
    let slot = hash(node, char) & mask;
    while (child[slot] !== 0) {
      if (keyNode[slot] === node && keyChar[slot] === char) return child[slot]!;
      slot = (slot + 1) & mask;
    }
    return 0;
  }

  /** The values of the phrase that ends at this node. */
  valuesOf(node: number): readonly number[] | undefined {
    return this.values[node];
  }

  private grow(node: number, char: number): number {
    this.values.push(undefined);
    if (node === 0) {
      this.first[char] = this.nodes;
      return this.nodes++;
    }
    if (this.nodes * 2 > this.mask) this.rehash();
    this.insert(node, char, this.nodes);
    return this.nodes++;
  }

  private insert(node: number, char: number, to: number): void {
    let slot = hash(node, char) & this.mask;
    while (this.child[slot] !== 0) slot = (slot + 1) & this.mask;
    this.keyNode[slot] = node;
    this.keyChar[slot] = char;
    this.child[slot] = to;
  }

  private rehash(): void {
    const { keyNode, keyChar, child } = this;
    const size = child.length * 2;
    this.mask = size - 1;
    this.keyNode = new Uint32Array(size);
    this.keyChar = new Uint16Array(size);
    this.child = new Uint32Array(size);
    for (let i = 0; i < child.length; i++) if (child[i] !== 0) this.insert(keyNode[i]!, keyChar[i]!, child[i]!);
  }
}

function hash(node: number, char: number): number {
  const mixed = (Math.imul(node, 0x9e3779b1) ^ Math.imul(char, 0x85ebca6b)) >>> 0;
  return mixed ^ (mixed >>> 15);
}
