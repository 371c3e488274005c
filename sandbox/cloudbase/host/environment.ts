/**
 * The environment a function's instance starts with. The platform's part is what tells the unmodified SDKs where
 * they run; the function's part is limited as in the cloud.
 */

/** CloudBase refuses more than this for all variables of one function together. */
const maxVariablesBytes = 4096;
const reservedPrefixes = ['SCF_', 'QCLOUD_', 'TENCENTCLOUD_'];

export interface PlatformFacts {
  envId: string;
  functionName: string;
  memorySizeMb: number;
  baseUrl: string;
}

/** @throws RangeError or TypeError saying what the cloud would refuse, and why. */
export function instanceEnvironment(
  platform: PlatformFacts,
  variables: Record<string, string>,
): Record<string, string> {
  checkVariables(platform.functionName, variables);
  return {
    ...systemVariables(),
    // Functions run in UTC unless their variables set TZ.
    TZ: 'UTC',
    ...variables,
    TENCENTCLOUD_RUNENV: 'SCF',
    TENCENTCLOUD_REGION: 'ap-shanghai',
    // node-sdk requires credentials to sign with; the emulator does not check them.
    TENCENTCLOUD_SECRETID: 'sandbox',
    TENCENTCLOUD_SECRETKEY: 'sandbox',
    TENCENTCLOUD_SESSIONTOKEN: 'sandbox',
    SCF_NAMESPACE: platform.envId,
    SCF_FUNCTIONNAME: platform.functionName,
    SCF_FUNCTIONVERSION: '$LATEST',
    TCB_ENV: platform.envId,
    TCB_CONTEXT_CNFG: JSON.stringify({ URL: `${platform.baseUrl}/admin` }),
  };
}

function checkVariables(functionName: string, variables: Record<string, string>): void {
  let totalBytes = 0;
  for (const [name, value] of Object.entries(variables)) {
    if (reservedPrefixes.some((prefix) => name.startsWith(prefix))) {
      throw new TypeError(
        `Function ${functionName}: the variable ${name} starts with a prefix the platform keeps for itself (${reservedPrefixes.join(', ')}).`,
      );
    }
    totalBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (totalBytes > maxVariablesBytes) {
    const largest = Object.entries(variables)
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, 3)
      .map(([name, value]) => `${name} ${Buffer.byteLength(value)}`);
    throw new RangeError(
      `Function ${functionName}: its environment variables take ${totalBytes} bytes, CloudBase allows ${maxVariablesBytes} (4 KB). Largest: ${largest.join(', ')}. Give each function only the keys it needs.`,
    );
  }
}

/** What a process needs from the machine to run at all; nothing else of the host's environment gets through. */
function systemVariables(): Record<string, string> {
  const kept = ['PATH', 'Path', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LANG'];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
