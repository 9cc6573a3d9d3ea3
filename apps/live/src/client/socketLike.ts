/** The part of a WebSocket that the client uses: the browser's own, Node's, or that of `ws`. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
}

/** A WebSocket class: the browser's, Node's or that of ws. */
export type SocketClass = new (url: string, protocols: string[]) => SocketLike;

/** The platform's WebSocket; on Node 20, which has none, that of `ws`. */
export async function platformSocket(): Promise<SocketClass> {
  const own = (globalThis as { WebSocket?: unknown }).WebSocket;
  if (own) return own as SocketClass;
  return (await import("ws")).WebSocket as unknown as SocketClass;
}
