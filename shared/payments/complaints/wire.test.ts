import { expect, it } from 'vitest';
import { mediaIdOf } from './wire.ts';

it.each([
  ['https://api.mch.weixin.qq.com/v3/merchant-service/images/ABC_1', 'ABC_1'],
  ['https://api.mch.weixin.qq.com/v3/merchant-service/images/A%2BB%3D?x=1', 'A+B='],
  ['https://evil.example/../../v3/certificates', 'certificates'],
  ['https://api.mch.weixin.qq.com/images/100%', '100%'],
  ['', ''],
])('takes the media_id from the end of the address of a picture, and nothing else of it: %j', (url, id) => {
  expect(mediaIdOf(url)).toBe(id);
});
