/** The few protobuf fields that openapi calls consist of; the message types are those of wx-server-sdk. */

interface Field {
  number: number;
  bytes: Buffer;
}

/**
 * CommApiData → the call's parameters: field 2 is OpenApiData, whose field 1 is a list of
 * `{ 1: key, 2: value (JSON) }`.
 * @throws Error when it is not such a message.
 */
export function decodeOpenApiRequest(message: Buffer): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const data of readFields(message).filter((field) => field.number === 2)) {
    for (const pair of readFields(data.bytes).filter((field) => field.number === 1)) {
      const parts = readFields(pair.bytes);
      const key = parts.find((part) => part.number === 1)?.bytes.toString('utf8');
      const value = parts.find((part) => part.number === 2)?.bytes.toString('utf8') ?? '';
      if (key !== undefined) parameters[key] = jsonOrText(value);
    }
  }
  return parameters;
}

/** CommOpenApiResp: field 1 is the body's bytes, field 2 its content type. */
export function encodeOpenApiResponse(body: Buffer, contentType: string): Buffer {
  return Buffer.concat([lengthDelimited(1, body), lengthDelimited(2, Buffer.from(contentType))]);
}

/** The same with field 3, the code by which WeChat's gateway refused: a negative int32 takes ten bytes. */
export function encodeOpenApiError(errorCode: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(errorCode));
  const bytes = [(3 << 3) | 0];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function readFields(message: Buffer): Field[] {
  const fields: Field[] = [];
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = message[position++];
      if (byte === undefined) throw new RangeError('protobuf message ends early');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('protobuf number is too long');
  };
  while (position < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) {
      varint();
    } else if (wireType === 2) {
      const length = varint();
      if (position + length > message.length) throw new RangeError('protobuf message ends early');
      fields.push({ number: tag >> 3, bytes: message.subarray(position, position + length) });
      position += length;
    } else {
      throw new RangeError(`protobuf wire type ${wireType} is not used by these messages`);
    }
  }
  return fields;
}

function lengthDelimited(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([encodeVarint((field << 3) | 2), encodeVarint(bytes.length), bytes]);
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 0x80;
    rest = Math.floor(rest / 0x80);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
