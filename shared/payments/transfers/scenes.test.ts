import { expect, it } from 'vitest';
import { findScene } from './scenes.ts';

it.each([1000, 1002, 1004, 1005, 1009, 1010, 1011, 1013])(
  'scene %d has a name, what it reports, and what its receiver is shown, in Chinese',
  (id) => {
    const { name, reports, perceptions } = findScene(String(id))!;
    expect(reports.length).toBeGreaterThan(0);
    expect(perceptions.length).toBeGreaterThan(0);
    for (const text of [name, ...reports, ...perceptions]) expect(text).toMatch(/^[\u4e00-\u9fff]{2,}$/);
  },
);

it('there is no other scene', () => {
  for (const id of ['1001', '', 'toString']) expect(findScene(id)).toBeUndefined();
});
