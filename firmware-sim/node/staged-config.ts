import { configCrc, configProblems } from '#contract/node-config.ts';
import { COMMIT, configBlock } from '#contract/registers.ts';
import type { ConfigRegisters } from '#contract/registers.ts';

/**
 * A node's configuration: written into a stage, put to use by the commit word, and kept only when
 * the commit word comes again within 10 s, over the link as it then is. Otherwise the one before
 * returns: a wrong baud rate must not brick a node under a ceiling.
 */
export class StagedConfig {
  #kept: ConfigRegisters;
  #active: ConfigRegisters;
  #staged: Uint8Array | undefined;
  #confirmBefore: number | undefined;
  #crc: number;

  constructor(initial: ConfigRegisters) {
    this.#kept = initial;
    this.#active = initial;
    this.#crc = configCrc(initial);
  }

  get active(): ConfigRegisters {
    return this.#active;
  }

  get crc(): number {
    return this.#crc;
  }

  /** In use and not confirmed yet. */
  get isOnTrial(): boolean {
    return this.#confirmBefore !== undefined;
  }

  /** Stages these registers of the block (word offset); false when a value cannot be. */
  stage(offset: number, values: readonly number[]): boolean {
    const staged = this.#staged ?? configBlock.encode(this.#kept);
    const next = staged.slice();
    for (const [at, value] of values.entries()) {
      next.set([value >> 8, value & 0xff], 2 * (offset + at));
    }
    if (configProblems(configBlock.decode(next)).length > 0) return false;
    this.#staged = next;
    return true;
  }

  /** The commit word: puts the stage to use, or confirms what is on trial; false when neither. */
  commit(at: number): boolean {
    this.settle(at);
    if (this.isOnTrial) {
      this.#kept = this.#active;
      this.#confirmBefore = undefined;
      return true;
    }
    if (this.#staged === undefined) return false;
    this.#use(configBlock.decode(this.#staged));
    this.#staged = undefined;
    this.#confirmBefore = at + COMMIT.confirmWithinMs;
    return true;
  }

  /** An address given by UID holds at once and for good. */
  takeAddress(address: number): boolean {
    if (address < 1 || address > 247) return false;
    this.#kept = { ...this.#kept, address };
    this.#use({ ...this.#active, address });
    return true;
  }

  /** Returns to the kept configuration when the trial ran out by `at`. */
  settle(at: number): void {
    if (this.#confirmBefore !== undefined && at >= this.#confirmBefore) this.revert();
  }

  /** A reset forgets the stage and the trial. */
  revert(): void {
    this.#staged = undefined;
    this.#confirmBefore = undefined;
    this.#use(this.#kept);
  }

  #use(config: ConfigRegisters): void {
    this.#active = config;
    this.#crc = configCrc(config);
  }
}
