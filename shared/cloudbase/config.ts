/**
 * Reads a function's environment variables. Everything that is wrong is reported at once, per variable, with how to fix
 * it; a value is never printed. Empty counts as unset, since `{{env.X}}` in cloudbaserc.json becomes "" without X.
 */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface VariableProblem {
  readonly variable: string;
  /** What is wrong and what to do. */
  readonly message: string;
  /** The same in Chinese. */
  readonly messageZh: string;
}

/** `problems` has one entry per variable; nothing in it holds a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  readonly problems: readonly VariableProblem[];

  constructor(problems: readonly VariableProblem[]) {
    const lines = problems.map(
      ({ variable, message, messageZh }) => `  ${variable}: ${messageZh} ${message}`,
    );
    super(`环境变量配置有误 · The environment variables need attention:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** Thrown by a parser: what is wrong with a value, in both languages, without the value. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly messageZh: string;

  constructor(message: string, messageZh: string) {
    super(message);
    this.messageZh = messageZh;
  }
}

/** Turns a non-empty text into a value, or throws: a ValueError, or an Error whose message does not quote the text. */
export type Parse<T> = (text: string) => T;

export interface VariableReader {
  required<T>(variable: string, parse: Parse<T>): T;
  optional<T>(variable: string, parse: Parse<T>): T | undefined;
  isSet(variable: string): boolean;
}

/**
 * Runs `build` over the variables and returns what it built. `build` must only put together what it reads: a value that
 * could not be read is a placeholder until the end, when all problems are thrown together.
 * @throws ConfigError
 */
export function readConfig<T>(env: Environment, build: (read: VariableReader) => T): T {
  const problems: VariableProblem[] = [];
  const built = build(readerOf(env, problems));
  if (problems.length > 0) throw new ConfigError(problems);
  return built;
}

function readerOf(env: Environment, problems: VariableProblem[]): VariableReader {
  const raw = (variable: string) => env[variable]?.trim() || undefined;
  const parsed = <T>(variable: string, text: string, parse: Parse<T>): T => {
    try {
      return parse(text);
    } catch (error) {
      problems.push(problemOf(variable, error, text));
      return hole();
    }
  };
  return {
    required<T>(variable: string, parse: Parse<T>): T {
      const text = raw(variable);
      if (text !== undefined) return parsed(variable, text, parse);
      problems.push({
        variable,
        message: 'It is not set: set it for this function.',
        messageZh: '未设置，请为本函数设置。',
      });
      return hole();
    },
    optional: (variable, parse) => {
      const text = raw(variable);
      return text === undefined ? undefined : parsed(variable, text, parse);
    },
    isSet: (variable) => raw(variable) !== undefined,
  };
}

/** Stands in for a value that could not be read; `readConfig` throws before anyone can use it. */
function hole<T>(): T {
  return undefined as T;
}

function problemOf(variable: string, error: unknown, text: string): VariableProblem {
  const { message, messageZh = '格式不正确。' }: { message: string; messageZh?: string } =
    error instanceof Error ? error : new Error('It is malformed.');
  // A parser's message may quote its input, which may be a key, so only the fact is reported.
  return [message, messageZh].some((each) => quotes(each, text))
    ? { variable, message: 'It is malformed.', messageZh: '格式不正确。' }
    : { variable, message, messageZh };
}

/** The first and last line of a PEM are not secret, so the message may quote them. */
function quotes(message: string, text: string): boolean {
  const value = text.replace(/-----(BEGIN|END)[A-Z0-9 ]*-*/g, ' ').trim();
  if (value === '') return false;
  return message.includes(value.slice(0, 24));
}
