import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from './rules/check.ts';
import type { ApplicationKind } from './store.ts';

import { startSandbox, type TestClient, type TestSandbox } from './testing/client.ts';
import { encryptForm, microApplications, sensitivePaths, validApplications } from './testing/forms.ts';
import { change } from './testing/mutate.ts';

let sandbox: TestSandbox;
let media: Record<ApplicationKind, { imageId: string; videoId: string }>;

const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(40, 7)]);
const upload = async (client: TestClient) => ({
  imageId: await client.mediaId(),
  videoId: await client.mediaId({ kind: 'video_upload', filename: 'a.mp4', bytes: mp4 }),
});

beforeAll(async () => {
  sandbox = await startSandbox();
  media = { ecommerce: await upload(sandbox.ecommerce), applyment4sub: await upload(sandbox.partner) };
});
afterAll(() => sandbox.simulator.close());

const paths = { ecommerce: '/v3/ecommerce/applyments/', applyment4sub: '/v3/applyment4sub/applyment/' };
const clientOf = (kind: ApplicationKind) => (kind === 'ecommerce' ? sandbox.ecommerce : sandbox.partner);
const outNoField = { ecommerce: 'out_request_no', applyment4sub: 'business_code' };
let count = 0;

/** One valid form with a number of its own. */
const freshForm = (kind: ApplicationKind, at = 3) =>
  validApplications(kind, { ...media[kind], prefix: `FORM_${++count}` })[at]!.form;

const send = (kind: ApplicationKind, form: Json, serial?: string | null) => {
  const client = clientOf(kind);
  return client.post(
    paths[kind],
    encryptForm(kind, form, (clear) => client.encrypt(clear)),
    serial,
  );
};

const valueAt = (form: Json, pointer: string): unknown =>
  pointer
    .slice(1)
    .split('/')
    .reduce<unknown>((at, name) => (at as Json | undefined)?.[name], form);

describe.each(['ecommerce', 'applyment4sub'] as const)('submitting an application: %s', (kind) => {
  test('each valid form is accepted and can be read back in clear by the reviewer', async () => {
    for (const { form, variant } of validApplications(kind, { ...media[kind], prefix: `ALL_${kind}` })) {
      const { status, body } = await send(kind, form);
      expect({ status, body }, variant).toMatchObject({
        status: 200,
        body: { applyment_id: expect.any(Number) },
      });
      const shown = await sandbox.control('GET', `/applications/${String(body.applyment_id)}`);
      expect(shown.body.form, variant).toEqual(form);
      expect(shown.body.media, variant).toContainEqual(expect.objectContaining({ kind: 'image' }));
    }
  });

  test('without Wechatpay-Serial the answer says so', async () => {
    const { status, body } = await send(kind, freshForm(kind), null);
    const message = 'HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)';
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR', message } });
  });

  test('a serial that is the merchant certificate is reported', async () => {
    const { body } = await send(kind, freshForm(kind), clientOf(kind).account.serialNo);
    expect(body).toMatchObject({ code: 'PARAM_ERROR', message: '平台证书序列号Wechatpay-Serial错误' });
  });

  test('each sensitive field in clear is reported', async () => {
    const client = clientOf(kind);
    const form = freshForm(kind);
    const encrypted = encryptForm(kind, form, (clear) => client.encrypt(clear));
    const given = sensitivePaths(kind)
      .map((pointer) => pointer.replace('*', '0'))
      .filter((path) => valueAt(form, path) !== undefined);
    expect(given).toHaveLength({ ecommerce: 7, applyment4sub: 13 }[kind]);
    for (const path of given) {
      const clear = valueAt(form, path);
      const { body } = await client.post(paths[kind], change(encrypted, path, clear));
      expect(body, path).toMatchObject({
        code: 'PARAM_ERROR',
        message: '请确认待处理的消息是否为加密后的密文',
        detail: { field: path },
      });
      expect(JSON.stringify(body), path).not.toContain(String(clear));
    }
  });

  test.each([
    ['the merchant certificate', (client: TestClient) => client.encrypt('张三丰', client.ownPublicKeyPem)],
    ['OAEP with SHA-256', (client: TestClient) => client.encrypt('张三丰', undefined, 'sha256')],
  ])('a value encrypted with %s does not open', async (_, encrypt) => {
    const client = clientOf(kind);
    const form = encryptForm(kind, freshForm(kind), (clear) => client.encrypt(clear));
    const { body } = await client.post(
      paths[kind],
      change(form, '/contact_info/contact_name', encrypt(client)),
    );
    expect(body).toMatchObject({
      code: 'PARAM_ERROR',
      message: '平台私钥解密失败',
      detail: { field: '/contact_info/contact_name' },
    });
  });

  test('a rule on the clear text is checked after decrypting', async () => {
    const form = change(freshForm(kind), '/contact_info/mobile_phone', '1380013800');
    const { body } = await send(kind, form);
    expect(body).toMatchObject({ code: 'PARAM_ERROR', detail: { field: '/contact_info/mobile_phone' } });
    expect(JSON.stringify(body)).not.toContain('1380013800');
  });

  test('a media_id must exist, belong to the merchant and be of the right sort', async () => {
    const other = kind === 'ecommerce' ? media.applyment4sub : media.ecommerce;
    const pointer = '/contact_info/business_authorization_letter';
    for (const mediaId of ['V1_made_up', other.imageId, media[kind].videoId]) {
      const { body } = await send(
        kind,
        change(freshForm(kind, kind === 'ecommerce' ? 5 : 3), pointer, mediaId),
      );
      expect(body, mediaId).toMatchObject({ code: 'PARAM_ERROR', detail: { field: pointer } });
    }
  });

  test('the same form again, encrypted anew, gets the same answer; another form does not', async () => {
    const form = freshForm(kind);
    const [first, again] = [await send(kind, form), await send(kind, form)];
    expect(again.body).toEqual(first.body);
    const changed = await send(kind, change(form, '/contact_info/mobile_phone', '13700137000'));
    expect(changed).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    const shown = await sandbox.control('GET', `/applications/${String(form[outNoField[kind]])}`);
    expect((shown.body.form as Json).contact_info).toEqual(form.contact_info);
  });

  test('other kinds of merchants may not use it', async () => {
    const form = freshForm(kind);
    const wrong = kind === 'ecommerce' ? sandbox.partner : sandbox.ecommerce;
    expect(await wrong.post(paths[kind], form)).toMatchObject({ status: 403, body: { code: 'NO_AUTH' } });
    expect(await sandbox.direct.post(paths[kind], form)).toMatchObject({ status: 403 });
  });
});

test('小微 needs a permission that the sandbox can grant', async () => {
  const [shop] = microApplications({ ...media.applyment4sub, prefix: 'MICRO' });
  expect(await send('applyment4sub', shop!.form)).toMatchObject({
    status: 403,
    body: { message: '暂无权限' },
  });
  await sandbox.control('POST', '/applications/permissions', { micro: true });
  expect((await send('applyment4sub', shop!.form)).status).toBe(200);
});
