/** The sandbox that an MCP client works with: one that it started, or one that runs already. */
import type { AcceptOptions } from '../accept/run.ts';
import type { Result } from '../accept/types.ts';
import { controlClient } from '../package/control-client.ts';
import type { ControlCall } from '../package/control-types.ts';
import { SandboxProblem } from '../package/problem.ts';

export interface StartOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly proxy: boolean;
  readonly seed?: string | undefined;
  readonly keys?: 'certificate' | 'public-key' | 'switching' | undefined;
}

/** A sandbox in this process. */
export interface StartedSandbox {
  readonly url: string;
  /** Where everything is, without keys. */
  readonly description: object;
  close(): Promise<void>;
}

/** What the server needs of the package; given to it, so that its bundle holds the protocol only. */
export interface SessionParts {
  readonly version: string;
  start(options: StartOptions): Promise<StartedSandbox>;
  accept(options: AcceptOptions): Promise<Result[]>;
  /** A sandbox that runs already, without trailing slash. */
  readonly url?: string | undefined;
}

export class Session {
  readonly parts: SessionParts;
  #started: StartedSandbox | undefined;
  #url: string | undefined;

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.#url = parts.url;
  }

  /** @throws SandboxProblem when there is none yet. */
  get url(): string {
    if (this.#url !== undefined) return this.#url;
    throw new SandboxProblem(
      'No sandbox is running. Call start_sandbox first; without arguments it takes a free port.',
      '还没有沙箱在运行。请先调用 start_sandbox，不带参数时使用空闲端口。',
    );
  }

  /** @throws Error with the refusal of the sandbox: which field, what was given, and what works. */
  get call(): ControlCall {
    const { url } = this;
    return async (method, path, body) => {
      try {
        return await controlClient(fetch, url)(method, path, body);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        throw new SandboxProblem(
          `No sandbox answers at ${url}. Call start_sandbox.`,
          `${url} 没有沙箱在运行。请调用 start_sandbox。`,
          { cause: error },
        );
      }
    };
  }

  /** Ends the one that this session started before, if any. */
  async start(options: StartOptions): Promise<object> {
    await this.stop();
    this.#started = await this.parts.start(options);
    this.#url = this.#started.url;
    return this.#started.description;
  }

  /** Ends the one that this session started. @returns whether there was one */
  async stop(): Promise<boolean> {
    const started = this.#started;
    if (started === undefined) return false;
    this.#started = undefined;
    this.#url = this.parts.url;
    await started.close();
    return true;
  }
}
