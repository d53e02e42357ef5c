import type { Site } from '#contract/site-check.ts';

/** `warning`: it runs, and will hurt one day; `skipped`: cannot be looked at here and now. */
export type Level = 'ok' | 'warning' | 'problem' | 'skipped';

/** How far what was found proves the cause that is named. */
export type Sureness = 'certain' | 'likely' | 'possible';

export interface Finding {
  readonly level: Level;
  /** What was found, where. */
  readonly found: string;
  readonly sure: Sureness;
  /** One sentence: what to do. Empty where nothing is wrong. */
  readonly mend: string;
}

/** What the doctor is told of the machine that it looks at. */
export interface Patient {
  readonly siteFolder: string;
  /** The site, where its file can be used. */
  readonly site: Site | undefined;
  /** Only this gateway's lines; empty: those of all. */
  readonly gateway: string;
  readonly linesFolder: string;
  readonly dataFolder: string;
  readonly brokerUrl: string;
  /** As whom the secret is for at the broker; empty: not tried. */
  readonly clientId: string;
  readonly secretFile: string;
  /** Of the broker's TLS: see runtime/broker-tls.ts; empty: none. */
  readonly caFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  readonly apiUrl: string;
  /** Empty: there is none. */
  readonly historyUrl: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly webFolder: string;
  /** Where package.json is. */
  readonly appFolder: string;
  /** Ask the sensors of each line: nobody else may have it open meanwhile. */
  readonly probe: boolean;
  /** ISO 8601; a clock that says less is wrong. */
  readonly softwareBuiltAt: string;
  /** Addresses that somebody named: where nobody answers there, that is a problem. */
  readonly named: ReadonlySet<'brokerUrl' | 'apiUrl' | 'historyUrl'>;
}

export interface Check {
  /** kebab-case, as the report names it. */
  readonly name: string;
  readonly run: (patient: Patient) => Promise<readonly Finding[]> | readonly Finding[];
}

export const fine = (found: string): Finding => ({ level: 'ok', found, sure: 'certain', mend: '' });

export const skipped = (found: string): Finding => ({
  level: 'skipped',
  found,
  sure: 'certain',
  mend: '',
});

export const problem = (found: string, sure: Sureness, mend: string): Finding => ({
  level: 'problem',
  found,
  sure,
  mend,
});

export const warning = (found: string, sure: Sureness, mend: string): Finding => ({
  level: 'warning',
  found,
  sure,
  mend,
});
