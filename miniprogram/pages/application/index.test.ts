/** The page itself, with a WeChat and a server that answer from memory. */
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { ApplicationStage, ApplicationView } from '../../../shared/contract/index.ts';

interface Shown {
  readonly data: Record<string, unknown>;
  setData(changes: object): void;
  load(): Promise<void>;
}
let definition: Shown | undefined;

beforeAll(async () => {
  vi.stubGlobal('Page', (page: Shown) => {
    definition = page;
  });
  await import('./index');
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const application = (applicationId: string, stage: ApplicationStage): ApplicationView => ({
  applicationId,
  kind: 'ecommerce',
  state: 'CHECKING',
  stage,
  merchantShortname: '面包房',
  createdAtMs: 0,
  updatedAtMs: 0,
});

/** Opens the page of the first of these applications. @returns its data, and the draft that is left */
async function open(all: readonly ApplicationView[], draftOf?: string) {
  let draft: object | undefined = { values: {}, ...(draftOf && { applicationId: draftOf }) };
  vi.stubGlobal('wx', {
    getAppBaseInfo: () => ({ language: 'zh_CN' }),
    getStorage: async () => ({ data: draft }),
    removeStorage: async () => {
      draft = undefined;
    },
    cloud: {
      callFunction: async ({ data }: { data: { applicationId?: string } }) => ({
        result: {
          ok: true,
          data: {
            applications: all.filter(
              ({ applicationId }) => applicationId === (data.applicationId ?? applicationId),
            ),
          },
        },
      }),
    },
  });
  const data = { ...definition!.data, applicationId: all[0]!.applicationId };
  const page = { ...definition!, data, setData: (changes: object) => void Object.assign(data, changes) };
  await page.load();
  return { data, draft };
}

test('after a cancelled application another may be begun, unless one is under way', async () => {
  const cancelled = application('old', 'cancelled');
  expect((await open([cancelled])).data).toMatchObject({ kind: 'ready', stage: '已作废', canApply: true });
  const { data } = await open([cancelled, application('new', 'reviewing')]);
  expect(data).toMatchObject({ stage: '已作废', canApply: false });
});

test.each(['cancelled', 'finished'] as const)(
  'when it is %s its own draft is deleted, and no other',
  async (stage) => {
    expect((await open([application('old', stage)], 'old')).draft).toBeUndefined();
    expect((await open([application('old', stage)])).draft).toEqual({ values: {} });
  },
);

test('a frozen one says why and offers no correction', async () => {
  const rejections = [{ path: '', message: '账户被投诉', messageEn: 'reported' }];
  const { data } = await open([{ ...application('old', 'frozen'), rejections }]);
  expect(data).toMatchObject({
    reasonsTitle: '冻结原因',
    rejections: [{ label: '申请资料', reason: '账户被投诉' }],
    revisable: false,
    canApply: false,
  });
});
