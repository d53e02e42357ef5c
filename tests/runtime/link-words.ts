import { GatewayId, JournalId, LogId, SiteId } from '#contract/ids.ts';
import type { AckMessage, EventsMessage, StatusMessage } from '#contract/messages.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import type { MqttLink, MqttLinkOptions } from '#runtime/typed-mqtt.ts';

/** What the tests of the MQTT link say to each other. */
export const site = SiteId.parse('jeonju');
export const gateway = GatewayId.parse('gw-1');
export const journal = JournalId.parse('a'.repeat(32));
export const keys = { site, gateway };
export const eventsOf = (firstHeld: number): EventsMessage => ({
  v: 1,
  journal,
  held: [journal],
  firstHeld,
  publishedAt: 1,
  records: [{}],
});
export const offline: StatusMessage = { v: 1, state: 'offline', gateway };
export const ack: AckMessage = {
  v: 1,
  logId: LogId.parse('b'.repeat(32)),
  api: 'one',
  apiAt: 1,
  settled: { [journal]: { seq: 1, observed: {} } },
};

/** Links that are closed together at the end of a test. */
export function linkOpener() {
  const links: MqttLink[] = [];
  return {
    open: (url: string, id: string, secret: string, will?: MqttLinkOptions['will']): MqttLink => {
      const tools = { clock: systemClock, log: silentLog };
      const link = openMqttLink({ url, id, secret, ...tools, ...(will && { will }) });
      links.push(link);
      return link;
    },
    closeAll: async (): Promise<void> => {
      await Promise.all(links.splice(0).map(async (link) => link.close()));
    },
  };
}
