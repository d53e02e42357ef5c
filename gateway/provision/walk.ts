/** What a walk test expects: the bays in the order in which somebody walks past them. */
export interface WalkPlace {
  readonly address: number;
  readonly name: string;
}

export type WalkEvent = {
  readonly kind: 'covered';
  /** Whose sensor saw it. */
  readonly place: WalkPlace;
  /** How many of the expected ones have. */
  readonly covered: number;
  /** Another sensor still sees somebody: not sure whose turn it is. */
  readonly isWithAnother: boolean;
};

/** What a walk has shown. */
export interface WalkResult {
  /** In the order in which their sensors saw somebody. */
  readonly seen: readonly WalkPlace[];
  /** Sensors that saw nobody. */
  readonly missing: readonly WalkPlace[];
  /** Where the sensor of another bay answered. */
  readonly swapped: readonly { readonly at: WalkPlace; readonly saw: WalkPlace }[];
  /** Everything was seen from the far end to the near one. */
  readonly isReversed: boolean;
  /** One sentence each; empty: every sensor hangs where it should. */
  readonly findings: readonly string[];
}

/** A plate, or a person, comes nearer to the sensor than the floor or the roof by this much. */
const COVERED_MM = 400;
const UNCOVERED_MM = 200;
const IN_A_ROW = 2;
const BASELINE_SAMPLES = 5;

interface Watched {
  readonly place: WalkPlace;
  readonly first: number[];
  nearer: number;
  isCovered: boolean;
}

/** Follows somebody who holds a plate under one sensor after the other. */
export class Walk {
  readonly #expected: readonly WalkPlace[];
  readonly #watched: ReadonlyMap<number, Watched>;
  readonly #seen: WalkPlace[] = [];

  constructor(expected: readonly WalkPlace[]) {
    this.#expected = expected;
    this.#watched = new Map(
      expected.map((place) => [place.address, { place, first: [], nearer: 0, isCovered: false }]),
    );
  }

  /** All sensors know what they see while nobody is there. */
  get isReady(): boolean {
    return this.notReady.length === 0;
  }

  get notReady(): WalkPlace[] {
    return [...this.#watched.values()]
      .filter(({ first }) => first.length < BASELINE_SAMPLES)
      .map(({ place }) => place);
  }

  /** The next that is expected, of those that were not seen yet. */
  get next(): WalkPlace | undefined {
    return this.#expected.find((place) => !this.#seen.includes(place));
  }

  get isComplete(): boolean {
    return this.#seen.length === this.#expected.length;
  }

  /** A fresh distance of the sensor at an address; undefined: it measured none. */
  hear(address: number, distanceMm: number | undefined): WalkEvent | undefined {
    const watched = this.#watched.get(address);
    if (watched === undefined || distanceMm === undefined) return undefined;
    if (watched.first.length < BASELINE_SAMPLES) {
      watched.first.push(distanceMm);
      return undefined;
    }
    const baseline = watched.first.toSorted((a, b) => a - b)[Math.floor(BASELINE_SAMPLES / 2)] ?? 0;
    if (distanceMm > baseline - UNCOVERED_MM) {
      watched.nearer = 0;
      watched.isCovered = false;
    }
    watched.nearer = distanceMm < baseline - COVERED_MM ? watched.nearer + 1 : 0;
    if (watched.nearer < IN_A_ROW || watched.isCovered) return undefined;
    watched.isCovered = true;
    if (this.#seen.includes(watched.place)) return undefined;
    this.#seen.push(watched.place);
    const isWithAnother = [...this.#watched.values()].some(
      (other) => other !== watched && other.isCovered,
    );
    return { kind: 'covered', place: watched.place, covered: this.#seen.length, isWithAnother };
  }

  result(): WalkResult {
    return resultOf(this.#expected, this.#seen);
  }
}

/** Compares the order in which the bays lie with the order in which their sensors saw somebody. */
export function resultOf(expected: readonly WalkPlace[], seen: readonly WalkPlace[]): WalkResult {
  const missing = expected.filter((place) => !seen.includes(place));
  const walked = expected.filter((place) => seen.includes(place));
  const isReversed =
    seen.length > 2 && seen.every((place, at) => place === walked[walked.length - 1 - at]);
  const swapped = isReversed
    ? []
    : walked.flatMap((at, turn) => {
        const saw = seen[turn];
        return saw === undefined || saw === at ? [] : [{ at, saw }];
      });
  return {
    seen,
    missing,
    swapped,
    isReversed,
    findings: [
      ...(isReversed
        ? [
            'all bays were seen in the opposite order: walked from the far end, or listed from there',
          ]
        : []),
      ...swapSentences(swapped),
      ...missing.map(
        ({ name, address }) =>
          `${name}: its sensor (address ${address}) saw nobody: not walked, dead, or blind`,
      ),
    ],
  };
}

function swapSentences(swapped: WalkResult['swapped']): string[] {
  const told = new Set<WalkPlace>();
  return swapped.flatMap(({ at, saw }) => {
    if (told.has(at)) return [];
    const isPair = swapped.some((other) => other.at === saw && other.saw === at);
    if (!isPair) {
      return [`at ${at.name} the sensor of ${saw.name} (address ${saw.address}) saw somebody`];
    }
    told.add(saw);
    return [
      `${at.name} and ${saw.name} are swapped: address ${saw.address} hangs over ${at.name}, ${at.address} over ${saw.name}`,
    ];
  });
}
