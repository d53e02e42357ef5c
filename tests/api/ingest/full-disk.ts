import type { EventLog } from '#api/log/open-event-log.ts';

/** A log whose commits fail while the disk is full. */
export function onDisk(disk: { readonly full: boolean }, eventLog: EventLog): EventLog {
  return new Proxy(eventLog, {
    get: (log, name) => {
      if (name === 'commit' && disk.full) {
        return () => {
          throw new Error('database or disk is full');
        };
      }
      const value: unknown = Reflect.get(log, name, log);
      return typeof value === 'function' ? (value.bind(log) as unknown) : value;
    },
  });
}
