import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CertificateFolder } from '#api/admin/certificate-folder.ts';
import { revokeClient } from '#runtime/credentials.ts';
import { findMosquitto, startMosquitto } from '../support/mosquitto.ts';
import type { Mosquitto } from '../support/mosquitto.ts';
import type { OtherBroker } from '../support/system.ts';
import { startSystem } from '../support/system.ts';
import { POLITELY, until } from '../support/until.ts';

const program = findMosquitto();

/** Sensing and its median. */
const MOST_OFF_MS = 6_000;

/** A bay is called unknown 15 s after its last observation. */
const POLITELY_LONG = { ...POLITELY, withinMs: 30_000 };

let mosquitto: Mosquitto | undefined;

type Place = { folder: string; credentialsFile: string; site: string };

/** Its clients come by TLS, all of them. */
async function mosquittoOf(place: Place): Promise<OtherBroker> {
  const tlsFolder = join(place.folder, 'tls');
  const certificates = new CertificateFolder(tlsFolder);
  await certificates.openCa(Date.now());
  await certificates.add({ kind: 'broker', hosts: ['127.0.0.1'] }, 30, Date.now());
  const started = await startMosquitto({ ...place, program: program ?? '', tlsFolder });
  mosquitto = started;
  return {
    env: {
      BINJARI_BROKER_URL: started.secureUrl,
      BINJARI_CA_FILE: join(tlsFolder, 'ca.pem'),
    },
    close: () => started.close(),
  };
}

describe.runIf(program !== undefined)('with Mosquitto in the place of our own broker', () => {
  test('the map is live and every stay is settled, once and with its times', async () => {
    await using system = await startSystem({ broker: mosquittoOf });
    await until(
      async () =>
        (await system.liveLots()).every(({ counts }) => counts.every((c) => c.unknown === 0)),
      { ...POLITELY, withinMs: 40_000 },
    );
    const bays = ['lot-1-2', 'lot-1-5', 'lot-2-3'];
    const stateOf = async (bay: string) =>
      (await system.liveBays(bay.slice(0, 5))).find((live) => live.bay === bay)?.state;
    for (const [act, state] of [
      ['park', 'occupied'],
      ['leave', 'vacant'],
    ] as const) {
      for (const bay of bays) await system.sim.ask({ do: act, bay });
      await until(async () => {
        const states = await Promise.all(bays.map(stateOf));
        return states.every((now) => now === state);
      }, POLITELY);
    }
    const stays = await until(async () => {
      const settled = await system.stays();
      return settled.filter(({ departedAfter }) => departedAfter !== null).length === 3 && settled;
    }, POLITELY);
    const truth = system.truth();
    expect(stays.map(({ bay }) => bay).toSorted()).toEqual(bays);
    for (const { bay, arrivedAfter, departedBefore } of stays) {
      const happened = truth.find((stay) => stay.bay === bay);
      expect(Math.abs(arrivedAfter - (happened?.stoppedAt ?? 0))).toBeLessThan(MOST_OFF_MS);
      expect(Math.abs((departedBefore ?? 0) - (happened?.leftAt ?? 0))).toBeLessThan(MOST_OFF_MS);
    }
    const metrics = await system.metrics();
    expect(metrics).toMatch(/^binjari_broker_certificate_expires_seconds \d/m);
    expect(metrics).toMatch(/^binjari_ingest_total\{what="messagesRejected"\} 0$/m);

    const [revoked = ''] = system.gateways.keys();
    const gateway = system.gateways.get(revoked);
    revokeClient(join(system.folder, 'credentials.json'), revoked);
    mosquitto?.reload();
    await until(async () => {
      const lots = await system.liveLots();
      const unknown = lots.flatMap(({ counts }) => counts).filter((count) => count.unknown > 0);
      return unknown.length > 0 && gateway?.said.includes('Not authorized');
    }, POLITELY_LONG);
  }, 120_000);
});
