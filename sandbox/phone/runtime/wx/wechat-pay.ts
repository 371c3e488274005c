/** What WeChat Pay's sheets on the phone have in common. */
import { button, el } from '../chrome/dom.ts';
import { openMask } from '../chrome/sheet.ts';
import { say } from '../language.ts';
import { WxError } from './api.ts';

/** Calls the simulator's control API. @throws WxError when the network fails */
export async function post(
  path: string,
  body: object,
): Promise<{ ok: boolean; body: Record<string, unknown> }> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { ok: response.ok, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
  } catch {
    throw new WxError(`(detail) ${say('网络异常，请稍后再试', 'Network error; try again later')}`);
  }
}

export function reasonOf(body: Record<string, unknown>, otherwise: string): string {
  const { zh, en } = body;
  return typeof zh === 'string' && typeof en === 'string' ? say(zh, en) : String(body.error ?? otherwise);
}

export const yuan = (fen: number) => (fen / 100).toFixed(2);

export function row(label: string, value: string): HTMLElement {
  return el('div', 'paysheet-row', el('span', 'paysheet-label', label), el('span', 'paysheet-value', value));
}

export function showRefusal(title: string, reason: string): Promise<boolean> {
  return openMask<boolean>('modal', undefined, (close) => [
    el('div', 'modal-title', title),
    el('div', 'modal-content', reason),
    el(
      'div',
      'modal-buttons',
      button('modal-confirm', say('确定', 'OK'), () => close(true)),
    ),
  ]);
}
