/** Goes through all steps of a verb, says each, and resolves with what it ended with. */
export async function toTheEnd<Event, Result>(
  steps: AsyncGenerator<Event, Result>,
  hear: (event: Event) => void = () => undefined,
): Promise<Result> {
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value;
    hear(step.value);
  }
}
