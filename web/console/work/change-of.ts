import type { LotAnswer, SiteAnswer } from '#contract/http.ts';
import type { LocalText } from '#contract/site.ts';
import type { WorkKind } from './kinds.ts';
import { tariffFrom } from './tariff-draft.ts';
import type { TariffDraft } from './tariff-draft.ts';

/** What the form holds while it is filled in; texts as they are typed. */
export interface Draft {
  readonly kind: WorkKind;
  readonly lot: string;
  readonly bay: string;
  readonly state: 'vacant' | 'occupied';
  readonly day: string;
  readonly isClosed: boolean;
  readonly opens: string;
  readonly closes: string;
  readonly tariff: TariffDraft;
  readonly notice: LocalText;
}

/** The change as it is sent; undefined: something is missing or is no number. */
export function changeOf(
  draft: Draft,
  lot: LotAnswer,
  site: Pick<SiteAnswer, 'currency' | 'languages'>,
): object | undefined {
  const { kind, bay, state } = draft;
  switch (kind) {
    case 'bayOutOfService':
      return bay === '' ? undefined : { kind, bay };
    case 'bayState':
      return bay === '' ? undefined : { kind, bay, state };
    case 'lotOutOfService':
      return { kind, lot: lot.lot };
    case 'lotHours':
      return hoursChange(draft, lot);
    case 'lotTariff': {
      const tariff = tariffFrom(draft.tariff, lot.tariff, site.currency);
      return tariff && { kind, lot: lot.lot, tariff };
    }
    case 'lotNotice': {
      const notice = Object.fromEntries(
        Object.entries(draft.notice)
          .map(([language, words]) => [language, words.trim()] as const)
          .filter(([, words]) => words !== ''),
      );
      const [first = ''] = site.languages;
      return notice[first] === undefined ? undefined : { kind, lot: lot.lot, notice };
    }
  }
}

/** All kinds of day alike: which one the day is does not matter then. */
function hoursChange(draft: Draft, { lot }: LotAnswer): object | undefined {
  const { day, isClosed, opens, closes, kind } = draft;
  const isClock = [opens, closes].every((clock) => /^\d\d:\d\d$/.test(clock));
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || (!isClosed && !isClock)) return undefined;
  // A time field has no 24:00; a day that closes at 00:00 is open to its end.
  const spans = isClosed ? [] : [{ from: opens, to: closes === '00:00' ? '24:00' : closes }];
  const openHours = { weekday: spans, saturday: spans, sunday: spans, holiday: spans };
  return { kind, lot, openHours };
}
