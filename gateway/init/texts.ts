import type { SensorKind } from '#contract/site.ts';

/** What the dialogue says. */
export interface InitTexts {
  readonly intro: string;
  readonly name: string;
  readonly nameDefault: string;
  readonly place: string;
  readonly timeZone: string;
  readonly timeZoneExpected: string;
  readonly bays: string;
  readonly baysExpected: string;
  readonly position: string;
  readonly positionExpected: string;
  readonly positionUnknown: string;
  readonly port: string;
  readonly noPort: string;
  readonly otherPort: string;
  readonly portPath: string;
  readonly listening: (path: string) => string;
  readonly asking: (baud: number, parity: string) => string;
  readonly found: (what: string, path: string, baud: number) => string;
  readonly silent: string;
  readonly strange: (bytes: number, addresses: readonly number[]) => string;
  readonly again: string;
  readonly whichKind: string;
  readonly empty: string;
  readonly readings: (bay: number, said: string) => string;
  readonly nothingMeasured: string;
  readonly mount: (bay: number) => string;
  readonly mountExpected: string;
  readonly anotherPort: (left: number) => string;
  readonly folder: string;
  readonly folderTaken: (folder: string) => string;
  readonly wrote: (file: string, sensed: number, bays: number) => string;
  readonly next: string;
  readonly cancelled: string;
  readonly yes: string;
  readonly no: string;
}

const kindNames: Readonly<Record<SensorKind, string>> = {
  pbn1: 'PBN-1',
  urm08: 'DFRobot URM08',
  urm12: 'DFRobot URM12',
  urm14: 'DFRobot URM14',
  urm15: 'DFRobot URM15',
  'dyp-a2x': 'DYP A2x, SEN0591, SEN0592',
  mxs485: 'MXS485',
  'distance-frame': 'FF hi lo sum: A02YYUW, A01NYUB, ME007YS, JSN-SR04T',
  maxbotix: 'MaxBotix HRXL (mm)',
  'maxbotix-cm': 'MaxBotix XL (cm)',
  'maxbotix-inch': 'MaxBotix LV (inch)',
};

export const kindName = (kind: SensorKind): string => kindNames[kind];

const en: InitTexts = {
  intro: 'A bay of your own',
  name: 'What is it called?',
  nameDefault: 'My street',
  place: 'Where is it, in words? (Enter: not said)',
  timeZone: 'Time zone',
  timeZoneExpected: 'expected an IANA time zone, e.g. Europe/Berlin',
  bays: 'How many bays?',
  baysExpected: 'expected a whole number from 1 to 500',
  position: 'Its position: latitude, longitude, or a link copied from a map (Enter: later)',
  positionExpected: 'expected e.g. 35.8127, 127.1475, or a map link that holds the position',
  positionUnknown:
    'Without a position the map is drawn at 0, 0. Put the real one into site.geojson later.',
  port: 'Which port does the sensor hang on?',
  noPort: 'No serial port was found. Is the adapter plugged in?',
  otherPort: 'another one',
  portPath: 'Path of the port, e.g. /dev/ttyUSB0',
  listening: (path) => `Listening on ${path}`,
  asking: (baud, parity) => `Nobody speaks by itself. Asking at ${baud} baud, parity ${parity}`,
  found: (what, path, baud) => `Found ${what} on ${path} at ${baud} baud`,
  silent:
    'No sensor was heard. Look at: supply voltage; ground connected; the sensor’s TX at the adapter’s RX (RS-485: A at A, B at B); the right port.',
  strange: (bytes, addresses) =>
    addresses.length > 0
      ? `Something answers at address ${addresses.join(', ')}, and it is of no kind we know.`
      : `${bytes} bytes came, of no sensor we know. Look at: the level (3.3 or 5 V TTL, not RS-232); ground; another device on this port.`,
  again: 'Try again?',
  whichKind: 'Which one is it? What it says does not tell.',
  empty: 'Is the bay empty now? The height is taken from the readings.',
  readings: (bay, said) => `Bay ${bay}: ${said}`,
  nothingMeasured: 'nothing measured',
  mount: (bay) => `Bay ${bay}: height of the sensor above the ground, in millimetres`,
  mountExpected: 'expected a whole number from 300 to 10000',
  anotherPort: (left) => `${left} bays have no sensor yet. Look at another port?`,
  folder: 'Folder of the site',
  folderTaken: (folder) => `${folder} has a site already`,
  wrote: (file, sensed, bays) =>
    `Wrote ${file}: ${bays === 1 ? '1 bay' : `${bays} bays`}, ${sensed} with a sensor`,
  next: 'Start it:',
  cancelled: 'Nothing was written.',
  yes: 'Yes',
  no: 'No',
};

