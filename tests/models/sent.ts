/** What was sent to WeChat Pay more than once must be the same each time: a number stands for its first parameters. */

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

const numbers = /"(?:out_refund_no|out_order_no|out_return_no)":"([^"]+)"/g;
/** Has names and accounts in it, which are encrypted anew for each attempt. */
const encrypted = /abnormal|receivers/;

/** @returns numbers that were sent again with other parameters, each as a line */
export function changedRequests(sent: readonly Sent[]): string[] {
  const first = new Map<string, string>();
  return sent.flatMap(({ method, url, body }) => {
    const { pathname } = new URL(url);
    const [, number] = [...body.matchAll(numbers)].at(-1) ?? [];
    if (method !== 'POST' || number === undefined || encrypted.test(pathname)) return [];
    const key = `${pathname} ${number}`;
    const known = first.get(key) ?? body;
    first.set(key, known);
    return known === body ? [] : [`${key} was sent again with other parameters`];
  });
}
