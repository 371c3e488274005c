/** The one HTML page of the phone. Narrow or framed it is the phone; wide and alone it puts itself in a frame. */
export function pageHtml(watching: boolean): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>手机预览 · Phone preview</title>
<link rel="icon" href="data:,">
</head>
<body>
<script>globalThis.process = { env: {} }; globalThis.__phoneWatching = ${watching};</script>
<script src="phone.js"></script>
<script>if (__phone.framed) document.write('<script src="app.js"><\\/script>');</script>
</body>
</html>
`;
}
