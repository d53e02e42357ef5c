/**
 * Hides the element after this time even when no script of the page runs any more: the browser's
 * compositor does it, a thread that a page that hangs does not stop. To be called again and again
 * while what is shown still holds. `Infinity`: nothing in it expires.
 */
export function holdFor(element: Element | null, forMs: number): void {
  if (element === null) return;
  const before = element.getAnimations();
  if (Number.isFinite(forMs)) {
    const frames = [{ opacity: 1 }, { opacity: 1, offset: 0.999 }, { opacity: 0 }];
    element.animate(frames, { duration: Math.max(1, forMs), fill: 'forwards' });
  }
  for (const animation of before) animation.cancel();
}
