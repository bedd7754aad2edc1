import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;
/** Steps before and after the present one whose codes are right. */
const SKEW = 1;

/** An authenticator app (RFC 6238), which shows each code once. */
export class Authenticator {
  /** In base32. */
  readonly secret: string;
  private readonly key: Buffer;
  private used = 0;

  constructor(secret: string) {
    this.secret = secret;
    const bits = [...secret].map((character) => BASE32.indexOf(character).toString(2).padStart(5, '0')).join('');
    this.key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  }

  /** Reads the QR code that a page shows. */
  static async scan(page: Page): Promise<Authenticator> {
    const url = new URL(await readQrCode(page));
    return new Authenticator(url.searchParams.get('secret')!);
  }

  /** The first code that is right and was not shown before; waits for it if there is none yet. */
  async next(): Promise<string> {
    const step = Math.max(this.used + 1, now() - SKEW + 1);
    while (now() < step - SKEW) await new Promise((resolve) => setTimeout(resolve, 100));
    this.used = step;
    return this.code(step);
  }

  /** A code that is wrong for now. */
  wrong(): string {
    const near = [-2, -1, 0, 1, 2].map((steps) => this.code(now() + steps));
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code))!;
  }

  private code(step: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const tag = createHmac('sha1', this.key).update(counter).digest();
    const word = tag.readUInt32BE(tag[19]! & 0xf) & 0x7fff_ffff;
    return String(word % 1_000_000).padStart(6, '0');
  }
}

const now = () => Math.floor(Date.now() / STEP_MS);

/** The text of the QR code on a page, read from its pixels. */
export async function readQrCode(page: Page): Promise<string> {
  const png = await page.getByRole('img', { name: 'QR code' }).screenshot();
  const image = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return { width, height, data: Array.from(data) };
  }, png.toString('base64'));
  return decodeQR({ ...image, data: Uint8Array.from(image.data) });
}
