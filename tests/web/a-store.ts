import type { Store } from '#web/page/kept.ts';

/** A phone's store, empty or with what was kept before. */
export function aStore(kept: Readonly<Record<string, string>> = {}): Store {
  const values = new Map(Object.entries(kept));
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
