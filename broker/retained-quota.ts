/** Retained messages stay in memory until somebody clears them: each client may own so many. */
export class RetainedQuota {
  readonly #ownerOf = new Map<string, string>();
  readonly #countOf = new Map<string, number>();

  get size(): number {
    return this.#ownerOf.size;
  }

  /** Books one retained message of a client; false when it owns `most` topics already. */
  admit(client: string, topic: string, most: number): boolean {
    if (this.#ownerOf.has(topic)) return true;
    const count = this.#countOf.get(client) ?? 0;
    if (count >= most) return false;
    this.#ownerOf.set(topic, client);
    this.#countOf.set(client, count + 1);
    return true;
  }

  cleared(topic: string): void {
    const owner = this.#ownerOf.get(topic);
    if (owner === undefined) return;
    this.#ownerOf.delete(topic);
    const left = (this.#countOf.get(owner) ?? 1) - 1;
    if (left === 0) this.#countOf.delete(owner);
    else this.#countOf.set(owner, left);
  }
}
