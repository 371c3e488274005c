/** `npm run pack:sandbox`: the tarball of `wechatpay-sandbox`, whose path is the last line printed. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packSandbox } from './pack-sandbox/pack-sandbox.ts';

console.log(await packSandbox(join(fileURLToPath(import.meta.url), '../../dist/wechatpay-sandbox')));
