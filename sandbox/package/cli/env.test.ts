/** What `env` prints is set in a shell; then an unmodified program of each language asks api.mch.weixin.qq.com. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../index.ts';
import { runCommand } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const url = 'https://api.mch.weixin.qq.com/v3/certificates';

/** Each prints the HTTP status of its request. */
const programs: Record<string, { file: string; text: string; run: string; probe: string }> = {
  'Node with axios': {
    file: 'ask.mjs',
    text: `import axios from '${join(root, 'node_modules/axios/index.js')}';
      const { status } = await axios.get('${url}', { validateStatus: () => true });
      console.log(status);`,
    run: `'${process.execPath}' ask.mjs`,
    probe: 'true',
  },
  Python: {
    file: 'ask.py',
    text: `import urllib.request, urllib.error
try:
    print(urllib.request.urlopen('${url}').status)
except urllib.error.HTTPError as error:
    print(error.code)
`,
    run: 'python3 ask.py',
    probe: 'python3 -c "import ssl"',
  },
  Go: {
    file: 'ask.go',
    text: `package main

import (
	"fmt"
	"net/http"
)

func main() {
	response, err := http.Get("${url}")
	if err != nil {
		panic(err)
	}
	fmt.Println(response.StatusCode)
}
`,
    run: 'go run ask.go',
    probe: 'go version',
  },
  Java: {
    file: 'Ask.java',
    text: `import java.net.URI;
import java.net.http.*;
class Ask {
  public static void main(String[] args) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("${url}")).build();
    System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
  }
}
`,
    // Both lines are in what env prints, as comments.
    run: '$(sed -n "s/^# Java: //p" env.sh | tr -d "\'") 1>&2; java $(sed -n "s/^# *java \\(-D.*\\) ….*/\\1/p" env.sh) Ask.java',
    probe: 'java -version && keytool -help',
  },
  // Its streams read no variable for the proxy, unlike its curl, which SDKs use.
  PHP: {
    file: 'ask.php',
    text: `<?php
$proxy = 'tcp' . strstr(getenv('HTTPS_PROXY'), '://');
file_get_contents('${url}', false, stream_context_create(['http' => ['proxy' => $proxy, 'ignore_errors' => true]]));
echo explode(' ', $http_response_header[0])[1], "\\n";
`,
    run: 'php ask.php',
    probe: 'php -r "exit(extension_loaded(\'openssl\') ? 0 : 1);"',
  },
};

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'proxy', proxyPort: 0 });
  folder = mkdtempSync(join(tmpdir(), 'sandbox-env-'));
  const printed: string[] = [];
  const code = await runCommand(['env', '--url', sandbox.url, '--folder', folder], {
    pages: undefined,
    version: '1',
    program: 'sandbox',
    stdin: new PassThrough(),
    print: (text) => printed.push(text),
    report: (text) => printed.push(text),
    interrupted: () => new Promise(() => {}),
  });
  expect(code, printed.join('\n')).toBe(0);
  writeFileSync(join(folder, 'env.sh'), `${printed.join('\n')}\n`);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function isInstalled(probe: string): boolean {
  try {
    execFileSync('bash', ['-c', probe], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.each(Object.entries(programs))('%s', (_name, { file, text, run, probe }) => {
  /** Under CI a language that is missing fails; elsewhere its test is reported as not run. */
  const testWith = test.runIf(isInstalled(probe) || Boolean(process.env.CI));
  testWith('reaches the sandbox in the name of WeChat Pay', { timeout: 120_000 }, async () => {
    writeFileSync(join(folder, file), text);
    const { stdout } = await promisify(execFile)('bash', ['-c', `. ./env.sh; ${run}`], { cwd: folder });
    // Refused by the sandbox: it has no signature, and some have no Accept header.
    expect(['400\n', '401\n']).toContain(stdout);
    const last = await sandbox.exchanges.last();
    expect(last?.request.headers).toMatchObject({ host: 'api.mch.weixin.qq.com' });
  });
});
