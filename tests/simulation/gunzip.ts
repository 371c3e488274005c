/**
 * Stands in for node:zlib where bills are unpacked: Node decompresses on another thread, which would answer at a moment
 * of its own.
 */
import { Transform } from 'node:stream';
import { gunzipSync } from 'node:zlib';

class GunzipAtOnce extends Transform {
  readonly #chunks: Buffer[] = [];

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  override _flush(done: (error?: Error | null, data?: Buffer) => void): void {
    try {
      done(null, gunzipSync(Buffer.concat(this.#chunks)));
    } catch (error) {
      done(error as Error);
    }
  }
}

export function createGunzip(): Transform {
  return new GunzipAtOnce();
}
