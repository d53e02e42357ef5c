const TOPIC = 'bench/changes';
/** Of the InfluxDB measurement that the flow writes. */
export const MEASUREMENT = 'change';
/** Of the WebSocket that the flow opens on Node-RED's own port. */
export const SHOWN_PATH = '/changes';

/** A batch is written when it has so many points, or when its first has waited so long. */
const BATCH_POINTS = 1_000;
const BATCH_MS = 250;

const PARSE = `
const { n, bay, state } = JSON.parse(msg.payload);
if (!Number.isInteger(n) || !bay || (state !== 'occupied' && state !== 'vacant')) return null;
return msg;
`;

/**
 * Both ways from one node: two wires from one output would copy each message. The microseconds
 * keep the changes of one bay in one millisecond apart: InfluxDB has one point an instant.
 */
const COLLECT = `
const { n, bay, state } = JSON.parse(msg.payload);
const points = context.points ??= [];
points.push({
  measurement: '${MEASUREMENT}',
  tags: { bay },
  fields: { n, state },
  timestamp: Date.now() * 1000 + Math.abs(n % 1000),
});
if (points.length >= ${BATCH_POINTS}) {
  context.points = undefined;
  clearTimeout(context.timer);
  return [msg, { payload: points }];
}
if (points.length === 1) {
  context.timer = setTimeout(() => {
    const batch = context.points;
    context.points = undefined;
    if (batch) node.send([null, { payload: batch }]);
  }, ${BATCH_MS});
}
return [msg, null];
`;

export interface FlowPlace {
  readonly line: string;
  readonly mqttPort: number;
  readonly influxPort: number;
  readonly database: string;
}

/**
 * The nodes of serial → MQTT → WebSocket and InfluxDB in the fastest wiring that was found: split
 * at line ends, a broker connection for each direction, points in batches by one function.
 */
export function flowOf({ line, mqttPort, influxPort, database }: FlowPlace): readonly object[] {
  const broker = (id: string) => ({
    id,
    type: 'mqtt-broker',
    broker: '127.0.0.1',
    port: String(mqttPort),
    clientid: '',
    autoConnect: true,
    usetls: false,
    protocolVersion: '4',
    keepalive: '60',
    cleansession: true,
  });
  const onTab = (id: string, type: string, wires: readonly string[][], rest: object) => ({
    id,
    type,
    z: 'tab',
    x: 0,
    y: 0,
    wires,
    ...rest,
  });
  const code = (func: string, outputs: number) => ({
    func,
    outputs,
    timeout: 0,
    noerr: 0,
    initialize: '',
    finalize: '',
    libs: [],
  });
  return [
    { id: 'tab', type: 'tab', label: 'byte to screen', disabled: false },
    {
      id: 'port',
      type: 'serial-port',
      serialport: line,
      serialbaud: '115200',
      databits: '8',
      parity: 'none',
      stopbits: '1',
      newline: '\\n',
      out: 'char',
      bin: 'false',
    },
    broker('publisher'),
    broker('subscriber'),
    { id: 'socket', type: 'websocket-listener', path: SHOWN_PATH, wholemsg: 'false' },
    {
      id: 'influx',
      type: 'influxdb',
      hostname: '127.0.0.1',
      port: String(influxPort),
      database,
      influxdbVersion: '1.x',
      usetls: false,
    },
    onTab('read', 'serial in', [['parse']], { serial: 'port' }),
    onTab('parse', 'function', [['publish']], code(PARSE, 1)),
    onTab('publish', 'mqtt out', [], {
      broker: 'publisher',
      topic: TOPIC,
      qos: '1',
      retain: 'false',
    }),
    onTab('hear', 'mqtt in', [['collect']], {
      broker: 'subscriber',
      topic: TOPIC,
      qos: '1',
      datatype: 'utf8',
      inputs: 0,
    }),
    onTab('collect', 'function', [['show'], ['keep']], code(COLLECT, 2)),
    onTab('show', 'websocket out', [], { server: 'socket', client: '' }),
    onTab('keep', 'influxdb batch', [], { influxdb: 'influx', precision: 'u' }),
  ];
}
