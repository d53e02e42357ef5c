import { playJob } from './jobs.ts';
import { totalOf } from './bars.ts';
import { quantile } from './bounds.ts';
const [names='', mods='magnetic', bays='12', hours='18', seed='1', period='1000']=process.argv.slice(2);
const played=[];
for (const what of names.split(',')) {
  const t=process.cpuUsage();
  const p=playJob({what: what as any, seed:+seed, bays:+bays, hours:+hours, periodMs:+period, modalities: mods.split(',') as any});
  const c=process.cpuUsage(t); played.push(p);
  for (const [m,x] of Object.entries(p.tallies)) console.log(what.padEnd(18),m.padEnd(9),`ev ${x!.events} missA ${x!.missedArrivals} missD ${x!.missedDepartures} = ${(100*(x!.missedArrivals+x!.missedDepartures)/x!.events).toFixed(2)}% fa ${x!.falseArrivals} (${(x!.falseArrivals/(x!.watchedMs/864e5)).toFixed(2)}/d) lat95 ${(quantile(x!.latenciesMs,.95)/1000).toFixed(1)} wrong ${(1000*x!.wrongMs/x!.watchedMs).toFixed(1)}‰ unk ${(1000*x!.unknownMs/x!.watchedMs).toFixed(1)}‰ unfl ${(x!.longestUnflaggedMs/6e4).toFixed(1)} latch ${(x!.longestLatchMs/6e4).toFixed(1)} cpu ${((c.user+c.system)/1e6).toFixed(0)}s`);
}
