import type { MessageKind } from './Messages.ts';
import { ControlType, ReservedType } from './PacketTypes.ts';

// The tools of language models: their bytes are fixed already (PROTOCOL.md, section 6), no part of the client uses them yet.

export interface RegisterMcpTool {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: string;
  readonly handlerChannel: number;
}

export interface ToolCall {
  readonly id: number;
  readonly llmChannel: number;
  readonly generation: number;
  readonly tool: string;
  readonly arguments: string;
  readonly timeoutMs: number;
}

export interface ToolProgress {
  readonly id: number;
  readonly progress: number;
  readonly total: number | null;
  readonly message: string | null;
}

export const RegisterMcpTool: MessageKind<RegisterMcpTool> = {
  name: 'RegisterMcpTool',
  type: ControlType.RegisterMcpTool,
  fields: 5,
  read: (r) => ({
    id: r.readUInt32(),
    name: r.readString(),
    description: r.readString(),
    inputSchema: r.readString(),
    handlerChannel: r.readUInt16(),
  }),
  write: (w, m) => w.uint(m.id).str(m.name).str(m.description).str(m.inputSchema).uint(m.handlerChannel),
};

export const UnregisterMcpTool: MessageKind<{ readonly id: number; readonly name: string }> = {
  name: 'UnregisterMcpTool',
  type: ControlType.UnregisterMcpTool,
  fields: 2,
  read: (r) => ({ id: r.readUInt32(), name: r.readString() }),
  write: (w, m) => w.uint(m.id).str(m.name),
};

export const ToolCall: MessageKind<ToolCall> = {
  name: 'ToolCall',
  type: ReservedType.ToolCall,
  fields: 6,
  read: (r) => ({
    id: r.readUInt32(),
    llmChannel: r.readUInt16(),
    generation: r.readUInt32(),
    tool: r.readString(),
    arguments: r.readString(),
    timeoutMs: r.readUInt32(),
  }),
  write: (w, m) => w.uint(m.id).uint(m.llmChannel).uint(m.generation).str(m.tool).str(m.arguments).uint(m.timeoutMs),
};

export const ToolResult: MessageKind<{ readonly id: number; readonly isError: boolean; readonly content: string }> = {
  name: 'ToolResult',
  type: ReservedType.ToolResult,
  fields: 3,
  read: (r) => ({ id: r.readUInt32(), isError: r.readBoolean(), content: r.readString() }),
  write: (w, m) => w.uint(m.id).bool(m.isError).str(m.content),
};

export const ToolProgress: MessageKind<ToolProgress> = {
  name: 'ToolProgress',
  type: ReservedType.ToolProgress,
  fields: 4,
  read: (r) => ({
    id: r.readUInt32(),
    progress: r.readNumber(),
    total: r.optional(() => r.readNumber()),
    message: r.optional(() => r.readString()),
  }),
  write: (w, m) => {
    w.uint(m.id).float(m.progress);
    return (m.total === null ? w.nil() : w.float(m.total)).str(m.message);
  },
};

export const ToolCancel: MessageKind<{ readonly id: number; readonly reason: string | null }> = {
  name: 'ToolCancel',
  type: ReservedType.ToolCancel,
  fields: 2,
  read: (r) => ({ id: r.readUInt32(), reason: r.optional(() => r.readString()) }),
  write: (w, m) => w.uint(m.id).str(m.reason),
};
