import { existsSync } from "node:fs";
import type { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The page that comes with the package, beside the built code or above the sources. */
export function pageFolder(page: string | false | undefined): string | undefined {
  if (page === false) return undefined;
  if (page !== undefined) return resolve(page);
  const built = ["../page/", "../../dist/page/"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return built.find((folder) => existsSync(`${folder}index.html`));
}

/**
 * Opens the port.
 *
 * @returns the port, chosen by the system for 0
 * @throws Error saying that the port is taken, or what the system says
 */
export function listen(http: ReturnType<typeof createServer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken
          ? new Error(`startServer: port ${port} of ${host} is taken; choose another, or 0 for a free one.`)
          : error,
      );
    });
    http.listen(port, host, 1024, () => resolve((http.address() as AddressInfo).port));
  });
}
