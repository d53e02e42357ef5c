import type { Texts } from './texts.ts';

const count = new Intl.NumberFormat('en');
const bays = (bays: number) => `${count.format(bays)} ${bays === 1 ? 'bay' : 'bays'}`;
const minutesOf = (minutes: number) => `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;

export const en: Texts = {
  brand: 'Binjari',
  title: (market) => `Free parking bays at ${market}`,
  about: (market) => `Free bays, prices and walking times of the parking lots around ${market}`,
  skipToList: 'Skip to the list of lots',
  skipToMap: 'Skip to the map',
  simulated: 'Simulation – not real parking',
  chooseMarket: 'Choose another market',
  chooseLanguage: 'Language',
  order: 'Nearest first · 2 hours',
  noLots: 'No parking lot is listed around this market.',
  farther: (lots, minutes) =>
    `${count.format(lots)} ${lots === 1 ? 'lot' : 'lots'} more than ${minutes} min on foot`,
  answer: 'Nearest with room',

  looks: {
    plenty: 'Plenty',
    few: 'Few left',
    full: 'Full',
    noData: 'No data',
    closed: 'Closed',
    noLiveCount: 'Parking',
  },
  fullInPin: 'Full',
  sensedFull: 'Sensed: full',
  vacantBays: (n) => `${bays(n)} free`,
  noVacantBay: 'No free bay',
  noSensedBayVacant: 'No sensed bay is free',
  unknownBays: (n) => `${count.format(n)} not known`,
  nothingKnown: 'Not known right now',
  noLiveCount: 'No live count',
  sensedOf: (sensed, capacity) => `${count.format(sensed)} of ${bays(capacity)} have sensors`,
  capacity: (n) => `${bays(n)} in all`,
  closedNow: 'Not open now',

  walk: (minutes) => `about ${minutes} min on foot`,
  walkUnknown: 'position not known',
  twoHours: (price) => `${price} for 2 hours`,
  free: 'No charge',
  freeNow: 'no charge now',
  priceUnknown: 'Ask for the price',
  classes: {
    general: 'General',
    disabled: 'Disabled',
    family: 'Family',
    compact: 'Compact',
    ev: 'Electric',
    pregnant: 'Expecting',
    senior: 'Senior',
    resident: 'Resident',
    monthly: 'Monthly holder',
    staff: 'Staff',
    loading: 'Loading',
  },
  reserved: (bayClass, vacant) => `${bayClass} ${count.format(vacant)}`,

  justNow: 'just now',
  seenAt: (clock) => `seen at ${clock}`,
  lastSeen: (age) => `last seen ${age}`,
  delayed: (age) => `delayed · ${age}`,

  live: 'Live',
  polling: 'Checking often',
  connecting: 'Connecting',
  asOf: (clock) => `As of ${clock}`,
  reload: 'Load again',
  offline: 'Offline',
  lost: (clock) => `Connection lost – last update at ${clock}`,
  spoken: (lot, state, age) => [lot, state, age].filter((part) => part !== '').join(', '),

  details: {
    address: 'Address',
    phone: 'Phone',
    openHours: 'Open',
    chargedHours: 'Charged',
    price: 'Price',
    payment: 'Payment',
    operator: 'Operator',
    bays: 'Bays',
    reserved: 'Reserved',
    height: 'Height limit',
    notice: 'Notice',
    position: 'Position',
  },
  position: {
    surveyed: 'surveyed on site',
    official: 'from official data',
    approximate: 'location approximate – search by name',
    unknown: 'location not known – search by name',
  },
  tariff: (base, baseMinutes, add, addMinutes) =>
    `First ${minutesOf(baseMinutes)} ${base}, then ${add} per ${minutesOf(addMinutes)}`,
  dayCap: (price) => `${price} a day at most`,
  freeMinutes: (minutes) => `free up to ${minutesOf(minutes)}`,
  asOfDate: (date) => `as of ${date}`,
  metres: (metres) => `${metres} m`,

  always: 'Day and night',
  daily: 'Daily',
  days: { weekday: 'Mon–Fri', saturday: 'Sat', sunday: 'Sun', holiday: 'Public holidays' },
  noHours: 'none',
  outside: {
    closed: 'closed at other times',
    openFree: 'no charge at other times',
    unknown: 'other times: please ask',
  },

  directions: 'Directions',
  directionsTo: (lot) => `Directions to ${lot}`,

  map: 'Map of parking lots',
  mapKeys: 'move with the arrow keys, zoom with + and −',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  toMarket: 'Back to the market',
  legend: 'Legend',
  bays: {
    vacant: 'free bay',
    occupied: 'taken bay',
    unknown: 'not known',
    closed: 'out of service',
    private: 'residents, not shown',
  },
  closedBays: (closed) => `${bays(closed)} out of service`,
  mapFailed: 'The map could not be loaded. The list works without it.',

  walkNote:
    'Walking times that nobody has measured are estimates: 1.3 times the straight line at 4 km/h.',
  privacy: 'Privacy',
  countNote:
    'The large number counts free bays open to any car; bays that are not known are left out. Prices are without discounts and coupons.',
};
