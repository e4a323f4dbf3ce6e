// Usage: node sdk-v2.mjs http://127.0.0.1:PORT/mcp TOOL ARGUMENTS
// The official TypeScript SDK, version 2, at the revision without sessions: lists the tools, calls one.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const [url, name, json] = process.argv.slice(2);
const client = new Client({ name: 'typescript-sdk-v2', version: '1.0.0' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const { tools } = await client.listTools();
const progress = [];
const result = await client.callTool({ name, arguments: JSON.parse(json) }, { onprogress: (p) => progress.push(p) });
await client.close();
console.log(JSON.stringify({ tools, result, progress }));
