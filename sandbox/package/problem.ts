import { inBoth } from '../text.ts';

/** A problem that the caller can fix: one line, in English and Chinese. */
export class SandboxProblem extends Error {
  override readonly name = 'SandboxProblem';

  constructor(english: string, chinese: string, options?: ErrorOptions) {
    super(inBoth(english, chinese), options);
  }
}

/** Why a port could not be opened. */
export function listenProblem(flag: string, port: number, error: unknown): SandboxProblem {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new SandboxProblem(
      `Port ${port} is in use: give another with ${flag}, or ${flag} 0 for any free one.`,
      `端口 ${port} 已被占用：请用 ${flag} 换一个，或 ${flag} 0 任选空闲端口。`,
    );
  }
  if (code === 'EACCES') {
    return new SandboxProblem(
      `Port ${port} may not be used by this user: give one above 1023 with ${flag}.`,
      `当前用户没有权限使用端口 ${port}：请用 ${flag} 换一个大于 1023 的端口。`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new SandboxProblem(
      `This machine has no such address, see --host: ${message}.`,
      `本机没有这个地址，请检查 --host（${message}）。`,
    );
  }
  const [en, zh] = [`Cannot listen on port ${port}: ${message}.`, `无法监听端口 ${port}（${message}）。`];
  return new SandboxProblem(en, zh, { cause: error });
}
