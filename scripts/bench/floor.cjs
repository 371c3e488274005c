// The floor of a call: the same exchanges, of the same sizes, with node's built-ins, its signatures and one verification. What no implementation can do without, whatever it is made of. As a program it makes one call, cold,
// and prints the ms of CPU: its standard input is the JSON of `createFloor`'s argument.
'use strict';

const { createPrivateKey, createPublicKey, sign, verify } = require('node:crypto');
const http = require('node:http');

/** `exchanges`: `{ requestBytes, responseBytes }` in their order; the last one is WeChat Pay's. */
function createFloor({ url, exchanges, privateKeyDer, signsForPhone = true }) {
  const agent = new http.Agent({ keepAlive: true });
  const { hostname, port } = new URL(url);
  const privateKey = createPrivateKey({
    key: Buffer.from(privateKeyDer, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const requests = exchanges.map(({ requestBytes }) => ({
    text: 'x'.repeat(Math.max(0, requestBytes - '{"text":""}'.length)),
  }));

  const exchange = ({ responseBytes }, body, authorization) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        authorization,
      };
      const options = { agent, hostname, port, method: 'POST', path: `/${responseBytes}`, headers };
      http
        .request(options, (response) => {
          const chunks = [];
          response
            .on('data', (chunk) => chunks.push(chunk))
            .on('end', () => {
              const bytes = Buffer.concat(chunks);
              resolve({ bytes, value: JSON.parse(bytes.toString()) });
            });
        })
        .on('error', reject)
        .end(text);
    });

  return async function call() {
    for (const [index, each] of exchanges.entries()) {
      if (index < exchanges.length - 1) {
        await exchange(each, requests[index], 'none');
        continue;
      }
      const signature = sign('RSA-SHA256', Buffer.from(JSON.stringify(requests[index])), privateKey);
      const { bytes } = await exchange(each, requests[index], signature.toString('base64'));
      // The answer is not signed with this key: a failing verification costs the same as a successful one.
      verify('RSA-SHA256', bytes, publicKey, signature);
      if (signsForPhone) sign('RSA-SHA256', bytes, privateKey).toString('base64');
    }
  };
}

module.exports = { createFloor };

if (require.main === module) {
  const input = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  createFloor(input)().then(() => {
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1000);
    process.exit(0);
  });
}
