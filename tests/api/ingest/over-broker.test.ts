import { expect, test } from 'vitest';
import type { AckMessage } from '#contract/messages.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { startIngest } from '#api/ingest/start-ingest.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { openTestBroker } from '../../support/test-broker.ts';
import { until } from '../../support/until.ts';

test('over a real broker a gateway is told what is settled, and its bays are live', async () => {
  using temp = openTempFolder();
  writeSmallSite(temp.path, { lots: 1, baysPerLot: 2 });
  const site = readSiteFolder(temp.path);
  await using broker = await openTestBroker(
    { api: 'api', 'gw-1': 'gateway' },
    { siteId: site.header.site },
  );
  const clock = systemClock;
  const linkOf = (id: string) =>
    openMqttLink({
      url: broker.broker.mqttUrl,
      id,
      secret: broker.secretOf(id),
      clock,
      log: silentLog,
    });
  const eventLog = openEventLog(`${temp.path}/log`, { clock, log: silentLog });
  const liveState = openLiveState({ site, clock });
  const apiLink = linkOf('api');
  const ingest = startIngest({ site, link: apiLink, eventLog, liveState, clock, log: silentLog });
  const gateway = linkOf('gw-1');
  const acks: AckMessage[] = [];
  const keys = { site: site.header.site, gateway: 'gw-1' as never };
  gateway.subscribe('ack', keys, ({ payload }) => acks.push(payload));
  await until(() => apiLink.connected && gateway.connected);

  const journal = 'c'.repeat(32) as never;
  const bay = site.bays[0]?.properties.id as never;
  const publishedAt = clock.wallMs();
  await gateway.publish('events', keys, {
    v: 1,
    journal,
    held: [journal],
    firstHeld: 1,
    publishedAt,
    records: [
      { kind: 'bay', seq: 1, bay, state: 'occupied', sensedAt: 5, cause: 'sensor', confidence: 1 },
    ],
  });
  await until(() => acks.at(-1)?.settled[journal]?.seq === 1);
  expect(acks.at(-1)?.logId).toBe(eventLog.logId);
  await gateway.publish('observed', keys, {
    v: 1,
    journal,
    seq: 1,
    publishedAt: clock.wallMs(),
    ages: { [bay]: 100 },
  });
  await until(() => liveState.bay(bay)?.state === 'occupied');

  await gateway.close();
  await ingest.close();
  await apiLink.close();
  liveState.close();
  eventLog.close();
});
