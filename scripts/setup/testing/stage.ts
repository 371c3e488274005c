/** A shop without settings, and the files of a merchant, for tests of the setup. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnvFile } from '../../env/dotenv.ts';
import { CommandFailure } from '../../env/failure.ts';
import { type MerchantFiles, newFolder, nowMs } from '../../env/testing/merchant-files.ts';
import { setUp } from '../set-up.ts';

export const checkout = join(fileURLToPath(import.meta.url), '../../../..');

export function newStage(merchant: MerchantFiles) {
  const shop = newFolder();
  const files = newFolder();
  cpSync(join(checkout, 'project.config.json'), join(shop.path, 'project.config.json'));
  mkdirSync(join(shop.path, 'miniprogram/config'), { recursive: true });
  cpSync(join(checkout, 'miniprogram/config/index.ts'), join(shop.path, 'miniprogram/config/index.ts'));
  files.write('apiclient_key.pem', `${merchant.keyPem}\n`);
  files.write('apiclient_cert.pem', `${merchant.certificatePem}\n`);
  files.write('pub_key.pem', `${merchant.publicKeyPem}\n`);
  files.write('api-v3-key.txt', `${merchant.apiV3Key}\n`);
  const file = (name: string) => join(files.path, name);
  const envText = () => readFileSync(join(shop.path, '.env.local'), 'utf8');
  return {
    shop,
    files,
    file,
    envText,
    env(): Record<string, string> {
      const { entries } = parseEnvFile(envText());
      return Object.fromEntries([...entries.values()].map(({ name, value }) => [name, value]));
    },
    /** All flags of a direct merchant, with changes. */
    flags: (changes: Record<string, string | undefined> = {}) =>
      Object.entries({
        kind: 'direct',
        mchid: merchant.mchid,
        key: file('apiclient_key.pem'),
        cert: file('apiclient_cert.pem'),
        'api-v3-key-file': file('api-v3-key.txt'),
        'public-key': file('pub_key.pem'),
        'public-key-id': merchant.publicKeyId,
        appid: 'wx0123456789abcdef',
        env: 'shop-1a2b3c',
        'notify-url': 'https://pay.example.com/pay-notify',
        ...changes,
      }).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value])),
    run: (...args: string[]) => run(shop.path, args),
    remove() {
      shop.remove();
      files.remove();
    },
  };
}

export type Stage = ReturnType<typeof newStage>;

async function run(root: string, args: string[]) {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  try {
    const code = await setUp({ root, args, output: { write: say, error: say }, nowMs });
    return { code, said: said.join('\n') };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { code: error.exitCode, said: [...said, error.message].join('\n') };
  }
}
