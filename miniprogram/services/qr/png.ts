/** A black and white PNG of a few kilobytes, uncompressed: an image every WeChat shows, saves and recognises. */

/** @param scale pixels for each module. @param quiet modules of white around, 4 by the standard. */
export function pngOf(modules: readonly (readonly boolean[])[], scale = 8, quiet = 4): Uint8Array {
  const side = (modules.length + 2 * quiet) * scale;
  const rowBytes = Math.ceil(side / 8);
  const pixels = new Uint8Array((rowBytes + 1) * side).fill(0xff);
  for (let y = 0; y < side; y += 1) {
    const start = y * (rowBytes + 1);
    pixels[start] = 0;
    const row = modules[Math.floor(y / scale) - quiet];
    for (let x = 0; x < side; x += 1) {
      if (row?.[Math.floor(x / scale) - quiet]) pixels[start + 1 + (x >> 3)]! &= ~(0x80 >> (x & 7));
    }
  }
  const header = [...uint32(side), ...uint32(side), 1, 0, 0, 0, 0];
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return Uint8Array.from([
    ...signature,
    ...chunk('IHDR', header),
    ...chunk('IDAT', stored(pixels)),
    ...chunk('IEND', []),
  ]);
}

const uint32 = (value: number) => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];

function chunk(name: string, data: readonly number[]): number[] {
  const body = [...[...name].map((char) => char.charCodeAt(0)), ...data];
  return [...uint32(data.length), ...body, ...uint32(crc32(body))];
}

/** zlib with stored blocks only. */
function stored(bytes: Uint8Array): number[] {
  const out = [0x78, 0x01];
  const most = 0xffff;
  for (let at = 0; at < bytes.length; at += most) {
    const part = bytes.subarray(at, at + most);
    const isLast = at + most >= bytes.length;
    out.push(
      isLast ? 1 : 0,
      part.length & 255,
      part.length >> 8,
      ~part.length & 255,
      (~part.length >> 8) & 255,
    );
    for (const byte of part) out.push(byte);
  }
  return [...out, ...uint32(adler32(bytes))];
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}

function crc32(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
