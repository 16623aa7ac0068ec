/**
 * Finding ids that occur twice among millions, in constant memory. A slot holds a 32-bit hash of an id and
 * the number of its line; open addressing, linear probing, at most three quarters full. Equal hashes prove
 * nothing, so the caller confirms each by reading the earlier line again: among a million different ids that
 * happens about a hundred times. A full table becomes the older of two generations, and the oldest is
 * dropped: an id is compared with at least the 1.5 million before it.
 */
import { type RandomSource, randomBytes } from '../../random.js';

const FEWEST_SLOTS = 2 ** 10;
const MOST_SLOTS = 2 ** 21;
const FULLEST = 0.75;
/** So many lines with the same hash are read again; a file made of such is not worth more. */
const MOST_DOUBTS = 16;

class Generation {
  /** Two numbers a slot: the hash, and the line's number plus one; 0 marks a free slot. */
  private slots: Uint32Array;
  private count = 0;

  constructor(slots: number) {
    this.slots = new Uint32Array(slots * 2);
  }

  find(hash: number, isSame: (number: number) => boolean): number | undefined {
    const { slots } = this;
    const mask = slots.length - 1;
    let doubts = 0;
    for (let at = (hash * 2) & mask; slots[at + 1] !== 0; at = (at + 2) & mask) {
      if (slots[at] !== hash) continue;
      if (isSame(slots[at + 1]! - 1)) return slots[at + 1]! - 1;
      if (++doubts === MOST_DOUBTS) return undefined;
    }
    return undefined;
  }

  /** @returns false when it is full */
  add(hash: number, number: number): boolean {
    const { length } = this.slots;
    if (this.count >= (length / 2) * FULLEST) {
      if (length === MOST_SLOTS * 2) return false;
      this.grow(length);
    }
    this.put(hash, number + 1);
    this.count++;
    return true;
  }

  private put(hash: number, mark: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = (hash * 2) & mask;
    while (slots[at + 1] !== 0) at = (at + 2) & mask;
    slots[at] = hash;
    slots[at + 1] = mark;
  }

  private grow(slots: number): void {
    const before = this.slots;
    this.slots = new Uint32Array(slots * 2);
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] !== 0) this.put(before[at]!, before[at + 1]!);
    }
  }
}

export class IdTable {
  /** For the hashes, so that nobody can foresee which ids meet. */
  readonly seed: number;
  private current: Generation;
  private older: Generation | undefined;
  /** The first line of either generation. */
  private firstOfCurrent = 0;
  private firstOfOlder = 0;

  /** @param expected about how many ids will come: growing leaves the smaller tables behind for a while */
  constructor(expected = 0, random: RandomSource = randomBytes) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1, expected / FULLEST)));
    this.current = new Generation(Math.min(Math.max(slots, FEWEST_SLOTS), MOST_SLOTS));
    this.seed = Buffer.from(random(4)).readInt32LE();
  }

  /**
   * Notes the id of a line by its hash.
   * @param isSame whether the line with that number really has this id
   * @returns the number of an earlier line with the same id; then nothing is noted
   */
  note(hash: number, number: number, isSame: (number: number) => boolean): number | undefined {
    const earlier = this.current.find(hash, isSame) ?? this.older?.find(hash, isSame);
    if (earlier !== undefined) return earlier;
    if (!this.current.add(hash, number)) {
      this.older = this.current;
      this.firstOfOlder = this.firstOfCurrent;
      this.current = new Generation(MOST_SLOTS);
      this.firstOfCurrent = number;
      this.current.add(hash, number);
    }
    return undefined;
  }

  /** Lines before this one are not asked for any more. */
  get firstNoted(): number {
    return this.older === undefined ? this.firstOfCurrent : this.firstOfOlder;
  }
}
