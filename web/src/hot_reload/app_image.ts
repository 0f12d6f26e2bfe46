/** Files as an image (docs/site-format.md), which a worker mounts: what `pack` in build/pyrt_build/site/image.py makes. */

type Bytes = Uint8Array<ArrayBuffer>;

const magic = "PYRTIMG1";
const headBytes = 12;

/** The files of an app, whose paths are relative to the mount. */
export function packImage(files: ReadonlyMap<string, Bytes>): Bytes {
  const paths = [...files.keys()].sort();
  const contents = paths.map((path) => files.get(path) as Bytes);
  const encode = (text: string): Bytes => new TextEncoder().encode(text);
  const index = encode(JSON.stringify(paths.map((path, number) => [path, contents[number]?.length])));
  const start = headBytes + index.length;
  const image = new Uint8Array(start + contents.reduce((total, { length }) => total + length, 0));
  image.set(encode(magic));
  new DataView(image.buffer).setUint32(magic.length, index.length, true);
  image.set(index, headBytes);
  let at = start;
  for (const content of contents) {
    image.set(content, at);
    at += content.length;
  }
  return image;
}

/** The hash of a file for the manifest; empty where the browser has none, and then the worker does not compare it. */
export async function sha256Of(content: BufferSource): Promise<string> {
  if (!globalThis.crypto?.subtle) return "";
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
