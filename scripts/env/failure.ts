/** Ends a command with one message in both languages, without a stack trace. */
import type { Text } from './text.ts';

export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;

  constructor(text: Text, exitCode = 1) {
    super(`${text.zh}\n${text.en}`);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command to its end. What it did not expect is reported without a stack trace too; `DEBUG=1` shows it.
 * @returns the exit code
 */
export async function exitCodeOf(
  run: () => Promise<number>,
  output: { error: (text: string) => void },
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CommandFailure) {
      output.error(error.message);
      return error.exitCode;
    }
    const message = error instanceof Error ? error.message : String(error);
    output.error(`程序出错：${message}\nThis went wrong: ${message}`);
    if (env.DEBUG && error instanceof Error) output.error(error.stack ?? '');
    return 1;
  }
}
