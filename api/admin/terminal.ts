/** Where a command writes: results, and progress for a person who watches. */
export interface Terminal {
  readonly out: NodeJS.WritableStream;
  /** Overwrites the line of progress; nothing where nobody watches. */
  readonly progress: (text: string) => void;
}

export const exitCodes = { done: 0, failed: 1, usage: 2, config: 3, unreachable: 4 } as const;
