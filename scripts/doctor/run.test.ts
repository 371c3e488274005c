import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newMerchant } from '../env/testing/merchant-files.ts';
import { type DoctorStage, newDoctorStage, rightSettings } from './testing/stage.ts';

const right = rightSettings(newMerchant());

let stage: DoctorStage;
beforeAll(() => {
  stage = newDoctorStage();
});
afterAll(() => stage.shop.remove());

describe('files and shell', () => {
  const idsOf = async () => (await stage.examine()).report.findings.map(({ id }) => id);

  it('are named when a line cannot be read', async () => {
    stage.write(
      `${Object.entries(right)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n')}\nhello\nTCB_ENV_ID=shop-2 # old\n`,
    );
    const { report } = await stage.examine();
    const lines = report.findings.filter(({ id }) => id === 'env-file-line');
    expect(lines.map(({ what }) => /Line (\d+)/.exec(what)?.[1])).toEqual(['12', '13', '13']);
  });

  it.skipIf(process.platform === 'win32')('are to be read by their owner only', async () => {
    stage.write(right);
    chmodSync(`${stage.shop.path}/.env.local`, 0o644);
    const { report } = await stage.examine();
    expect(report.findings).toContainEqual(
      expect.objectContaining({ id: 'env-file-readable', level: 'warning' }),
    );
  });

  it('must not be in version control', async () => {
    stage.write(right);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: stage.shop.path, stdio: 'ignore' });
    git('init');
    expect(await idsOf()).not.toContain('env-file-tracked');
    git('add', '.env.local');
    expect(await idsOf()).toContain('env-file-tracked');
    git('rm', '--cached', '.env.local');
  });

  it('differ: the shell wins, and that is said', async () => {
    stage.write(right);
    const { report } = await stage.examine({ shell: { WECHATPAY_APPID: 'wxffffffffffffffff' } });
    expect(report.findings).toContainEqual(
      expect.objectContaining({ id: 'shell-overrides', variable: 'WECHATPAY_APPID' }),
    );
  });

  it('tell the mini-program apart from the functions', async () => {
    stage.write(right);
    const file = 'project.config.json';
    const before = readFileSync(`${stage.shop.path}/${file}`, 'utf8');
    expect((await stage.examine()).report.findings).toContainEqual(
      expect.objectContaining({ id: 'mini-program-appid-unset', level: 'warning' }),
    );
    stage.shop.write(file, before.replace(/"appid": "[^"]*"/, '"appid": "wxffffffffffffffff"'));
    expect((await stage.examine()).report.findings).toContainEqual(
      expect.objectContaining({ id: 'mini-program-appid-differs', level: 'error' }),
    );
    stage.shop.write(file, before);
  });

  it('say that the clock cannot be right', async () => {
    stage.write(right);
    const { report } = await stage.examine({ atMs: Date.UTC(2020, 0, 1) });
    expect(report.findings).toContainEqual(expect.objectContaining({ id: 'clock-wrong', level: 'error' }));
  });
});

describe('for people', () => {
  it('says the same in words, the worst last', async () => {
    stage.write({ ...right, WECHATPAY_APPID: 'wx0' });
    const { code, text } = await stage.read();
    expect(code).toBe(1);
    expect(text.indexOf('certificate is valid until')).toBeLessThan(text.indexOf('✖ WECHATPAY_APPID'));
    expect(text.trimEnd()).toMatch(/1 errors, 1 warnings\.$/);
  });

  it('explains its arguments, and refuses what it does not know', async () => {
    expect((await stage.read(['--help'])).text).toContain('--api-base');
    const { code, text } = await stage.read(['--lvie']);
    expect(code).toBe(1);
    expect(text).toContain('--lvie');
    expect((await stage.read(['--api-base', 'http://pay.shop.cn'])).code).toBe(1);
  });
});
