/** Generated forms refer to files and AppIDs that WeChat Pay does not know: these are real to the simulator. */
import type { Sandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import { finishUpload } from '../../shared/merchants/media.ts';
import { formSchemas } from '../../shared/wechatpay/applyment/check.ts';
import { mediaFields } from '../../shared/wechatpay/applyment/forms/sensitive.ts';
import { mapLeaves, unwrap } from '../../shared/wechatpay/applyment/forms/walk.ts';
import { fileOf, heads } from '../../shared/wechatpay/applyment/testing/files.ts';
import type { Provider } from './provider.ts';

type Form = Record<string, unknown>;

/** The form with every file uploaded by that person, and with the provider's own AppID. */
export async function withRealParts(
  sandbox: Sandbox,
  { client, ports }: Provider,
  openid: string,
  form: Form,
): Promise<Form> {
  const { kind } = ports.account;
  const upload = (bytes: Uint8Array, extension: string) =>
    finishUpload(
      {
        ...ports,
        randomHex: () => 'c0ffee00c0ffee00c0ffee00c0ffee00',
        files: {
          pathOf: () => `applyments/${openid}/a.${extension}`,
          download: async () => bytes,
          remove: async () => undefined,
        },
        client: () => client,
      },
      openid,
      'cloud://test-env.bucket/a',
    );
  const ids = {
    image: await upload(fileOf(heads.jpg!, sizeFor(openid)), 'jpg'),
    video: await upload(fileOf(heads.mp4!, sizeFor(openid)), 'mp4'),
  };
  const withMedia = mapLeaves(formSchemas[kind], form, ({ kind: leaf, value, schema }) => {
    if (leaf !== 'media') return value;
    const answer = ids[mediaFields.get(unwrap(schema) as never)?.media ?? 'image'];
    return answer.action === 'finish' ? answer.mediaId : undefined;
  });
  // The provider's own AppIDs must be bound to it.
  const { appid } = sandbox.credentials[kind];
  return JSON.parse(
    JSON.stringify(withMedia, (key, value: unknown) => (key === 'mp_appid' ? appid : value)),
  ) as Form;
}

/** Files of different people differ. */
function sizeFor(openid: string): number {
  return 2000 + (Number(openid.slice(-6)) || 0);
}
