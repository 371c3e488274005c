/** Contexts of the real platform: as captured, and plausible ones where none was captured. */
import type { InvocationIdentity, PlatformShape } from '../../sandbox/cloudbase/index.ts';

type Shape = [name: string, identity: InvocationIdentity];

const openid = 'oSandboxUser0000000000000001';
const user = (platform: PlatformShape): InvocationIdentity => ({ source: 'user', openid, platform });
const timer = (platform: PlatformShape): InvocationIdentity => ({ source: 'timer', platform });
const http = (platform: PlatformShape): InvocationIdentity => ({ source: 'http', platform });

/** Variables of a call from a mini-program on the older runtime, beside those that name the user. */
const older = {
  TRIGGER_SRC: 'tcb',
  TCB_ISANONYMOUS_USER: 'false',
  TCB_SESSIONTOKEN: 'c2Vzc2lvbg==',
  TCB_SOURCE: 'wx_devtools',
  WX_CLIENTIPV6: '::1',
  SCF_NAMESPACE: 'sandbox',
};

export const users: Shape[] = [
  ['a mini-program, older runtime', user({ context: 'environ', variables: older })],
  ['a mini-program, newer runtime', user({ context: 'environment', variables: { TRIGGER_SRC: 'client' } })],
  ['a mini-program, without SOURCE', user({ context: 'environment', variables: { TCB_SOURCE: undefined } })],
  [
    'a mini-program after a timer on the same instance',
    user({ context: 'environment', stale: { TRIGGER_SRC: 'timer' } }),
  ],
];

export const timers: Shape[] = [
  [
    'SOURCE wx_trigger',
    timer({ context: 'environment', variables: { TRIGGER_SRC: undefined, TCB_SOURCE: 'wx_trigger' } }),
  ],
  [
    'TRIGGER_SRC timer beside an empty SOURCE',
    timer({ context: 'environ', variables: { TRIGGER_SRC: 'timer', TCB_SOURCE: '' } }),
  ],
  [
    'TRIGGER_SRC timer without SOURCE, after a user on the same instance',
    timer({
      context: 'environment',
      variables: { TRIGGER_SRC: 'timer', TCB_SOURCE: undefined },
      stale: { WX_OPENID: openid, TCB_SOURCE: 'wx_client' },
    }),
  ],
];

export const servers: Shape[] = [
  ['called by a function that a user called', { source: 'function', openid, chain: 'wx_client' }],
  ['called by a timer’s function', { source: 'function', chain: 'wx_trigger' }],
  [
    'called after an HTTP call',
    { source: 'function', platform: { context: 'environ', variables: { TCB_SOURCE: ',scf' } } },
  ],
];

/** No context of HTTP access has been captured, so these are all plausible ones. */
export const requests: Shape[] = [
  ['no SOURCE', http({ context: 'both' })],
  ['a context that says nothing', http({ context: 'none' })],
  [
    'a context that says nothing, after a user on the same instance',
    http({ context: 'none', stale: { WX_OPENID: openid, TCB_SOURCE: 'wx_client' } }),
  ],
  ...['wx_http', 'wx_unknown', 'unknown', 'http', 'wx_paycallback', ',scf', 'wx_trigger', 'web_client'].map(
    (source): Shape => [
      `SOURCE ${source}`,
      http({ context: 'environment', variables: { TCB_SOURCE: source } }),
    ],
  ),
  ['TRIGGER_SRC apigw', http({ context: 'environ', variables: { TRIGGER_SRC: 'apigw' } })],
  ['TRIGGER_SRC timer', http({ context: 'environ', variables: { TRIGGER_SRC: 'timer' } })],
  [
    'a CloudBase user',
    http({ context: 'environment', variables: { TCB_UUID: 'u', TCB_ISANONYMOUS_USER: 'true' } }),
  ],
  ['an openid', http({ context: 'environment', variables: { WX_OPENID: openid, WX_APPID: 'wx1' } })],
];

/** Contexts that say nothing, while process.env holds what an earlier invocation left. */
export const silent: Shape[] = [
  [
    'left by a timer',
    { source: 'server', platform: { context: 'none', stale: { TRIGGER_SRC: 'timer', TCB_SOURCE: '' } } },
  ],
  ['left by a function', { source: 'server', platform: { context: 'none', stale: { TCB_SOURCE: 'scf' } } }],
  [
    'left by a user',
    {
      source: 'server',
      platform: { context: 'none', stale: { WX_OPENID: openid, TCB_SOURCE: 'wx_client' } },
    },
  ],
];
