// Writes file.br and file.gz beside each file of the build that gains by it: the gateway never compresses on the fly.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
  // index.html is made anew on each request, with its nonce.
  if (!entry.isFile() || !/\.(js|css|svg|json|webmanifest)$/.test(entry.name)) continue;
  const path = `${entry.parentPath}/${entry.name}`;
  const plain = readFileSync(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  for (const [ending, packed] of [
    ["br", brotliCompressSync(plain, quality)],
    ["gz", gzipSync(plain, { level: 9 })],
  ]) {
    if (packed.length < plain.length * 0.9) writeFileSync(`${path}.${ending}`, packed);
  }
}
