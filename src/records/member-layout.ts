const mostMembers = 32;
const mostWords = 16;
const mostBytes = mostWords * 4;

/**
 * What lies between the values of the objects seen last at one place, for guessing the next: records of one origin have
 * the same keys in the same order, so that comparing is enough and nothing need be parsed or looked up.
 *
 * ```
 * { "category": "Meals", "name": "Idli", "veg": true }
 * └───────────┘       └────────┘      └───────┘
 *   member 0           member 1        member 2
 * ```
 */
export class MemberLayout {
  /** How many bytes lead to the member's value; 0 while nothing is known. */
  readonly #lengths = new Int32Array(mostMembers);
  /** What the caller knows the member's key by. */
  readonly #keys = new Int32Array(mostMembers);
  /** The bytes, four at a time; the last four may overlap those before. */
  readonly #words = new Int32Array(mostMembers * mostWords);

  /** Where the member's value begins if what leads to it is at `from` again, else -1. */
  match(view: DataView, from: number, end: number, member: number): number {
    if (member >= mostMembers) return -1;
    const length = this.#lengths[member] as number;
    if (length === 0 || from + length > end) return -1;
    const last = from + length - 4;
    let word = member * mostWords;
    for (let at = from; at < last; at += 4) if (view.getInt32(at, true) !== this.#words[word++]) return -1;
    return view.getInt32(last, true) === this.#words[word] ? from + length : -1;
  }

  keyOf(member: number): number {
    return this.#keys[member] as number;
  }

  /** Remembers what leads to a member's value: `[from, valueAt)`, at least `,"":`, which the caller has checked. */
  learn(view: DataView, from: number, valueAt: number, member: number, key: number): void {
    const length = valueAt - from;
    if (member >= mostMembers || length > mostBytes) return;
    this.#lengths[member] = length;
    this.#keys[member] = key;
    let word = member * mostWords;
    for (let at = from; at < valueAt - 4; at += 4) this.#words[word++] = view.getInt32(at, true);
    this.#words[word] = view.getInt32(valueAt - 4, true);
  }
}
