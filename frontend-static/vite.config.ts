// How the page is built: hashed files, each with its compressed copy beside it, and nothing inline (CSP: default-src 'self').
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest)$/;
const MIN_SIZE_BYTES = 1024;

/** Writes `x.gz` and `x.br` beside each text file, so that the server sends bytes and compresses nothing. */
function precompress(): Plugin {
  let folder = "dist";
  return {
    name: "precompress",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: async () => {
      const names = await readdir(folder, { recursive: true });
      await Promise.all(
        names.filter((name) => COMPRESSIBLE.test(name)).map((name) => compressBeside(join(folder, name))),
      );
    },
  };
}

async function compressBeside(path: string): Promise<void> {
  if ((await stat(path)).size < MIN_SIZE_BYTES) return;
  const body = await readFile(path);
  await writeFile(`${path}.gz`, await promisify(gzip)(body, { level: 9 }));
  await writeFile(
    `${path}.br`,
    await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
  );
}

export default defineConfig({
  plugins: [react(), precompress()],
  build: {
    target: "es2022",
    // A data: URI would need its own CSP source.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { "/api": process.env.IRP_DEV_API ?? "http://127.0.0.1:8080" },
  },
});
