/** A user of the phone. */
export interface PhoneUser {
  readonly openid: string;
  readonly name: string;
  readonly nameEn?: string;
}

/** The one HTML page of the phone. Narrow or framed it is the phone; wide and alone it puts itself in a frame. */
export function pageHtml(watching: boolean, users: readonly PhoneUser[]): string {
  const names = JSON.stringify(users).replace(/</g, '\\u003c');
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>手机预览 · Phone preview</title>
<link rel="icon" href="data:,">
</head>
<body>
<script>globalThis.process = { env: {} }; globalThis.__phoneWatching = ${watching}; globalThis.__phoneUsers = ${names};</script>
<script src="phone.js"></script>
<script>if (__phone.framed) document.write('<script src="app.js"><\\/script>');</script>
</body>
</html>
`;
}
