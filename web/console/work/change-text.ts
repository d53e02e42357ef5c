import type { LotAnswer } from '#contract/http.ts';
import type { OverlayChange } from '#contract/site-overlay.ts';
import { localText } from '../../text/language.ts';
import type { ConsoleLanguage } from '../language.ts';
import type { WorkTexts } from './texts.ts';

/** What a change does, in one line. */
export function changeText(
  change: OverlayChange,
  lots: readonly LotAnswer[],
  texts: WorkTexts,
  language: ConsoleLanguage,
): string {
  if (change.kind === 'bayOutOfService') return texts.saidBay(change.bay);
  if (change.kind === 'bayState') return texts.saidState(change.bay, texts.states[change.state]);
  const said = lots.find(({ lot }) => lot === change.lot)?.name;
  const name = said === undefined ? change.lot : localText(said, language, ['ko']).text;
  switch (change.kind) {
    case 'lotOutOfService':
      return texts.saidLot(name);
    case 'lotHours':
      return texts.saidHours(name, hoursText(change.openHours, texts));
    case 'lotTariff':
      return texts.saidTariff(name);
    case 'lotNotice':
      return texts.saidNotice(name, localText(change.notice, language, ['ko']).text);
  }
}

type Hours = Extract<OverlayChange, { kind: 'lotHours' }>['openHours'];

/** As this page lays them, all days alike. */
function hoursText(hours: Hours, { otherHours, closedAllDay }: WorkTexts): string {
  if (hours === 'always') return '00:00–24:00';
  const [span] = hours.weekday;
  if (span === undefined) return closedAllDay;
  const isAlike = [hours.saturday, hours.sunday, hours.holiday].every(
    (spans) => JSON.stringify(spans) === JSON.stringify(hours.weekday),
  );
  return isAlike && hours.weekday.length === 1 ? `${span.from}–${span.to}` : otherHours;
}
