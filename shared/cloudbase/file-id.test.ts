import { expect, it } from 'vitest';
import { isFileBelow, parseFileId } from './file-id.ts';

const longest = `cloud://env.b/${'x'.repeat(1024 - 'cloud://env.b/'.length)}`;

it.each([longest, 'cloud://env.b/a b', 'cloud://env.b/身份证 1.jpg', 'cloud://env.b/a/.b/c..d'])(
  'knows the file %s',
  (fileID) => {
    expect(parseFileId(fileID)).toEqual({
      envId: 'env',
      bucket: 'b',
      path: fileID.slice('cloud://env.b/'.length),
    });
  },
);

it.each([
  `${longest}x`,
  'xcloud://env.b/a',
  'https://host/?cloud://env.b/a',
  'cloud://env.b/',
  'cloud://env/a',
  'cloud://env.b/./a',
  'cloud://env.b/a/.',
  'cloud://env.b/a\u007f',
  'cloud://env.b/a\n/../b',
])('knows no file %j', (fileID) => {
  expect(parseFileId(fileID)).toBeUndefined();
});

it.each([
  ['a/', true],
  ['a', true],
  ['/a', false],
  ['b', false],
])('has the file a/b.jpg below %s: %s', (folder, expected) => {
  expect(isFileBelow('cloud://env.b/a/b.jpg', 'env', folder)).toBe(expected);
  expect(isFileBelow('cloud://env.b/a/b.jpg', '', folder)).toBe(false);
});
