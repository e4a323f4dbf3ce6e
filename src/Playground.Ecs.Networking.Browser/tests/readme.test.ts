import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const prelude = `import { type ClientChannel, decode, encode, type NetworkClient } from 'playground-ecs-networking';
declare const client: NetworkClient;
declare const channel: ClientChannel;
`;

describe('README.md', () => {
  test('its snippets compile', () => {
    const folder = mkdtempSync(join(tmpdir(), 'playground-readme-'));
    const snippets = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts\n([^]*?)```/g)].map((match) => match[1] ?? '');
    const paths = { 'playground-ecs-networking': [join(root, 'client/index.ts')] };
    const compilerOptions = { paths, noUnusedLocals: false };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }));
    snippets.forEach((code, index) => writeFileSync(join(folder, `snippet-${index}.ts`), index === 0 ? code : prelude + code));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [compiler, '--pretty', 'false', '-p', folder], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });

    expect(snippets).toHaveLength(2);
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
