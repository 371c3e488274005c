import { constants, createHash, createSign, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import { SandboxBus } from '../../../bus.ts';
import { SandboxClock } from '../../../clock.ts';
import { type AccountCredentials, createSimulator, type KeyMode, type Simulator } from '../../index.ts';

/** A simulator for one test file, with its clock and the events of its bus. */
export async function startSandbox(keyMode: KeyMode = 'public-key') {
  const clock = new SandboxClock();
  const bus = new SandboxBus(() => clock.now());
  const simulator = await createSimulator({ clock, bus, keyMode, transportTime: 'virtual' });
  const { direct, partner, ecommerce } = simulator.credentials();
  return {
    simulator,
    clock,
    bus,
    direct: new TestClient(simulator, direct, () => clock.now()),
    partner: new TestClient(simulator, partner, () => clock.now()),
    ecommerce: new TestClient(simulator, ecommerce, () => clock.now()),
    control: (method: string, path: string, body?: unknown) => control(simulator, method, path, body),
  };
}

export type TestSandbox = Awaited<ReturnType<typeof startSandbox>>;

export interface Answer {
  readonly status: number;
  // Tests assert on this text as it is.
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, body, headers: response.headers };
}

async function control(simulator: Simulator, method: string, path: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return answerOf(await simulator.fetch(new Request(`http://127.0.0.1/_sandbox${path}`, init)));
}

export interface Upload {
  readonly kind?: 'upload' | 'video_upload';
  readonly filename?: string;
  readonly bytes?: Buffer;
  readonly meta?: Record<string, unknown>;
  readonly metaHeaders?: readonly string[];
  readonly fileHeaders?: readonly string[];
  readonly extraPart?: string;
}

const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), randomBytes(64)]);

/** A merchant's program, written from the documents with nothing but node:crypto. */
export class TestClient {
  readonly account: AccountCredentials;
  readonly #simulator: Simulator;
  readonly #now: () => number;

  constructor(simulator: Simulator, account: AccountCredentials, now: () => number) {
    this.account = account;
    this.#simulator = simulator;
    this.#now = now;
  }

  /** RSA-OAEP with the platform's public key, unless another key is given. */
  encrypt(clear: string, key = this.account.publicKeyPem, oaepHash = 'sha1'): string {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return publicEncrypt({ key, padding, oaepHash }, Buffer.from(clear)).toString('base64');
  }

  /** The merchant's own certificate as the key: a common mistake. */
  get ownPublicKeyPem(): string {
    return new X509Certificate(this.account.certificatePem).publicKey
      .export({ type: 'spki', format: 'pem' })
      .toString();
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send('GET', path, Buffer.alloc(0), '', headers);
  }

  /** `serial`: null leaves Wechatpay-Serial out. */
  post(path: string, body: unknown, serial: string | null = this.account.publicKeyId): Promise<Answer> {
    const text = JSON.stringify(body);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (serial !== null) headers['wechatpay-serial'] = serial;
    return this.#send('POST', path, Buffer.from(text), text, headers);
  }

  upload(upload: Upload = {}): Promise<Answer> {
    const { kind = 'upload', filename = 'card.png', bytes = png } = upload;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const meta = JSON.stringify({ filename, sha256, ...upload.meta });
    const boundary = 'sandboxBoundary7MA4YWxk';
    const metaHeaders = upload.metaHeaders ?? [
      'Content-Disposition: form-data; name="meta"',
      'Content-Type: application/json',
    ];
    const fileHeaders = upload.fileHeaders ?? [
      `Content-Disposition: form-data; name="file"; filename="${filename}"`,
      'Content-Type: image/png',
    ];
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\n${metaHeaders.join('\r\n')}\r\n\r\n${meta}\r\n`),
      Buffer.from(`--${boundary}\r\n${fileHeaders.join('\r\n')}\r\n\r\n`),
      bytes,
      Buffer.from(
        `\r\n${upload.extraPart ? `--${boundary}\r\n${upload.extraPart}\r\n` : ''}--${boundary}--\r\n`,
      ),
    ]);
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    return this.#send('POST', `/v3/merchant/media/${kind}`, body, meta, headers);
  }

  async mediaId(upload: Upload = {}): Promise<string> {
    const { body } = await this.upload(upload);
    if (typeof body.media_id !== 'string') throw new Error(`The upload was refused: ${JSON.stringify(body)}`);
    return body.media_id;
  }

  async #send(method: string, path: string, body: Buffer, signed: string, headers: Record<string, string>) {
    const timestamp = `${Math.floor(this.#now() / 1000)}`;
    const nonce = randomBytes(16).toString('hex');
    const message = `${method}\n${path}\n${timestamp}\n${nonce}\n${signed}\n`;
    const { mchid, serialNo, privateKeyPem } = this.account;
    const signature = createSign('RSA-SHA256').update(message).sign(privateKeyPem, 'base64');
    const token = `mchid="${mchid}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${serialNo}",signature="${signature}"`;
    const request = new Request(`http://127.0.0.1${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'onboarding-test',
        authorization: `WECHATPAY2-SHA256-RSA2048 ${token}`,
        ...headers,
      },
      ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
    });
    return answerOf(await this.#simulator.fetch(request));
  }
}
