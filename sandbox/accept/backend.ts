/** The backend under test, driven by commands that its team provides. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { inBoth, type Text } from '../text.ts';

const timeoutMs = 60_000;

/** The commands that drive a backend. Checks that need a missing one are not run. */
export type Means = 'place' | 'paid' | 'effects' | 'refund';

export type Commands = Partial<Record<Means, string>>;

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** A command failed; what it printed says why. */
export class CommandFailed extends Error {
  readonly observed: Text;
  readonly printed: string;

  constructor(en: string, zh: string, printed: string) {
    super(inBoth(en, zh));
    this.observed = { en, zh };
    this.printed = printed.slice(-2000);
  }
}

export class Backend {
  readonly #commands: Commands;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  gives(means: Means): boolean {
    return this.#commands[means] !== undefined;
  }

  /** Whether two calls can be marked as the same tap. */
  get takesRequestToken(): boolean {
    return /REQUEST_TOKEN/.test(this.#commands.place ?? '');
  }

  /** Makes it place an order. @returns its out_trade_no. @throws CommandFailed */
  async place(requestToken = randomBytes(16).toString('hex')): Promise<string> {
    const { code, output } = await this.tryPlace(requestToken);
    const outTradeNo = code === 0 ? numberIn(output) : undefined;
    if (outTradeNo !== undefined) return outTradeNo;
    throw new CommandFailed(
      `--place exited with ${code} and printed no out_trade_no:`,
      `--place 退出码为 ${code}，没有输出 out_trade_no：`,
      output,
    );
  }

  tryPlace(requestToken = randomBytes(16).toString('hex')): Promise<Outcome> {
    return this.#run('place', { REQUEST_TOKEN: requestToken });
  }

  /** Whether the backend considers this order paid: exit code 0. */
  async isPaid(outTradeNo: string): Promise<boolean> {
    return (await this.#run('paid', { OUT_TRADE_NO: outTradeNo })).code === 0;
  }

  /** How often the order took effect. @throws CommandFailed when that is no number */
  async effects(outTradeNo: string): Promise<number> {
    const { output } = await this.#run('effects', { OUT_TRADE_NO: outTradeNo });
    const count = Number(output.trim().split('\n').at(-1));
    if (Number.isInteger(count)) return count;
    throw new CommandFailed('--effects printed no number:', '--effects 没有输出数字：', output);
  }

  refund(outTradeNo: string, amountFen: number): Promise<Outcome> {
    return this.#run('refund', { OUT_TRADE_NO: outTradeNo, AMOUNT_FEN: String(amountFen) });
  }

  #run(means: Means, variables: Record<string, string>): Promise<Outcome> {
    const command = this.#commands[means];
    if (command === undefined) throw new Error(`--${means} is not given, and was not asked for by needs`);
    return new Promise((resolve, reject) => {
      const child = spawn(command, {
        shell: true,
        env: { ...process.env, ...variables },
        timeout: timeoutMs,
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          output += chunk;
        });
      }
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  }
}

/** From JSON with `out_trade_no` or `outTradeNo` anywhere in it, else the last line. */
function numberIn(output: string): string | undefined {
  const [, named] =
    /"(?:out_trade_no|outTradeNo|paymentNo|combine_out_trade_no)"\s*:\s*"([^"]+)"/.exec(output) ?? [];
  if (named !== undefined) return named;
  const last = output.trim().split('\n').at(-1)?.trim() ?? '';
  return /^[\w|*@-]{6,32}$/.test(last) ? last : undefined;
}
