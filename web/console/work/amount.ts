/**
 * A number of at least 0 that is whole in the smallest unit, of which `scale` are one; digits may be
 * grouped by commas. undefined: it is none.
 */
export function amountOf(text: string, scale: number): number | undefined {
  const plain = text.trim().replaceAll(',', '');
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(plain)) return undefined;
  const minor = Number(plain) * scale;
  const whole = Math.round(minor);
  return Math.abs(minor - whole) < 1e-6 ? whole : undefined;
}
