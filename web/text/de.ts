import type { Texts } from './texts.ts';

const count = new Intl.NumberFormat('de');
const places = (n: number) => `${count.format(n)} ${n === 1 ? 'Platz' : 'Plätze'}`;

export const de: Texts = {
  brand: 'Binjari',
  title: (market) => `Freie Parkplätze: ${market}`,
  about: (market) => `Freie Plätze, Preise und Fußwege der Parkplätze um ${market}`,
  skipToList: 'Zur Liste der Parkplätze',
  skipToMap: 'Zur Karte',
  simulated: 'Simulation – keine echten Parkplätze',
  chooseMarket: 'Anderen Markt wählen',
  chooseLanguage: 'Sprache',
  order: 'Nächste zuerst · 2 Stunden',
  noLots: 'Um diesen Markt ist kein Parkplatz eingetragen.',
  farther: (lots, minutes) =>
    `${count.format(lots)} ${lots === 1 ? 'Parkplatz' : 'Parkplätze'} mit mehr als ${minutes} min Fußweg`,
  answer: 'Nächster mit freien Plätzen',

  looks: {
    plenty: 'Viel frei',
    few: 'Wenig frei',
    full: 'Voll',
    noData: 'Unbekannt',
    closed: 'Zu',
    noLiveCount: 'Parkplatz',
  },
  fullInPin: 'Voll',
  sensedFull: 'Erfasste voll',
  vacantBays: (n) => `${places(n)} frei`,
  noVacantBay: 'Kein Platz frei',
  noSensedBayVacant: 'Kein erfasster Platz frei',
  unknownBays: (n) => `${count.format(n)} unbekannt`,
  nothingKnown: 'Zurzeit nicht bekannt',
  noLiveCount: 'Keine Live-Zahl',
  sensedOf: (sensed, capacity) =>
    `${count.format(sensed)} von ${count.format(capacity)} Plätzen erfasst`,
  capacity: (n) => `${places(n)} insgesamt`,
  closedNow: 'Jetzt nicht geöffnet',

  walk: (minutes) => `etwa ${minutes} min zu Fuß`,
  walkUnknown: 'Lage nicht bekannt',
  twoHours: (price) => `${price} für 2 Stunden`,
  free: 'Kostenlos',
  freeNow: 'jetzt kostenlos',
  priceUnknown: 'Preis bitte erfragen',
  classes: {
    general: 'Allgemein',
    disabled: 'Behinderte',
    family: 'Familie',
    compact: 'Kleinwagen',
    ev: 'Elektro',
    pregnant: 'Schwangere',
    senior: 'Senioren',
    resident: 'Anwohner',
    monthly: 'Dauerparker',
    staff: 'Personal',
    loading: 'Ladezone',
  },
  reserved: (bayClass, vacant) => `${bayClass} ${count.format(vacant)}`,

  justNow: 'gerade eben',
  seenAt: (clock) => `gesehen um ${clock}`,
  lastSeen: (age) => `zuletzt gesehen ${age}`,
  delayed: (age) => `verspätet · ${age}`,

  live: 'Live',
  polling: 'Häufige Abfrage',
  connecting: 'Verbindet',
  asOf: (clock) => `Stand ${clock}`,
  reload: 'Neu laden',
  offline: 'Getrennt',
  lost: (clock) => `Verbindung verloren – letzter Stand ${clock}`,
  spoken: (lot, state, age) => [lot, state, age].filter((part) => part !== '').join(', '),

  details: {
    address: 'Adresse',
    phone: 'Telefon',
    openHours: 'Geöffnet',
    chargedHours: 'Gebühr',
    price: 'Preis',
    payment: 'Zahlung',
    operator: 'Betreiber',
    bays: 'Plätze',
    reserved: 'Reserviert',
    height: 'Höhe bis',
    notice: 'Hinweis',
    position: 'Lage',
  },
  position: {
    surveyed: 'vor Ort vermessen',
    official: 'aus amtlichen Daten',
    approximate: 'Lage ungefähr – bitte nach dem Namen suchen',
    unknown: 'Lage nicht bekannt – bitte nach dem Namen suchen',
  },
  tariff: (base, baseMinutes, add, addMinutes) =>
    `Erste ${baseMinutes} min ${base}, danach ${add} je ${addMinutes} min`,
  dayCap: (price) => `höchstens ${price} am Tag`,
  freeMinutes: (minutes) => `bis ${minutes} min kostenlos`,
  asOfDate: (date) => `Stand ${date}`,
  metres: (metres) => `${metres} m`,

  always: 'Tag und Nacht',
  daily: 'Täglich',
  days: { weekday: 'Mo–Fr', saturday: 'Sa', sunday: 'So', holiday: 'Feiertage' },
  noHours: 'keine',
  outside: {
    closed: 'sonst geschlossen',
    openFree: 'sonst kostenlos',
    unknown: 'sonst bitte erfragen',
  },

  directions: 'Route',
  directionsTo: (lot) => `Route zu ${lot}`,

  map: 'Karte der Parkplätze',
  mapKeys: 'mit den Pfeiltasten bewegen, mit + und − zoomen',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  toMarket: 'Zurück zum Markt',
  legend: 'Legende',
  bays: {
    vacant: 'freier Platz',
    occupied: 'belegter Platz',
    unknown: 'nicht bekannt',
    private: 'Bewohner, nicht gezeigt',
  },
  mapFailed: 'Die Karte konnte nicht geladen werden. Die Liste geht auch ohne sie.',

  walkNote: 'Nicht gemessene Fußwege sind geschätzt: 1,3-fache Luftlinie bei 4 km/h.',
  countNote:
    'Die große Zahl zählt freie Plätze für alle Autos; nicht bekannte Plätze zählen nicht mit. Preise ohne Ermäßigungen und Gutscheine.',
};
