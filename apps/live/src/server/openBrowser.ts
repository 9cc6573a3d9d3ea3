import { spawn } from "node:child_process";

/** Shows a page in the user's browser, if there is one: a machine without is fine. */
export function openBrowser(url: string): void {
  const { platform } = process;
  const [command, args] =
    platform === "darwin"
      ? ["open", [url]]
      : platform === "win32"
        ? ["cmd", ["/c", "start", "", url]]
        : ["xdg-open", [url]];
  const child = spawn(command as string, args as string[], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
