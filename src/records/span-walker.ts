import { JsonScanner } from './json-scanner.ts';
import {
  array,
  compileTrie,
  leaf,
  object,
  type PathNode,
  type PathTrie,
  refused,
  type SpanPaths,
} from './path-trie.ts';
import { TextSpans } from './text-spans.ts';

const quote = 0x22;
const comma = 0x2c;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
const lowerN = 0x6e;
const openObject = 0x7b;
const closeObject = 0x7d;

/** A key that is on no path, and one that JSON.parse must read. */
const offPath = -1;
const escapedKey = -2;

/**
 * Walks a record's bytes once and notes where the strings at its paths are, without making a string or an object.
 *
 * It takes only what is perfectly ordinary: JSON as JSON.parse takes it, every container on a path of the type that the
 * path needs, every leaf a string. Null and absent leaves are passed over as `leafVisitor` does where it would not be an
 * error. All else, above all every error, is left to JSON.parse and the walk over its objects, which have the messages.
 */
export class SpanWalker {
  /** What the last walk found, if it answered true. */
  readonly spans: TextSpans;
  readonly #scan = new JsonScanner();
  readonly #trie: PathTrie;

  constructor(trie: PathTrie) {
    this.#trie = trie;
    this.spans = new TextSpans(trie.fields);
  }

  /** Walks the record `bytes[start, end)`, which must be valid UTF-8. */
  walk(bytes: Buffer, start: number, end: number): boolean {
    const { root, fields, required } = this.#trie;
    const { spans } = this;
    this.#scan.use(bytes, end);
    spans.bytes = bytes;
    spans.idStart = -1;
    for (let index = 0; index < fields.length; index++) fields[index]?.clear();
    const first = this.#scan.blanks(start);
    if (this.#scan.byteAt(first) !== (root.kind === object ? openObject : openArray)) return false;
    const behind = root.kind === object ? this.#object(root, first) : this.#array(root, first);
    if (behind < 0 || this.#scan.blanks(behind) !== end) return false;
    for (let index = 0; index < required.length; index++) if (required[index]?.count === 0) return false;
    return true;
  }

  /** Behind the object whose brace is at `from`, or -1. */
  #object(node: PathNode, from: number): number {
    const scan = this.#scan;
    const { layout } = node;
    let seen = 0;
    let at = from;
    for (let member = 0; ; member++) {
      let key: number;
      let valueAt = layout.match(scan.view, at, scan.end, member);
      if (valueAt >= 0) {
        key = layout.keyOf(member);
        valueAt = scan.blanks(valueAt);
      } else {
        const delimiter = scan.blanks(at);
        const byte = scan.byteAt(delimiter);
        if (byte === closeObject) return delimiter + 1;
        if (member > 0 && byte !== comma) return -1;
        const keyAt = scan.blanks(delimiter + 1);
        if (member === 0 && scan.byteAt(keyAt) === closeObject) return keyAt + 1;
        valueAt = scan.key(keyAt);
        if (valueAt < 0) return -1;
        key = findKey(node, scan.bytes, keyAt + 1);
        if (key === escapedKey) return -1;
        layout.learn(scan.view, at, valueAt, member, key);
      }
      if (key === offPath) at = scan.value(valueAt, 0);
      else {
        if ((seen & (1 << key)) !== 0) return -1; // JSON.parse takes the last of several
        seen |= 1 << key;
        at = this.#value(node.children[key] as PathNode, valueAt);
      }
      if (at < 0) return -1;
    }
  }

  /** Behind the array whose bracket is at `from`, or -1. */
  #array(node: PathNode, from: number): number {
    const scan = this.#scan;
    const element = node.children[0] as PathNode;
    let at = scan.blanks(from + 1);
    if (scan.byteAt(at) === closeArray) return at + 1;
    for (;;) {
      at = this.#value(element, at);
      if (at < 0) return -1;
      at = scan.blanks(at);
      const byte = scan.byteAt(at);
      if (byte === closeArray) return at + 1;
      if (byte !== comma) return -1;
      at = scan.blanks(at + 1);
    }
  }

  /** Behind the value on a path that begins at `at`, or -1. */
  #value(node: PathNode, at: number): number {
    const byte = this.#scan.byteAt(at);
    if (node.kind === leaf) return this.#leaf(node, at, byte);
    if (node.kind === object && byte === openObject) return this.#object(node, at);
    if (node.kind === array && byte === openArray) return this.#array(node, at);
    return byte === lowerN && node.kind !== refused ? this.#scan.word(at) : -1;
  }

  #leaf({ spans, isId }: PathNode, at: number, byte: number): number {
    if (spans !== undefined && byte !== quote && byte !== lowerN) return -1;
    const end = byte === quote ? this.#scan.string(at) : this.#scan.value(at, 0);
    if (end < 0) return -1;
    if (spans !== undefined && byte === quote) spans.push(at + 1, end - 1);
    if (isId) {
      this.spans.idStart = at;
      this.spans.idEnd = end;
    }
    return end;
  }
}

/** A walker for the paths; undefined when there is no text, or a path has other steps than keys and `[*]`. */
export function createSpanWalker(paths: SpanPaths): SpanWalker | undefined {
  const trie = paths.text.length === 0 ? undefined : compileTrie(paths);
  return trie && new SpanWalker(trie);
}

/** Which of a node's keys the string is whose content begins at `from` and whose end has been found. */
function findKey({ keys }: PathNode, bytes: Buffer, from: number): number {
  let end = from;
  for (; bytes[end] !== quote; end++) if (bytes[end] === backslash) return escapedKey;
  for (let key = 0; key < keys.length; key++) if (equals(keys[key] as Uint8Array, bytes, from, end)) return key;
  return offPath;
}

function equals(key: Uint8Array, bytes: Buffer, from: number, end: number): boolean {
  if (key.length !== end - from) return false;
  for (let index = 0; index < key.length; index++) if (key[index] !== bytes[from + index]) return false;
  return true;
}
