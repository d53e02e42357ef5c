/** For conditions that ask an api: it refuses a connection that asks more than 20 times a second. */
export const POLITELY = { everyMs: 100 } as const;

/**
 * Waits until the condition gives something truthy and returns that; throws after `withinMs` with
 * the condition's text and the last thing seen. The one way to wait for a real process in a test.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { withinMs = 20_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      last = await condition();
      if (last) return last as Exclude<T, false | null | undefined | 0 | ''>;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${withinMs} ms: ${condition.toString()}\nlast: ${String(last)}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, everyMs);
    });
  }
}
