/** What the open pages do when sources are saved while the system runs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Rebuild } from '../../sandbox/bus.ts';
import { buildPhone } from '../../sandbox/phone/build.ts';
import { staticPages } from '../../sandbox/system/pages.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { openInspector } from './inspector-page.ts';
import { openPhone } from './phone-page.ts';

describeInBrowser('saved sources', { pages: ['inspector'] }, (fixture) => {
  test('that do not build are named over the page, until they do', async () => {
    const { browser, system } = fixture();
    const { inspector, close } = await openInspector(browser, system.url, {});
    const rebuilt = (problems: readonly string[]) => {
      const data: Rebuild = { part: 'functions', rebuilt: [], problems, tookMs: 1 };
      system.bus.publish('build', data);
    };
    try {
      rebuilt(['functions/createOrder/index.ts:10:16: Unexpected ";"']);
      const alert = inspector.page.getByRole('alert');
      await alert.getByText('functions/createOrder/index.ts:10:16: Unexpected ";"').waitFor();
      await keepScreenshot(inspector.page, 'inspector-build-problem');
      rebuilt([]);
      await alert.waitFor({ state: 'detached' });
    } finally {
      await close();
    }
  });

  test('of the mini-program reload an open phone', async () => {
    const { browser, startAnother } = fixture();
    const project = mkdtempSync(join(tmpdir(), 'mini-'));
    const out = mkdtempSync(join(tmpdir(), 'phone-'));
    const write = (name: string, text: string) => {
      mkdirSync(dirname(join(project, name)), { recursive: true });
      writeFileSync(join(project, name), text);
    };
    write('app.json', '{"pages":["p/i"]}');
    write('app.ts', 'App({})');
    write('p/i.ts', 'Page({})');
    write('p/i.wxml', '<view>before</view>');
    let publish = (_: Rebuild) => {};
    const phone = await buildPhone(out, {
      miniprogramDir: project,
      watch: true,
      onRebuild: (outcome) => publish({ part: 'miniprogram', rebuilt: [], ...outcome }),
    });
    const system = await startAnother({ pages: staticPages({ '/phone/': out }) });
    publish = (rebuild) => system.bus.publish('build', rebuild);
    const open = await openPhone(browser, system.url, { openid: 'oSandboxUser0000000000000001' });
    try {
      let asked = 0;
      open.page.on('request', (request) => {
        if (request.url().includes('version.json')) asked += 1;
      });
      await open.page.clock.install();
      await open.page.reload();
      await open.page.getByText('before', { exact: true }).waitFor();
      await expect.poll(() => asked).toBe(1);
      await open.page.clock.fastForward(60_000);
      expect(asked, 'it does not poll').toBe(1);
      write('p/i.wxml', '<view>after</view>');
      await open.page.getByText('after', { exact: true }).waitFor();
    } finally {
      await open.close();
      await phone.stop();
      await system.close();
      rmSync(project, { recursive: true });
      rmSync(out, { recursive: true });
    }
  });
});
