import { compilePath, type JsonPath } from './json-path.ts';
import { MemberLayout } from './member-layout.ts';
import { SpanList } from './text-spans.ts';

/** The paths that are read of a record: an id, and texts. */
export interface SpanPaths {
  readonly id?: string | undefined;
  readonly text: readonly { readonly path: string; readonly optional: boolean }[];
}

/** What a path leads through. `refused` is a value that only JSON.parse's way may see. */
export const leaf = 0;
export const object = 1;
export const array = 2;
export const refused = 3;
export type NodeKind = typeof leaf | typeof object | typeof array | typeof refused;

/** A place in a record that a path leads to or through. */
export class PathNode {
  readonly kind: NodeKind;
  /** Of an object: its members on a path, in UTF-8. */
  readonly keys: Uint8Array[] = [];
  /** Of an object: one for each of `keys`; of an array: the one for every element. */
  readonly children: PathNode[] = [];
  readonly layout = new MemberLayout();
  /** Of a leaf: where its strings go, unless it is only the id. */
  spans: SpanList | undefined;
  isId = false;

  constructor(kind: NodeKind) {
    this.kind = kind;
  }
}

export interface PathTrie {
  readonly root: PathNode;
  /** One for each text, in order. */
  readonly fields: readonly SpanList[];
  /** Those of `fields` without which a record is not for us: an error, or merely unusual. */
  readonly required: readonly SpanList[];
}

/** Joins paths by their beginnings. Undefined for paths that a walk does not take: with `[n]`, or one within another. */
export function compileTrie({ id, text }: SpanPaths): PathTrie | undefined {
  const paths = text.map(({ path }) => compilePath(path));
  const root = new PathNode(paths[0]?.steps[0]?.kind === 'each' ? array : object);
  const fields: SpanList[] = [];
  for (const path of paths) {
    const node = grow(root, path);
    if (node === undefined) return undefined;
    node.spans ??= new SpanList();
    fields.push(node.spans);
  }
  // A record `{"features":[…]}` has its values by position, so it is for the ordinary way, unless a text's path says so.
  if (root.kind === object && memberOf(root, 'features', refused) === undefined) return undefined;
  if (id !== undefined) {
    const node = grow(root, compilePath(id));
    if (node === undefined) return undefined;
    node.isId = true;
  }
  return { root, fields, required: fields.filter((_, index) => !text[index]?.optional) };
}

/** The leaf of a path, added if need be. */
function grow(root: PathNode, { steps }: JsonPath): PathNode | undefined {
  let node = root;
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    const kind = next === undefined ? leaf : next.kind === 'key' ? object : array;
    if (step.kind === 'index' || node.kind !== (step.kind === 'key' ? object : array)) return undefined;
    const child = step.kind === 'key' ? memberOf(node, step.key, kind) : elementOf(node, kind);
    if (child?.kind !== kind) return undefined;
    node = child;
  }
  return node === root ? undefined : node;
}

const mostKeys = 31; // a bit for each
const utf8 = new TextEncoder();

/** Adds a member, or finds it. */
function memberOf(node: PathNode, key: string, kind: NodeKind): PathNode | undefined {
  const bytes = utf8.encode(key);
  const known = node.keys.findIndex((other) => Buffer.compare(other, bytes) === 0);
  if (known >= 0) return node.children[known];
  // Half a surrogate pair has no UTF-8: it must not match the U+FFFD that would be written for it.
  if (node.keys.length === mostKeys || !key.isWellFormed()) return undefined;
  const child = new PathNode(kind);
  node.keys.push(bytes);
  node.children.push(child);
  return child;
}

function elementOf(node: PathNode, kind: NodeKind): PathNode {
  node.children[0] ??= new PathNode(kind);
  return node.children[0];
}
