import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const index = fileURLToPath(new URL('../client/index.ts', import.meta.url));

async function bundle(names: string): Promise<{ readonly bytes: number; readonly files: readonly string[] }> {
  const contents = `export { ${names} } from ${JSON.stringify(index)};`;
  const resolveDir = fileURLToPath(new URL('..', import.meta.url));
  const result = await build({ stdin: { contents, resolveDir, loader: 'ts' }, bundle: true, format: 'esm', minify: true, write: false, metafile: true });
  const [output] = Object.values(result.metafile.outputs);
  const used = Object.entries(output?.inputs ?? {}).filter(([, input]) => input.bytesInOutput > 0).map(([name]) => name);
  return { bytes: output?.bytes ?? 0, files: used };
}

describe('the package', () => {
  test('leaves out what nobody uses', async () => {
    expect((await bundle('Priority')).bytes).toBeLessThan(200);
  });

  test('brings MessagePack only to those who encode or decode values', async () => {
    expect((await bundle('NetworkClient')).files.filter((file) => file.includes('msgpack'))).toEqual([]);
    expect((await bundle('decode')).files.filter((file) => file.includes('msgpack'))).not.toEqual([]);
  });
});
