import { expect, it } from 'vitest';
import { parseFileId } from './file-id.ts';

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
  'cloud://env.b/a/../b',
  'cloud://env.b/a/%2e%2e/b',
  'cloud://env.b/a//b',
  'cloud://env.b/x\\a/b',
  'cloud://env.b/a?x=/../b',
  'http://env.b/a',
  '',
  { toString: () => 'cloud://env.b/a' },
  'cloud://env.b/a\u001fb',
  'cloud://env.b/a\u007f',
  'cloud://env.b/a\n/../b',
])('knows no file %j', (fileID) => {
  expect(parseFileId(fileID)).toBeUndefined();
});
