import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../build.mjs', import.meta.url));
const html = `<!doctype html>
<link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css">
<a href="/inspector">inspector</a><a href="https://example.org/">elsewhere</a><a href="#top">up</a>
<script type="module" src="page.ts"></script>
`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'playground-pages-'));
  write('shared/greeting.ts', "export const greeting: string = 'hello'.repeat(3);\n");
  for (const name of ['arena', 'inspector']) {
    write(`${name}/page.html`, html);
    write(`${name}/page.css`, 'body { color: rebeccapurple; }\n');
    write(`${name}/icon.svg`, `<svg>${'<g/>'.repeat(200)}</svg>`);
    write(`${name}/page.ts`, `import './page.css';
import { NetworkClient } from 'playground-ecs-networking';
import { greeting } from '../shared/greeting.ts';
document.title = greeting + new NetworkClient().state.kind + '${name}';
`);
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(file: string, content: string): void {
  const path = join(folder, 'pages', file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
}

function build(name: string): { readonly status: number | null; readonly errors: string; readonly www: string } {
  const out = join(folder, name);
  const { status, stderr } = spawnSync(process.execPath, [script, '--out', out, '--pages', join(folder, 'pages')], { encoding: 'utf8' });
  return { status, errors: stderr, www: join(out, 'www') };
}

function namesIn(www: string): string[] {
  return readdirSync(join(www, 'assets')).filter((name) => !/\.(br|gz)$/.test(name)).sort();
}

describe('the build of pages', () => {
  test('a page refers to hashed names that are there, and to nothing that is inline', () => {
    const { status, errors, www } = build('first');
    expect(errors).toBe('');
    expect(status).toBe(0);
    const page = readFileSync(join(www, 'arena.html'), 'utf8');
    const references = [...page.matchAll(/"\/assets\/([^"]+)"/g)].map((match) => match[1] ?? '');

    expect(references.map((reference) => reference.replace(/-[A-Z0-9]{8}\./, '-HASH.'))).toEqual(['icon-HASH.svg', 'arena-HASH.css', 'arena-HASH.js']);
    expect(namesIn(www)).toEqual(expect.arrayContaining(references));
    for (const kept of ['href="/inspector"', 'href="https://example.org/"', 'href="#top"']) expect(page).toContain(kept);
  });

  test('what pages share is one file', () => {
    const scripts = namesIn(build('shared').www).filter((name) => name.endsWith('.js'));

    expect(scripts.map((name) => name.split('-')[0])).toEqual(['arena', 'chunk', 'inspector']);
  });

  test('the same source has the same names, and another one others', () => {
    const names = namesIn(build('again').www);
    expect(namesIn(build('once more').www)).toEqual(names);
    write('arena/page.css', 'body { color: teal; }\n');
    const changed = namesIn(build('changed').www);

    expect(changed.filter((name) => !names.includes(name)).map((name) => name.split('-')[0])).toContain('arena');
    expect(changed.filter((name) => name.startsWith('inspector-'))).toEqual(names.filter((name) => name.startsWith('inspector-')));
  });

  test('the compressed twins hold the same', () => {
    const { www } = build('compressed');
    const client = readFileSync(join(www, 'client.js'));

    expect(brotliDecompressSync(readFileSync(join(www, 'client.js.br'))).equals(client)).toBe(true);
    expect(gunzipSync(readFileSync(join(www, 'client.js.gz'))).equals(client)).toBe(true);
    expect(readFileSync(join(www, '..', 'assets.txt'), 'utf8').split('\n')).toContain('client.js');
  });

  test('a reference to what is not there fails the build', () => {
    write('broken/page.html', '<script type="module" src="page.ts"></script><img src="missing.png">');
    write('broken/page.ts', 'export {};\n');
    const { status, errors } = build('broken');
    rmSync(join(folder, 'pages', 'broken'), { recursive: true });

    expect(status).not.toBe(0);
    expect(errors).toContain('missing.png');
  });
});
