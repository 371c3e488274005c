/** Reads a file that somebody points at, whatever it turns out to be. */
import { readFileSync, statSync } from 'node:fs';
import type { Text } from '../env/text.ts';

type Input = { readonly text: string } | { readonly problem: Text };

const maxBytes = 64 * 1024;
const standardInput = 0;

/** The content as text; binary DER becomes base64. A problem names the file, unless its name may be a key. */
export function readInput(path: string): Input {
  let bytes: Buffer;
  try {
    if (path !== '-' && statSync(path).isDirectory()) return { problem: isFolder(path) };
    bytes = readFileSync(path === '-' ? standardInput : path);
  } catch (error) {
    return { problem: unreadable(path, (error as NodeJS.ErrnoException).code ?? '') };
  }
  if (bytes.byteLength > maxBytes) return { problem: tooLarge(path) };
  if (bytes.byteLength === 0) return { problem: empty(path) };
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') return { problem: archive(path) };
  return { text: decode(bytes) };
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  const isDer = bytes[0] === 0x30 && bytes[1] !== undefined && bytes[1] >= 0x80;
  return isDer ? bytes.toString('base64') : bytes.toString('utf8');
}

function unreadable(path: string, code: string): Text {
  if (looksLikeKey(path)) {
    return {
      zh: '这里应给出文件路径，而不是密钥内容（命令行内容会留在历史记录里）。',
      en: 'The path of a file is expected here, not the key itself (a command line stays in the history of the shell).',
    };
  }
  if (code === 'ENOENT') return { zh: `没有这个文件：${path}`, en: `There is no file ${path}` };
  return { zh: `无法读取文件 ${path}（${code}）。`, en: `The file ${path} cannot be read (${code}).` };
}

/** A PEM, long base64, or an API v3 key. */
function looksLikeKey(path: string): boolean {
  return path.includes('-----') || path.length > 255 || /^[A-Za-z0-9+/=]{32,}$/.test(path);
}

function isFolder(path: string): Text {
  return {
    zh: `${path} 是文件夹，请给出其中的文件，例如 apiclient_key.pem。`,
    en: `${path} is a folder. Give the file in it, for example apiclient_key.pem.`,
  };
}

function archive(path: string): Text {
  return { zh: `${path} 是压缩包，请先解压。`, en: `${path} is a ZIP file: unpack it first.` };
}

function tooLarge(path: string): Text {
  return {
    zh: `${path} 超过 64 KB，不会是密钥或证书。`,
    en: `${path} has more than 64 KB: it is neither a key nor a certificate.`,
  };
}

function empty(path: string): Text {
  return { zh: `${path} 是空文件。`, en: `${path} is empty.` };
}
