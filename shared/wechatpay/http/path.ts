import { WechatpayError } from '../errors.ts';

/**
 * Fills `{name}` in a path template and adds the query, percent-encoded the way it is signed and sent.
 * Query values that are undefined are left out.
 * @example buildPath('/v3/pay/transactions/out-trade-no/{out_trade_no}', { out_trade_no: 'A|1' }, { mchid })
 */
export function buildPath(
  template: string,
  parameters: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined || value === '' || value === '.' || value === '..') {
      throw new WechatpayError('fault', 'REQUEST_INVALID', `The path ${template} needs a value for ${name}.`);
    }
    return encode(String(value));
  });
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return path;
  return `${path}?${pairs.map(([name, value]) => `${encode(name)}=${encode(String(value))}`).join('&')}`;
}

/** Half of a surrogate pair has no encoding. */
const loneSurrogate = /\p{Surrogate}/u;

/** RFC 3986: also encodes what encodeURIComponent leaves (`!'()*`), so no proxy re-encodes it after signing. */
function encode(text: string): string {
  if (loneSurrogate.test(text)) {
    throw new WechatpayError('fault', 'REQUEST_INVALID', 'A value for the URL is not well-formed Unicode.');
  }
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
