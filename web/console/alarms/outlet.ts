import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { AlarmOutlet, AlarmTestAnswer } from '#contract/alarm-record.ts';
import { useDesk } from '../frame/desk.ts';
import { Card } from '../parts/card.ts';
import { Refusal } from '../parts/refusal.ts';
import { useDeed } from '../parts/use-deed.ts';
import { alarmTestAnswer } from '../wire/alarm-answers.ts';
import { alarmPageTexts } from './texts.ts';

interface OutletProperties {
  readonly outlet: AlarmOutlet | null;
  readonly done: () => void;
}

/** Whether alarms reach anybody who does not look here, and a way to try it. */
export function Outlet({ outlet, done }: OutletProperties): ComponentChildren {
  const { language, account } = useDesk();
  const texts = alarmPageTexts[language];
  // Who has single lots is told nothing of how the whole site is told.
  if (account.scope !== 'site') return null;
  return h(
    Card,
    { title: texts.outlet },
    outlet === null ? h('p', { class: 'faint' }, texts.noOutlet) : h(Configured, { outlet, done }),
  );
}

function Configured({
  outlet,
  done,
}: {
  readonly outlet: AlarmOutlet;
  readonly done: () => void;
}): ComponentChildren {
  const { language, format, mayWork } = useDesk();
  const texts = alarmPageTexts[language];
  const deed = useDeed();
  const [came, setCame] = useState<AlarmTestAnswer>();
  const test = async () => {
    setCame(undefined);
    setCame(await deed.run('/api/v1/operator/alarms/test', alarmTestAnswer, {}));
    done();
  };
  const { to, quietHours, lastDeliveredAt, failing, waiting, givenUp } = outlet;
  const parts = [
    texts.outletTo(to),
    quietHours === null ? '' : texts.quiet(quietHours),
    lastDeliveredAt === null
      ? texts.neverDelivered
      : texts.delivered(format.moment(Date.parse(lastDeliveredAt))),
    waiting > 0 ? texts.waiting(waiting) : '',
    givenUp > 0 ? texts.givenUp(givenUp) : '',
  ];
  return [
    h('p', {}, parts.filter((part) => part !== '').join(' · ')),
    failing !== null &&
      h(
        'p',
        { class: 'mark mark-critical' },
        texts.failing(format.moment(Date.parse(failing.since)), failing.tries, failing.reason),
      ),
    h('p', { class: 'faint' }, texts.rules),
    mayWork &&
      h(
        'button',
        { type: 'button', disabled: deed.isRunning, onClick: () => void test() },
        deed.isRunning ? texts.testing : texts.test,
      ),
    h(Refusal, { deed, words: texts.refused }),
    h(
      'p',
      { role: 'status' },
      came && (came.delivered ? texts.testArrived(came.detail) : texts.testFailed(came.detail)),
    ),
  ];
}