const ko: InitTexts = {
  intro: '내 주차면 만들기',
  name: '이름이 무엇인가요?',
  nameDefault: '우리 거리',
  place: '어디에 있나요? (Enter: 적지 않음)',
  timeZone: '시간대',
  timeZoneExpected: 'IANA 시간대를 적어 주세요. 예: Asia/Seoul',
  bays: '주차면이 몇 개인가요?',
  baysExpected: '1부터 500까지의 정수를 적어 주세요',
  position: '위치: 위도, 경도 또는 지도에서 복사한 링크 (Enter: 나중에)',
  positionExpected: '예: 35.8127, 127.1475 또는 위치가 들어 있는 지도 링크',
  positionUnknown: '위치가 없으면 지도는 0, 0에 그려집니다. 나중에 site.geojson에 적어 주세요.',
  port: '센서가 어느 포트에 연결되어 있나요?',
  noPort: '시리얼 포트를 찾지 못했습니다. 어댑터가 꽂혀 있나요?',
  otherPort: '다른 포트',
  portPath: '포트 경로. 예: /dev/ttyUSB0',
  listening: (path) => `${path} 포트를 듣는 중`,
  asking: (baud, parity) =>
    `스스로 보내는 센서가 없어 ${baud} baud, 패리티 ${parity}(으)로 묻는 중`,
  found: (what, path, baud) => `${path} 포트에서 찾음: ${what}, ${baud} baud`,
  silent:
    '센서가 들리지 않습니다. 전원 전압, 접지(GND), 센서 TX와 어댑터 RX의 연결(RS-485는 A는 A에, B는 B에), 포트를 확인해 주세요.',
  strange: (bytes, addresses) =>
    addresses.length > 0
      ? `주소 ${addresses.join(', ')}에서 응답하지만 아는 종류가 아닙니다.`
      : `${bytes}바이트를 받았지만 아는 센서가 아닙니다. 신호 전압(RS-232가 아닌 3.3 V 또는 5 V TTL), 접지, 다른 장치를 확인해 주세요.`,
  again: '다시 시도할까요?',
  whichKind: '어떤 센서인가요? 보내는 값만으로는 알 수 없습니다.',
  empty: '지금 주차면이 비어 있나요? 측정값으로 설치 높이를 정합니다.',
  readings: (bay, said) => `주차면 ${bay}: ${said}`,
  nothingMeasured: '측정값 없음',
  mount: (bay) => `주차면 ${bay}: 바닥에서 센서까지의 높이 (mm)`,
  mountExpected: '300부터 10000까지의 정수를 적어 주세요',
  anotherPort: (left) => `주차면 ${left}개에 아직 센서가 없습니다. 다른 포트도 볼까요?`,
  folder: '저장할 폴더',
  folderTaken: (folder) => `${folder} 폴더에 이미 사이트가 있습니다`,
  wrote: (file, sensed, bays) => `${file} 저장: 주차면 ${bays}개, 그중 센서 ${sensed}개`,
  next: '시작하기:',
  cancelled: '아무것도 저장하지 않았습니다.',
  yes: '예',
  no: '아니요',
};

export const initTexts = { en, ko } as const;
export type InitLanguage = keyof typeof initTexts;
