/** A checkout's settings files in a folder of their own, to be examined by the doctor. */
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailure } from '../../env/failure.ts';
import { type MerchantFiles, newFolder, nowMs } from '../../env/testing/merchant-files.ts';
import type { Report } from '../finding.ts';
import { runDoctor } from '../run.ts';

const checkout = join(fileURLToPath(import.meta.url), '../../../..');

export type Settings = Record<string, string | undefined>;

/** What a direct merchant has after the setup. */
export function rightSettings(merchant: MerchantFiles): Settings {
  return {
    TCB_ENV_ID: 'shop-1a2b3c',
    WECHATPAY_APPID: 'wx0123456789abcdef',
    WECHATPAY_NOTIFY_URL: 'https://pay.shop.cn/pay-notify',
    FULFILMENT_FUNCTION: 'fulfilOrder',
    WECHATPAY_DIRECT_MCHID: merchant.mchid,
    WECHATPAY_DIRECT_SERIAL_NO: merchant.serialNo,
    WECHATPAY_DIRECT_PRIVATE_KEY: merchant.keyDer,
    WECHATPAY_DIRECT_API_V3_KEY: merchant.apiV3Key,
    WECHATPAY_DIRECT_PUBLIC_KEY_ID: merchant.publicKeyId,
    WECHATPAY_DIRECT_PUBLIC_KEY: merchant.publicKeyDer,
    WECHATPAY_DIRECT_CERTIFICATE: merchant.certificateDer,
  };
}

export function newDoctorStage() {
  const shop = newFolder();
  cpSync(join(checkout, 'cloudbaserc.json'), join(shop.path, 'cloudbaserc.json'));
  cpSync(join(checkout, 'project.config.json'), join(shop.path, 'project.config.json'));
  mkdirSync(join(shop.path, 'miniprogram/config'), { recursive: true });
  mkdirSync(join(shop.path, 'functions/fulfilOrder'), { recursive: true });
  cpSync(join(checkout, 'miniprogram/config/index.ts'), join(shop.path, 'miniprogram/config/index.ts'));
  cpSync(join(checkout, 'functions/fulfilOrder/index.ts'), join(shop.path, 'functions/fulfilOrder/index.ts'));
  return {
    shop,
    /** Writes `.env.local` as the setup would. */
    write(settings: Settings | string): void {
      const text =
        typeof settings === 'string'
          ? settings
          : Object.entries(settings)
              .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}\n`]))
              .join('');
      chmodSync(shop.write('.env.local', text), 0o600);
    },
    /** Runs the doctor with --json and gives its report. */
    async examine(options: { args?: string[]; shell?: Settings; atMs?: number } = {}) {
      const said: string[] = [];
      const code = await runDoctor({
        root: shop.path,
        args: ['--json', ...(options.args ?? [])],
        shell: options.shell ?? {},
        output: { write: (text) => void said.push(text) },
        nowMs: () => options.atMs ?? nowMs,
        colour: false,
      });
      return { code, text: said.join('\n'), report: JSON.parse(said.join('\n')) as Report };
    },
    /** The same for people. @returns also what a failure says */
    async read(args: string[] = []) {
      const said: string[] = [];
      const output = { write: (text: string) => void said.push(text) };
      try {
        const code = await runDoctor({
          root: shop.path,
          args,
          shell: {},
          output,
          nowMs: () => nowMs,
          colour: false,
        });
        return { code, text: said.join('\n') };
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        return { code: error.exitCode, text: [...said, error.message].join('\n') };
      }
    },
  };
}

export type DoctorStage = ReturnType<typeof newDoctorStage>;
