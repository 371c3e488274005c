import { replacePlaceholders } from './placeholders.ts';
import { CaptureProblem } from './problem.ts';

const hosts: ReadonlySet<string> = new Set(['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com']);
const longest = 4_096;

/** A path below /v3/ with its query. @throws CaptureProblem for anything that could lead elsewhere */
export function checkTarget(given: string, where: string): string {
  const target = replacePlaceholders(given, () => 'x');
  const wrong = (what: string) => new CaptureProblem('WRONG_TARGET', where, what);
  if (given.length > longest) throw wrong(`Longer than ${longest} characters.`);
  if (!target.startsWith('/v3/')) throw wrong('Must be a path below /v3/, such as "/v3/certificates".');
  if (!/^[\x21-\x7e]+$/.test(target) || /[#\\]/.test(target)) {
    throw wrong('Only the characters of a URL are allowed, and no # or \\.');
  }
  const [path = ''] = target.split('?');
  const steps = path.split('/').map((step) => step.replace(/%2e/gi, '.').replace(/%(2f|5c)/gi, '/'));
  if (steps.some((step) => step === '.' || step === '..' || step.includes('/')) || path.includes('//')) {
    throw wrong('A step of the path must be a plain name.');
  }
  return given;
}

/** Path and query of a URL of WeChat Pay. @throws CaptureProblem for any other host */
export function targetOfUrl(url: string, where: string): string {
  if (!URL.canParse(url)) throw new CaptureProblem('WRONG_TARGET', where, 'Not a URL.');
  const { protocol, hostname, pathname, search } = new URL(url);
  if (protocol === 'https:' && hosts.has(hostname)) return `${pathname}${search}`;
  throw new CaptureProblem(
    'FOREIGN_HOST',
    where,
    `Only https requests to ${[...hosts].join(' and ')} belong into a capture, not to ${hostname.slice(0, 60) || protocol}.`,
  );
}
