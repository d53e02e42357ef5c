/** Many read at once, one writes alone; whoever comes while a writer waits, waits for it too. */
export class ReadersAndWriter {
  readonly #reading = new Set<Promise<unknown>>();
  #writing: Promise<unknown> | undefined;

  async read<T>(work: () => Promise<T>): Promise<T> {
    while (this.#writing) await settled(this.#writing);
    const reading = work();
    this.#reading.add(reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(reading);
    }
  }

  async write<T>(work: () => Promise<T>): Promise<T> {
    while (this.#writing) await settled(this.#writing);
    const writing = Promise.allSettled(this.#reading).then(work);
    this.#writing = writing;
    try {
      return await writing;
    } finally {
      if (this.#writing === writing) this.#writing = undefined;
    }
  }
}

async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}
