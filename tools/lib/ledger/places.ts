/** Where wanted events stand: four numbers each, so that a day of any size is ordered in little memory. */

/** One wanted event: its instant, and its line in the file with that number. */
export interface Place {
  atMs: number;
  file: number;
  position: number;
  length: number;
}

const FIELDS = 4;

export class Places {
  private numbers = new Float64Array(FIELDS * 256);
  private count = 0;

  add({ atMs, file, position, length }: Place): void {
    const start = this.count++ * FIELDS;
    if (start === this.numbers.length) {
      const larger = new Float64Array(start * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[start] = atMs;
    this.numbers[start + 1] = file;
    this.numbers[start + 2] = position;
    this.numbers[start + 3] = length;
  }

  /** Takes out all places before an instant, oldest first; those of one instant as they were added. */
  takeBefore(instantMs: number): Iterable<Place> {
    const { numbers, count } = this;
    const kept = new Places();
    const taken: number[] = [];
    for (let index = 0; index < count; index++) {
      if (numbers[index * FIELDS]! < instantMs) taken.push(index);
      else kept.add(placeAt(numbers, index));
    }
    this.numbers = kept.numbers;
    this.count = kept.count;
    taken.sort((a, b) => numbers[a * FIELDS]! - numbers[b * FIELDS]!);
    return placesAt(numbers, taken);
  }
}

function* placesAt(numbers: Float64Array, indexes: number[]): Generator<Place> {
  for (const index of indexes) yield placeAt(numbers, index);
}

function placeAt(numbers: Float64Array, index: number): Place {
  const start = index * FIELDS;
  return {
    atMs: numbers[start]!,
    file: numbers[start + 1]!,
    position: numbers[start + 2]!,
    length: numbers[start + 3]!,
  };
}
