import * as z from 'zod';
import { BAY_CLASSES } from './bay-class.ts';

/** `unknown` is an answer, not a gap: the bay exists and nothing trustworthy has been heard. */
export const BayState = z.enum(['vacant', 'occupied', 'unknown']);
export type BayState = z.infer<typeof BayState>;

export const BayClass = z.enum(BAY_CLASSES);

/** Bays of one class by state; the three add up to the lot's sensed bays of that class. */
export const ClassCount = z.strictObject({
  class: BayClass,
  vacant: z.int().nonnegative(),
  occupied: z.int().nonnegative(),
  unknown: z.int().nonnegative(),
});
export type ClassCount = z.infer<typeof ClassCount>;

/** A lot's fill in words, for sources that cannot count: plenty 여유, few 혼잡, full 만차. */
export const Band = z.enum(['plenty', 'few', 'full']);
export type Band = z.infer<typeof Band>;
