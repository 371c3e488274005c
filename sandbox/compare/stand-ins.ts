/** Values of the sandbox for the placeholders of a capture. */
import { constants, publicEncrypt } from 'node:crypto';
import type { AccountCredentials, ProviderCredentials } from '../wechatpay/account-credentials.ts';
import type { Json } from './json.ts';
import { type Placeholder, placeholderOf, replacePlaceholders } from './placeholders.ts';

export interface StandInOptions {
  readonly account: AccountCredentials | ProviderCredentials;
  /** Epoch ms on the sandbox's clock. */
  readonly nowMs: number;
  /** Keeps the numbers of one replay apart from those of another. */
  readonly run: string;
}

const address = 'https://capture.example/notify';

/** A value that the sandbox accepts, by the last part of the field's name. */
const byName: readonly (readonly [RegExp, (options: StandInOptions, index: string) => string])[] = [
  [/^(sub_mchid)$/, ({ account }) => subMerchantOf(account)?.subMchid ?? account.mchid],
  [/mchid$/, ({ account }) => account.mchid],
  [/^sub_appid$/, ({ account }) => subMerchantOf(account)?.appids[0] ?? account.appid],
  [/appid$/, ({ account }) => account.appid],
  [/^account$/, ({ account }) => receiverOf(account).mchid],
  [/^name$/, ({ account }) => receiverOf(account).name],
  [/openid$/, (_, index) => `oSandboxCapture${index.padStart(13, '0')}`],
  [/url$/, () => address],
  [/(^|_)ip$/, () => '127.0.0.1'],
  [/^transfer_scene_id$/, () => '1000'],
  [/^info_type$/, (_, index) => (index === '1' ? '活动名称' : '奖励说明')],
  [/^limit$/, () => '5'],
  [/^offset$/, () => '0'],
  [/^auth_code$/, () => '134567890123456789'],
  [/time|expire/, ({ nowMs }) => beijing(nowMs + 30 * 60_000)],
  // That of the orders of the capture: the clock goes on before the bill is asked for.
  [/^bill_date$/, ({ nowMs }) => beijing(nowMs).slice(0, 10)],
  [/^end_date$/, ({ nowMs }) => beijing(nowMs).slice(0, 10)],
  [/date$/, ({ nowMs }) => beijing(nowMs - 86_400_000).slice(0, 10)],
  [/(^|_)(no|id)$/, ({ run }, index) => `CAP${run}${index}`],
];

/** What is encrypted, in clear text that passes the checks. */
const personal: readonly (readonly [RegExp, string])[] = [
  [/phone|mobile/, '13800138000'],
  [/email/, 'capture@example.com'],
  [/id_card|id_doc|identity|id_number/, '11010519491231002X'],
  [/account|card/, '6214830012345678'],
];

export class StandIns {
  readonly #options: StandInOptions;
  readonly #known = new Map<string, string | number>();

  constructor(options: StandInOptions) {
    this.#options = options;
  }

  fillText(text: string): string {
    return replacePlaceholders(text, (placeholder) => encodeURIComponent(String(this.#valueOf(placeholder))));
  }

  fill(value: Json): Json {
    const placeholder = placeholderOf(value);
    if (placeholder) return this.#valueOf(placeholder);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return (value as readonly Json[]).map((each) => this.fill(each));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.fill(inner)]));
  }

  /** From here on, what the sandbox answered stands where the capture has a placeholder that was not used yet. */
  learn(captured: Json | undefined, answered: Json | undefined): void {
    const placeholder = placeholderOf(captured);
    if (placeholder) {
      const usable = typeof answered === 'string' || typeof answered === 'number';
      if (usable && !this.#known.has(placeholder.text)) this.#known.set(placeholder.text, answered);
      return;
    }
    if (typeof captured !== 'object' || captured === null) return;
    if (typeof answered !== 'object' || answered === null) return;
    for (const [key, inner] of Object.entries(captured)) {
      this.learn(inner, (answered as Readonly<Record<string, Json>>)[key]);
    }
  }

  #valueOf(placeholder: Placeholder): string | number {
    const known = this.#known.get(placeholder.text);
    if (known !== undefined) return known;
    const value = this.#make(placeholder);
    // A text encrypted twice differs, so it is not remembered.
    if (!placeholder.sensitive) this.#known.set(placeholder.text, value);
    return value;
  }

  #make({ text, name, sensitive, number }: Placeholder): string | number {
    if (number) return 1;
    if (sensitive) return this.#encrypted(this.#secretOf(name));
    const index = /#(\d+)/.exec(text)?.[1] ?? '1';
    return byName.find(([field]) => field.test(name))?.[1](this.#options, index) ?? `capture ${index}`;
  }

  #secretOf(name: string): string {
    const { account } = this.#options;
    if (name === 'name') return receiverOf(account).name;
    return personal.find(([field]) => field.test(name))?.[1] ?? '张三';
  }

  #encrypted(clear: string): string {
    const { publicKeyPem } = this.#options.account;
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return publicEncrypt({ key: publicKeyPem, padding, oaepHash: 'sha1' }, Buffer.from(clear)).toString(
      'base64',
    );
  }
}

/** A merchant that exists can receive shares, by its number and name. */
function receiverOf(account: AccountCredentials | ProviderCredentials): { mchid: string; name: string } {
  const sub = subMerchantOf(account);
  return sub ? { mchid: sub.subMchid, name: sub.name } : account;
}

function subMerchantOf(account: AccountCredentials | ProviderCredentials) {
  return 'subMerchants' in account ? account.subMerchants[0] : undefined;
}

/** RFC 3339 in the time of Beijing, without milliseconds. */
function beijing(ms: number): string {
  return `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}
