// Usage: node sdk-v1.mjs http://127.0.0.1:PORT/mcp TOOL ARGUMENTS
// The official TypeScript SDK, version 1, which speaks the revisions with sessions: lists the tools, calls one, ends its session.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [url, name, json] = process.argv.slice(2);
const client = new Client({ name: 'typescript-sdk-v1', version: '1.0.0' });
const transport = new StreamableHTTPClientTransport(new URL(url));
await client.connect(transport);
const { tools } = await client.listTools();
const progress = [];
const result = await client.callTool({ name, arguments: JSON.parse(json) }, undefined, { onprogress: (p) => progress.push(p) });
await transport.terminateSession();
await client.close();
console.log(JSON.stringify({ tools, result, progress }));
