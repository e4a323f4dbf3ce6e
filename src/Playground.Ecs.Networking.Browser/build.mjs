// Builds what the server embeds and what the npm package ships: node build.mjs --out FOLDER [--pages FOLDER] [--library FOLDER].
//
//   FOLDER/www/client.js            the client in one module, for pages without a bundler
//   FOLDER/www/NAME.html            pages/NAME/page.html, its references hashed
//   FOLDER/www/assets/NAME-HASH.*   what the pages refer to: cached for ever
//   FOLDER/assets.txt               the list, written last
//
// Each text is there as .br and .gz too, where those are smaller.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const options = {
  out: { type: 'string' },
  pages: { type: 'string', default: join(root, 'pages') },
  library: { type: 'string' },
};
const { out, pages, library } = parseArgs({ options }).values;
if (out === undefined) throw new Error('--out names the folder to build into.');
const www = join(out, 'www');
const compressible = new Set(['.html', '.js', '.css', '.svg', '.json', '.map', '.txt', '.webmanifest']);

const bundling = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  absWorkingDir: root,
  logLevel: 'warning',
  loader: { '.svg': 'file', '.png': 'file', '.woff2': 'file' },
};

await rm(www, { recursive: true, force: true });
await mkdir(www, { recursive: true });
if (library !== undefined) {
  await rm(library, { recursive: true, force: true });
  check('tsconfig.json');
  check('tsconfig.client.json', '--outDir', library);
}

await build({ ...bundling, entryPoints: [join(root, 'client/index.ts')], outfile: join(www, 'client.js') });
const names = await pageNames();
if (names.length > 0) await buildPages(names);
const files = await filesBelow(www);
for (const file of files) await compress(file);
await writeFile(join(out, 'assets.txt'), files.map((file) => relative(www, file).split(sep).join('/')).sort().join('\n') + '\n');

function check(project, ...more) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '--pretty', 'false', '-p', project, ...more], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

// Folders with a page.html; others are what pages share.
async function pageNames() {
  if (!existsSync(pages)) return [];
  const folders = await readdir(pages, { withFileTypes: true });
  return folders.filter((entry) => entry.isDirectory() && existsSync(join(pages, entry.name, 'page.html'))).map((entry) => entry.name);
}

async function buildPages(names) {
  const { metafile } = await build({
    ...bundling,
    entryPoints: names.map((name) => ({ in: join(pages, name, 'page.ts'), out: name })),
    outdir: join(www, 'assets'),
    publicPath: '/assets',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    splitting: true,
    metafile: true,
    alias: { 'playground-ecs-networking': join(root, 'client/index.ts') },
    nodePaths: [join(root, 'node_modules')],
  });
  const outputs = Object.entries(metafile.outputs);
  for (const name of names) {
    const entry = relative(root, join(pages, name, 'page.ts')).split(sep).join('/');
    const [script, output] = outputs.find(([, one]) => one.entryPoint === entry) ?? [];
    if (script === undefined) throw new Error(`esbuild made nothing of ${entry}.`);
    await writePage(name, script, output.cssBundle);
  }
}

// page.ts and page.css stand for their bundles; every other relative reference for a file of the page's folder.
async function writePage(name, script, style) {
  const html = await readFile(join(pages, name, 'page.html'), 'utf8');
  const references = new Map([['page.ts', script], ['page.css', style]]);
  for (const [, reference] of html.matchAll(/(?:src|href)="(?!\/|#|data:|https?:)([^"]+)"/g)) {
    if (!references.has(reference)) references.set(reference, await copyHashed(join(pages, name, reference)));
    if (references.get(reference) === undefined) throw new Error(`pages/${name}/page.html refers to ${reference}, which is not there.`);
  }

  const hashed = html.replace(/(src|href)="(?!\/|#|data:|https?:)([^"]+)"/g, (_, attribute, reference) =>
    `${attribute}="/assets/${basename(references.get(reference))}"`);
  await writeFile(join(www, `${name}.html`), hashed);
}

async function copyHashed(file) {
  const bytes = await readFile(file);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  const copy = join(www, 'assets', `${basename(file, extname(file))}-${hash}${extname(file)}`);
  await mkdir(dirname(copy), { recursive: true });
  await writeFile(copy, bytes);
  return copy;
}

async function compress(file) {
  if (!compressible.has(extname(file))) return;
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const made = { br: brotliCompressSync(bytes, { params }), gz: gzipSync(bytes, { level: 9 }) };
  for (const [ending, compressed] of Object.entries(made)) {
    if (compressed.length < bytes.length) await writeFile(`${file}.${ending}`, compressed);
  }
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
