/** What is in `dist/`, built anew before each run of the tests. */
export type Built = 'admin' | 'api' | 'broker' | 'doctor' | 'gateway' | 'init' | 'sim' | 'start';

/** Node's arguments that run it as `npm start` does. */
export const built = (name: Built): readonly string[] => [
  '--enable-source-maps',
  `dist/${name}.mjs`,
];
