// Lots near a market with their vacant bays and how old that is, by plain HTTP:
//   node examples/free-bays.mjs [http://127.0.0.1:8080] [market id]
const [base = 'http://127.0.0.1:8080', wanted] = process.argv.slice(2);

async function answerOf(path) {
  const answer = await fetch(new URL(path, base), { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const [{ markets, simulated }, { lots, at }] = await Promise.all([
  answerOf('/api/v1/markets'),
  answerOf('/api/v1/lots'),
]);
const market = wanted === undefined ? markets[0] : markets.find((each) => each.market === wanted);
if (market === undefined) {
  const known = markets.map((each) => each.market).join(', ');
  throw new Error(`no market "${wanted ?? ''}" here; there are: ${known}`);
}

/** Metres between two near positions: a degree of longitude is shorter away from the equator. */
function metresBetween([lng, lat], [otherLng, otherLat]) {
  const east = (otherLng - lng) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(east, otherLat - lat) * 111_320;
}

/** A number is there only while it is known: null is not 0. */
function stateOf({ vacant, fact, state }) {
  if (vacant !== null) return `${vacant} vacant`;
  if (state !== 'noData' && state !== 'noLiveCount' && fact?.band) return fact.band;
  return state === 'noLiveCount' ? 'no live count' : 'not known now';
}

// The server's clock, not this one's: ages are right even where this clock is wrong.
const ageOf = ({ observedAt }) =>
  observedAt === null
    ? ''
    : `${Math.max(0, Math.round((Date.parse(at) - Date.parse(observedAt)) / 1_000))} s ago`;

const nearest = lots
  .map((lot) => ({ lot, metres: metresBetween(market.position, lot.position) }))
  .toSorted((a, b) => a.metres - b.metres)
  .slice(0, 8);
const nameOf = ({ name }) => name.en ?? Object.values(name)[0];

console.log(`${nameOf(market)}${simulated ? ' (simulated: not real parking)' : ''}`);
for (const { lot, metres } of nearest) {
  const columns = [`${Math.round(metres)} m`.padStart(7), stateOf(lot).padEnd(14)];
  console.log(`${columns.join('  ')}  ${ageOf(lot).padEnd(9)}  ${nameOf(lot)}`);
}
