/** The full form is the one that the list of abuses names; every test run has the short one. */
export const isFull = process.env['BINJARI_ABUSE'] === 'full';
export const sized = (short: number, full: number): number => (isFull ? full : short);
