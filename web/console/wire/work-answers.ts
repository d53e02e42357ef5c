import type { BayId, LotId } from '#contract/ids.ts';
import type { OverlayChange, SiteOverlay } from '#contract/site-overlay.ts';
import { hours, tariff } from '../../wire/answers.ts';
import { dictionary, id, list, nullable, oneOf, shape, text } from '../../wire/read.ts';
import type { Reader } from '../../wire/read.ts';
import { WORK_KINDS } from '../work/kinds.ts';

const lot = id<LotId>();
const bay = id<BayId>();
const byKind: { readonly [Kind in OverlayChange['kind']]: Reader<OverlayChange> } = {
  bayOutOfService: shape({ kind: oneOf(['bayOutOfService']), bay }),
  lotOutOfService: shape({ kind: oneOf(['lotOutOfService']), lot }),
  bayState: shape({ kind: oneOf(['bayState']), bay, state: oneOf(['vacant', 'occupied']) }),
  lotHours: shape({ kind: oneOf(['lotHours']), lot, openHours: hours }),
  lotTariff: shape({ kind: oneOf(['lotTariff']), lot, tariff }),
  lotNotice: shape({ kind: oneOf(['lotNotice']), lot, notice: dictionary(text) }),
};
const kindOf = shape({ kind: oneOf(WORK_KINDS) });

const change: Reader<OverlayChange> = (value) => byKind[kindOf(value).kind](value);

export const overlay: Reader<SiteOverlay> = shape(
  { id: text, change, from: text, until: nullable(text), author: text },
  { reason: text },
);

export const overlaysAnswer: Reader<{ readonly overlays: readonly SiteOverlay[] }> = shape({
  overlays: list(overlay),
});

/** A bay as it is painted, for choosing one. */
export interface PaintedBay {
  readonly bay: BayId;
  readonly label: string;
}

export const paintedBays: Reader<readonly PaintedBay[]> = (value) =>
  shape({ features: list(shape({ properties: shape({ id: bay, label: text }) })) })(
    value,
  ).features.map(({ properties }) => ({ bay: properties.id, label: properties.label }));
