/** What a command of `wechatpay-sandbox` is; index.ts lists them. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: { readonly en: string; readonly zh: string };
  /** What it takes, for the first line of its help; default `[options]`. */
  readonly takes?: string;
  readonly usage: string;
  /** @returns the exit code, once it is done. @throws SandboxProblem for what the caller can fix. */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

export interface CommandContext {
  /** The folder of the inspector's files. */
  readonly pages: string | undefined;
  readonly version: string;
  /** How this program is called, for messages: `npx wechatpay-sandbox`. */
  readonly program: string;
  readonly stdin: NodeJS.ReadableStream;
  print(text: string): void;
  /** Output for people, apart from what programs read. */
  report(text: string): void;
  /** Resolves when the process is asked to end. */
  interrupted(): Promise<void>;
}
