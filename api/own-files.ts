import { readFileSync } from 'node:fs';
import type { Site } from '#contract/site-check.ts';
import { readBrokerTls } from '#runtime/broker-tls.ts';
import { envNameOf } from '#runtime/config.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { readWebhook } from './alarms/open-teller.ts';
import type { WebhookAddress } from './alarms/webhook.ts';
import type { ApiConfig } from './config.ts';
import { influxAddressOf } from './history/influx-address.ts';
import type { InfluxAddress } from './history/influx-address.ts';
import { divisionOf, divisionProblems } from './ingest/division.ts';
import type { Division } from './ingest/division.ts';

interface OwnFiles {
  readonly secret: string;
  /** undefined: alarms stay here. */
  readonly webhook: WebhookAddress | undefined;
  /** undefined: the view is kept by an engine in this process. */
  readonly influx: InfluxAddress | undefined;
  /** Empty: this api is alone. */
  readonly division: Division;
}

/** What the configuration points at; throws ConfigError where it is not there or wrong. */
export function readApiFiles(config: ApiConfig): OwnFiles & { readonly site: Site } {
  const [site, own] = [readSiteFolder(config.siteFolder), readOwnFiles(config)];
  const problems = divisionProblems(own.division, site);
  if (problems.length > 0) throw new ConfigError(problems);
  return { site, ...own };
}

/** Two that both call themselves primary would acknowledge each other's gateways. */
function readDivision({ division: text, role, id, historyUrl }: ApiConfig): Division {
  const division = divisionOf(text) ?? new Map();
  const [key, env] = ['division', envNameOf('division')];
  const named = division.has(id);
  const problems = [
    ...(role === 'secondary' && !named
      ? [`${key} (${env}): does not name "${id}", a secondary`]
      : []),
    ...(role === 'primary' && named
      ? [`${key} (${env}): names "${id}", which is the primary`]
      : []),
    ...(division.size > 0 && historyUrl === ''
      ? [`historyUrl (${envNameOf('historyUrl')}): apis beside each other need InfluxDB`]
      : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return division;
}

/** What the configuration points at, without the site. Throws ConfigError. */
export function readOwnFiles(config: ApiConfig): OwnFiles {
  const { historyUrl, historyTokenFile, secretFile } = config;
  const division = readDivision(config);
  readBrokerTls(config, config.brokerUrl);
  const token =
    historyTokenFile === '' ? undefined : readSecret('historyTokenFile', historyTokenFile);
  return {
    division,
    secret: readSecret('secretFile', secretFile),
    webhook: readWebhook(config),
    influx: historyUrl === '' ? undefined : influxAddressOf(historyUrl, token),
  };
}

function readSecret(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([`${key} (${envNameOf(key)}): ${messageOf(error)}`]);
  }
}
