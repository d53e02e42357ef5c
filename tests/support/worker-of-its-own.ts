/**
 * Test files that get a worker of their own: those that measure their process or change what it has
 * once. All others share workers, and leave nothing running, set or replaced behind.
 */
export const OF_ITS_OWN: readonly string[] = [
  // How much memory the process takes, or how soon it answers while it is asked too much.
  'tests/api/live/{crowd,slow-clients}.test.ts',
  'tests/api/http/{costly-answers,full-abuse}.test.ts',
  'tests/api/operations/accounts.test.ts',
  // How much CPU time a loop takes that no other file's types have slowed down.
  'tests/firmware-sim/virtual-street.test.ts',
];
