import { inBoth } from '../text.ts';

/**
 * Everything here listens on localhost, where any web page a developer has open can send requests. A page is
 * kept out by its own browser's headers: Host must be a loopback name (no DNS rebinding), Origin too.
 */
const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/** The refusal, or undefined when the request may pass. */
export function refuseCrossSite(request: Request): Response | undefined {
  const hosts = [
    new URL(request.url).hostname,
    hostnameOf(`http://${request.headers.get('host') ?? 'localhost'}`),
  ];
  const origin = request.headers.get('origin');
  if (origin !== null) hosts.push(hostnameOf(origin));
  const crossSite = request.headers.get('sec-fetch-site') === 'cross-site';
  if (!crossSite && hosts.every((host) => host !== undefined && loopbackNames.has(host))) return undefined;
  const message = inBoth(
    'The sandbox answers its own pages and local programs only.',
    '沙箱只应答自己的页面和本机程序。',
  );
  return Response.json({ code: 'INVALID_REQUEST_SOURCE', message }, { status: 403 });
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
