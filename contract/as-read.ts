/**
 * What a schema made of a value, with every part that is the same as it was read being the part that
 * was read: a schema's copies grow field by field and keep room for more, twice what JSON takes.
 * Changes `made`, which is nobody else's.
 */
export function sharingRead<Made>(made: Made, read: unknown): Made {
  return shared(made, read) as Made;
}

function shared(made: unknown, read: unknown): unknown {
  if (made === read || typeof made !== 'object' || typeof read !== 'object') return made;
  if (made === null || read === null) return made;
  if (Array.isArray(made)) return Array.isArray(read) ? sharedList(made, read) : made;
  const [own, its] = [made as Record<string, unknown>, read as Record<string, unknown>];
  const keys = Object.keys(own);
  let isSame = keys.length === Object.keys(its).length;
  for (const key of keys) {
    const before = its[key];
    const part = shared(own[key], before);
    isSame &&= part === before;
    own[key] = part;
  }
  return isSame ? read : made;
}

function sharedList(made: unknown[], read: readonly unknown[]): readonly unknown[] {
  let isSame = made.length === read.length;
  for (let at = 0; at < made.length; at += 1) {
    const part = shared(made[at], read[at]);
    isSame &&= part === read[at];
    made[at] = part;
  }
  return isSame ? read : made;
}
