import './style/colours.css';
import './style/frame.css';
import './style/parts.css';
import './style/now.css';
import './style/sensors.css';
import './style/forms.css';
import './style/past.css';
import { h, render } from 'preact';
import { parsedJson } from '../wire/read.ts';
import { App } from './app.ts';
import { chosenTheme, showTheme } from './frame/choices.ts';
import { consoleInput } from './wire/now-answers.ts';

showTheme(chosenTheme());
const root = document.querySelector('#console');
const input = parsedJson(consoleInput, document.querySelector('#initial')?.textContent ?? '');
if (root === null || input === undefined) {
  throw new Error('the document was written by another version of this program');
}
render(h(App, { input }), root);
