/** Screens of phones in CSS pixels, as the device list of WeChat DevTools has them. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

export const devices: readonly Device[] = [
  { id: 'android', name: 'Android', widthPx: 360, heightPx: 800 },
  { id: 'iphone-se', name: 'iPhone SE', widthPx: 375, heightPx: 667 },
  { id: 'iphone-15', name: 'iPhone 15', widthPx: 393, heightPx: 852 },
  { id: 'iphone-15-pro-max', name: 'iPhone 15 Pro Max', widthPx: 430, heightPx: 932 },
];

/** Of the frame around the screen, on each side. */
export const bezelPx = 9;

/** How far a device is reduced so that all of it is seen; never enlarged. */
export function scaleOf({ widthPx, heightPx }: Device, room: { widthPx: number; heightPx: number }): number {
  const fits = Math.min(room.widthPx / (widthPx + 2 * bezelPx), room.heightPx / (heightPx + 2 * bezelPx));
  return Math.min(1, Math.floor(fits * 100) / 100);
}
