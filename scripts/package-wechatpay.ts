/** npm run package:wechatpay: dist/wechatpay, to be installed by path or published. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageWechatpay } from './package-wechatpay/package-wechatpay.ts';

const target = join(fileURLToPath(import.meta.url), '../../dist/wechatpay');
packageWechatpay(target);
console.log(`${target}\nnpm install ${target}`);
