// npm ws beside the other servers of a comparison: prints its port, answers each line of standard input with what it counted, and ends with it.
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';
import { WebSocketServer } from 'ws';

const lifetimeMs = 180_000;
const options = Object.fromEntries(
  process.argv.slice(2).flatMap((name, i, all) => (name.startsWith('--') ? [[name.slice(2), all[i + 1]]] : [])),
);
const mode = options.mode.toLowerCase();
const sends = ['duplex', 'broadcast', 'direct'].includes(mode);
const frameMs = 1000 / Number(options.rate);
const message = Buffer.alloc(Number(options.packets) * (Number(options.bytes) + 12), 1);
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 1024 });

let counts = empty();
let next = performance.now();

function empty() {
  return { at: performance.now(), cpu: process.cpuUsage(), frames: [], flushes: [], messagesIn: 0, ended: 0, skipped: 0 };
}

function frame() {
  const begun = performance.now();
  if (sends) {
    for (const client of server.clients) {
      if (client.bufferedAmount > 0) counts.skipped++;
      else client.send(message, { binary: true });
    }
  }
  const ended = performance.now();
  counts.frames.push(ended - begun);
  counts.flushes.push(ended - begun);
  next += frameMs;
  if (ended - next > 5 * frameMs) next = ended;
  setTimeout(frame, Math.max(0, next - ended));
}

function percentile(sorted, share) {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] * 1000;
}

function snapshot(heap) {
  const now = performance.now();
  const cpu = process.cpuUsage(counts.cpu);
  const frames = Float64Array.from(counts.frames).sort();
  const flushes = Float64Array.from(counts.flushes).sort();
  const taken = counts;
  let heapBytes = 0;
  if (heap) {
    globalThis.gc();
    const memory = process.memoryUsage();
    heapBytes = memory.heapUsed + memory.external;
  }
  counts = empty();
  return {
    seconds: (now - taken.at) / 1000,
    cpuMs: (cpu.user + cpu.system) / 1000,
    frames: frames.length,
    messagesIn: taken.messagesIn,
    skipped: taken.skipped,
    ended: taken.ended,
    heapBytes,
    frameP50: percentile(frames, 0.5),
    frameP99: percentile(frames, 0.99),
    flushP50: percentile(flushes, 0.5),
    flushP99: percentile(flushes, 0.99),
  };
}

server.on('connection', (client) => {
  client.on('message', (received) => {
    counts.messagesIn++;
    if (mode === 'echo') client.send(received, { binary: true });
  });
  client.on('error', () => {});
  client.on('close', () => counts.ended++);
});
server.on('listening', () => {
  console.log(server.address().port);
  frame();
});
setTimeout(() => process.exit(3), lifetimeMs).unref();
createInterface({ input: process.stdin })
  .on('line', (line) => console.log(JSON.stringify(snapshot(line === 'heap'))))
  .on('close', () => process.exit(0));
