/** wx.setStorage and its family, kept apart per user: another user's phone has another storage. */
import { currentUser } from '../users.ts';
import { api, WxError } from './api.ts';
import { reportStorage } from './traffic.ts';

const prefix = `phone:${currentUser.openid}:`;

function get(key: string): unknown {
  const text = localStorage.getItem(prefix + key);
  return text === null ? '' : (JSON.parse(text) as unknown);
}

function set(key: string, data: unknown): void {
  localStorage.setItem(prefix + key, JSON.stringify(data ?? null));
  reportStorage(all);
}

function remove(key: string): void {
  localStorage.removeItem(prefix + key);
  reportStorage(all);
}

function all(): Record<string, unknown> {
  return Object.fromEntries(keys().map((key) => [key, get(key)]));
}

function keys(): string[] {
  return Object.keys(localStorage).flatMap((key) =>
    key.startsWith(prefix) ? [key.slice(prefix.length)] : [],
  );
}

function clear(): void {
  for (const key of keys()) remove(key);
}

const info = () => ({ keys: keys(), currentSize: 0, limitSize: 10_240 });

reportStorage(all);

export const storage = {
  getStorageSync: get,
  setStorageSync: set,
  removeStorageSync: remove,
  clearStorageSync: clear,
  getStorageInfoSync: info,
  getStorage: api('getStorage', ({ key }: { key: string }) => {
    if (localStorage.getItem(prefix + key) === null) throw new WxError('data not found');
    return { data: get(key) };
  }),
  setStorage: api('setStorage', ({ key, data }: { key: string; data: unknown }) => set(key, data)),
  removeStorage: api('removeStorage', ({ key }: { key: string }) => remove(key)),
  clearStorage: api('clearStorage', () => clear()),
  getStorageInfo: api('getStorageInfo', info),
};
