/**
 * A document whose patterns every reader of JSON Schema understands. The generator writes flags
 * into a pattern (`…/u`), and `\p{Cc}` means something else to a reader without that flag.
 */
export function withPortablePatterns<T>(node: T): T {
  // Only patterns change: what goes in as T comes out as T.
  return portable(node) as T;
}

function portable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(portable);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === 'pattern' && typeof value === 'string' ? portablePattern(value) : portable(value),
    ]),
  );
}

function portablePattern(pattern: string): string {
  return pattern.replace(/\/[a-z]+$/, '').replaceAll('\\p{Cc}', '\\u0000-\\u001f\\u007f-\\u009f');
}
