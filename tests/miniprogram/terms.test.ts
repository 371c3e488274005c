/**
 * The phone and the inspector show the same things, by the same names. Their modules are loaded by path, since they are
 * typed for other runtimes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ApplicationStage, ApplicationView, OrderState } from '../../shared/contract/index.ts';
import { root, sourceFiles } from '../house/source.ts';

const load = async <T>(file: string): Promise<T> => (await import(join(root, file))) as T;

type Say = (zh: string, en: string) => string;

const { stateOf } = await load<{ stateOf(order: { state: OrderState }): { text: string } }>(
  'miniprogram/services/orders.ts',
);
const { stageText } = await load<{
  stageText(reached: Pick<ApplicationView, 'stage' | 'state'>): { name: string };
}>('miniprogram/services/stages.ts');
const { stateLabel } = await load<{ stateLabel(state: string, say: Say): string }>(
  'sandbox/inspector/labels.ts',
);
const { applicationStateLabel } = await load<{
  applicationStateLabel(summary: { state: string; stateName: string }, say: Say): string;
}>('sandbox/inspector/components/application/labels.ts');

const languages = { zh: 'zh_CN', en: 'en' };

/** What `read` returns while WeChat is set to this language. */
function onPhone(language: keyof typeof languages, read: () => string): string {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'wx');
  const wx = { getAppBaseInfo: () => ({ language: languages[language] }) };
  Object.defineProperty(globalThis, 'wx', { value: wx, configurable: true });
  try {
    return read();
  } finally {
    if (own) Object.defineProperty(globalThis, 'wx', own);
    else Reflect.deleteProperty(globalThis, 'wx');
  }
}

const inInspector: Record<keyof typeof languages, Say> = {
  zh: (zh: string) => zh,
  en: (_zh: string, en: string) => en,
};

for (const language of ['zh', 'en'] as const) {
  const say = inInspector[language];

  it.each<OrderState>(['NOTPAY', 'SUCCESS', 'CLOSED', 'PAYERROR', 'USERPAYING', 'REVOKED'])(
    `an order that is %s is called the same in both, in ${language}`,
    (state) => {
      expect(onPhone(language, () => stateOf({ state }).text)).toBe(stateLabel(state, say));
    },
  );

  it.each<[string, string, ApplicationStage]>([
    ['AUDITING', '审核中', 'reviewing'],
    ['REJECTED', '已驳回', 'rejected'],
    ['NEED_SIGN', '待签约', 'sign'],
    ['FINISH', '完成', 'finished'],
    ['FROZEN', '已冻结', 'frozen'],
    ['CANCELED', '已作废', 'cancelled'],
  ])(`an application that is %s is called the same in both, in ${language}`, (state, stateName, stage) => {
    const reached = { stage, state: state as ApplicationView['state'] };
    expect(onPhone(language, () => stageText(reached).name)).toBe(
      applicationStateLabel({ state, stateName }, say),
    );
  });
}

/** Chinese and English of one text, as both are written in the sources. */
const pair = /(['"`])[^'"`\n]*[\u4e00-\u9fff][^'"`\n]*\1,\s*(['"`])((?:(?!\2)[^\\]|\\.)*)\2/g;

/** Words for which the pages have another: callback, cancelled, unpaid, required. */
const others =
  /\bnotifications?\b|\bcanceled\b|^to be paid$|\bthis is needed\b|^struck|^place$|takes effect first|every third|presses? it long/i;

it('has one English word for a callback, and for what is cancelled, unpaid or required', () => {
  const pages = sourceFiles().filter(
    (file) => /^(miniprogram|sandbox\/(inspector|phone))\//.test(file) && !/\.test\.ts$/.test(file),
  );
  const texts = pages.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(pair)].map(([, , , english = '']) => ({
      file,
      english,
    })),
  );
  expect(texts.length, 'the sources are read').toBeGreaterThan(1_000);
  expect(texts.filter(({ english }) => others.test(english))).toEqual([]);
});
