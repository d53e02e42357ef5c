/** The page's colours and type as a canvas needs them. */
export interface Palette {
  readonly block: string;
  readonly park: string;
  readonly street: string;
  readonly water: string;
  readonly text: string;
  readonly card: string;
  readonly vacant: string;
  readonly occupied: string;
  readonly unknown: string;
  readonly private: string;
  readonly closed: string;
  readonly few: string;
  readonly fewInk: string;
  readonly full: string;
  /** Of what says nothing live. */
  readonly quiet: string;
  readonly font: string;
}

/** From the style sheet, so that light, dark and forced colours are decided in one place. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    block: of('--map-block'),
    park: of('--map-park'),
    street: of('--map-street'),
    water: of('--map-water'),
    text: of('--map-text'),
    card: of('--card'),
    vacant: of('--plenty'),
    occupied: of('--bay-occupied'),
    unknown: of('--no-data'),
    private: of('--bay-private'),
    closed: of('--closed'),
    few: of('--few'),
    fewInk: of('--few-ink'),
    full: of('--full'),
    quiet: of('--ink-2'),
    font: of('--font'),
  };
}
