import type { ModelInfo } from "../src/protocol/messages.js";

/** The server's models; `token` when it wants one. */
export async function fetchModels(token: string | undefined): Promise<ModelInfo[] | "token"> {
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await fetch(new URL("models", document.baseURI), { headers });
  if (response.status === 401) return "token";
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const { models } = (await response.json()) as { models: ModelInfo[] };
  return models;
}

/** Where the server listens. */
export const serverUrl = (): string => new URL("v1", document.baseURI).href;
