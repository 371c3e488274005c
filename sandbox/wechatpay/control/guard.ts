import { ControlProblem } from '../context.ts';

/**
 * The control API can do anything, so a web page from elsewhere must not reach it: neither by a cross-origin request
 * (Origin), nor through a host name that it makes resolve to 127.0.0.1 (Host).
 * @param hosts additional allowed host names, without port
 * @throws ControlProblem 403
 */
export function requireLoopback(request: Request, hosts: readonly string[] = []): void {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  const allowed = (given: string) => isLoopbackHost(given) || hosts.includes(given.replace(/:\d+$/, ''));
  if (!allowed(host)) throw refused(`Host "${host}" is not this machine.`, `Host "${host}" 不是本机。`);
  const origin = request.headers.get('origin');
  if (origin !== null && !allowed(hostOf(origin))) {
    throw refused(`Requests from ${origin} are refused.`, `拒绝来自 ${origin} 的请求。`);
  }
  if (request.headers.get('sec-fetch-site') === 'cross-site' && !isLinkToCashier(request))
    throw refused('Cross-site requests are refused.', '拒绝跨站请求。');
}

/**
 * A shop's page sends its buyer to this page through h5_url; the page itself changes nothing, and no other page can
 * read it.
 */
function isLinkToCashier(request: Request): boolean {
  const navigates = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
  return navigates && new URL(request.url).pathname === '/_sandbox/cashier';
}

function isLoopbackHost(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/.test(host);
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : '';
}

function refused(en: string, zh: string): ControlProblem {
  return new ControlProblem(
    403,
    'CROSS_SITE',
    `${en} The control API only serves loopback addresses.`,
    `${zh}控制接口只服务于本机地址。`,
  );
}
